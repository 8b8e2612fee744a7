//! Every page and every server function, for every account (R11). What they are asked with is in [`crate::entries`].

use domain::access::Role;
use http::{HeaderMap, Method, StatusCode};
use leptos::server_fn::axum::server_fn_paths;

use crate::entries::{Entry, Needs, Things, functions_of, pages_of, things_of_contoso};
use crate::support::{Answer, TestApp};

/// Who may not see Contoso, and whose names they may not read anywhere.
const STRANGERS: [(&str, &[&str]); 3] = [
    (
        "operator-fabrikam@northwind.example",
        &["Contoso", "Adatum", "Tailspin", "Woodgrove", "Olga", "Olivia"],
    ),
    (
        "owner@tailspin.example",
        &["Northwind", "Contoso", "Fabrikam", "Adatum", "Olga", "Olivia"],
    ),
    (
        "outsider@nowhere.example",
        &[
            "Northwind",
            "Contoso",
            "Fabrikam",
            "Adatum",
            "Tailspin",
            "Woodgrove",
            "Olga",
            "Olivia",
        ],
    ),
];

/// The members of Northwind who are entitled to Contoso, one of each role.
const MEMBERS: [(&str, Role); 4] = [
    ("owner@northwind.example", Role::Owner),
    ("manager@northwind.example", Role::Manager),
    ("operator@northwind.example", Role::Operator),
    ("readonly@northwind.example", Role::Readonly),
];

/// Everything but what names the request itself and the thing that was asked for.
fn seen(answer: &Answer, things: &Things) -> (StatusCode, HeaderMap, String) {
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    (answer.status, headers, things.unnamed(&answer.text()))
}

fn everything(things: &Things) -> Vec<Entry> {
    let mut all = pages_of(things);
    all.extend(functions_of(things));
    all
}

/// Without this, the tests below would pass with functions that refuse everybody.
#[tokio::test]
async fn r11_whoever_holds_the_key_gets_every_page_and_function() {
    let app = TestApp::new().await;
    let things = things_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    for entry in everything(&things) {
        let answer = entry.ask(&owner).await;
        assert!(answer.status.is_success(), "{entry:?}: {}", answer.text());
        assert!(answer.text().contains(entry.shows), "{entry:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn r11_no_page_tells_a_stranger_more_of_a_thing_than_of_nothing() {
    nothing_tells_a_stranger_more(pages_of).await;
}

#[tokio::test]
async fn r11_no_server_function_tells_a_stranger_more_of_a_thing_than_of_nothing() {
    nothing_tells_a_stranger_more(functions_of).await;
}

async fn nothing_tells_a_stranger_more(everything: fn(&Things) -> Vec<Entry>) {
    let app = TestApp::new().await;
    let things = things_of_contoso(&app).await;
    let untouched = async || -> Vec<i64> {
        sqlx::query_scalar(
            "select count(*) from operation_runs union all select count(*) from saved_views where name like 'View %' and owner_id in
                (select id from users where email = 'owner@northwind.example')
            union all select count(*) from notifications where read_at is not null",
        )
        .fetch_all(&app.owner)
        .await
        .unwrap()
    };
    let before = untouched().await;
    for (email, names) in STRANGERS {
        let browser = app.signed_in(email).await;
        let nothing = Things::none();
        for (theirs, none) in everything(&things).into_iter().zip(everything(&nothing)) {
            let answer = theirs.ask(&browser).await;
            for name in names {
                assert!(!answer.text().contains(name), "{email} reads {name}: {theirs:?}");
            }
            // A page about nothing in particular has a nonce, and says the same whatever there is beside it.
            if theirs.is_page() && theirs.needs == Needs::Nothing {
                continue;
            }
            // What answers with the time of day answers differently each time; the clock of this test stands still.
            let of_nothing = none.ask(&browser).await;
            assert_eq!(
                seen(&answer, &things),
                seen(&of_nothing, &nothing),
                "{email}: {theirs:?}"
            );
            if theirs.needs != Needs::Nothing {
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{email}: {theirs:?}");
            }
        }
    }
    assert_eq!(untouched().await, before, "nobody has changed anything");
}

/// A page's id may also be no id at all.
#[tokio::test]
async fn r11_what_is_no_id_is_as_what_is_not_there() {
    let app = TestApp::new().await;
    let (nothing, nonsense) = (
        Things::none(),
        Things {
            run: "nonsense".to_owned(),
            tenant: "nonsense".to_owned(),
            notification: "nonsense".to_owned(),
            view: "nonsense".to_owned(),
        },
    );
    for (email, _) in STRANGERS.into_iter().chain(MEMBERS.map(|(email, _)| (email, &[][..]))) {
        let browser = app.signed_in(email).await;
        for (one, other) in everything(&nothing).into_iter().zip(everything(&nonsense)) {
            if !matches!(one.needs, Needs::Key(..) | Needs::Author) {
                continue;
            }
            let (one_said, other_said) = (one.ask(&browser).await, other.ask(&browser).await);
            assert_eq!(
                seen(&one_said, &nothing),
                seen(&other_said, &nonsense),
                "{email}: {one:?}"
            );
            assert_eq!(one_said.status, StatusCode::NOT_FOUND, "{email}: {one:?}");
        }
    }
}

/// By the table of roles and keys, for each entry and each role.
#[tokio::test]
async fn r11_r21_in_scope_without_the_key_every_page_and_function_is_a_403_that_names_it() {
    let app = TestApp::new().await;
    let things = things_of_contoso(&app).await;
    // An operation of each key that not every role holds: its run, looked at in each way.
    let mut refused = 0;
    for (email, role) in MEMBERS {
        let browser = app.signed_in(email).await;
        for entry in everything(&things) {
            let Needs::Key(key, _) = entry.needs else { continue };
            let answer = entry.ask(&browser).await;
            if entry.opens_for(role) {
                assert!(answer.status.is_success(), "{email}: {entry:?}: {}", answer.text());
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{email}: {entry:?}");
                assert!(
                    answer.text().contains(key.as_str()),
                    "{email}: {entry:?}: {}",
                    answer.text()
                );
                refused += 1;
            }
        }
    }
    assert!(refused >= 2, "the starts, at least, are refused to readonly: {refused}");
}

/// Runs are looked at with the key of their type, also one that this release does not know.
#[tokio::test]
async fn r11_r21_a_run_is_looked_at_with_the_key_of_its_type() {
    let app = TestApp::new().await;
    let things = things_of_contoso(&app).await;
    // What a run was asked to do is frozen, for everybody but a test that wants another type of it.
    sqlx::query("alter table operation_runs disable trigger user")
        .execute(&app.owner)
        .await
        .unwrap();
    for kind in ["retention.prune", "from.tomorrow"] {
        sqlx::query("update operation_runs set type = $1")
            .bind(kind)
            .execute(&app.owner)
            .await
            .unwrap();
        for (email, role) in MEMBERS {
            let browser = app.signed_in(email).await;
            let of_run = everything(&things)
                .into_iter()
                .filter(|entry| entry.pattern.contains("{run}") || entry.fields.iter().any(|(name, _)| name == "run"));
            let mut asked = 0;
            for entry in of_run {
                let answer = entry.ask(&browser).await;
                if role == Role::Owner {
                    assert!(
                        answer.status.is_success(),
                        "{email}: {entry:?} {kind}: {}",
                        answer.text()
                    );
                } else {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{email}: {entry:?} {kind}");
                    assert!(answer.text().contains("workspace.manage"), "{email}: {}", answer.text());
                }
                asked += 1;
            }
            assert!(asked >= 3, "{asked}");
            // And the lists leave it out.
            let list = browser.call(Method::GET, "/_fn/runs", &[("query", "")]).await;
            assert_eq!(list.text().contains(&things.run), role == Role::Owner, "{email} {kind}");
        }
    }
}

#[tokio::test]
async fn without_a_session_every_server_function_answers_401() {
    let app = TestApp::new().await;
    let functions = functions_of(&Things::none());
    assert!(functions.len() >= server_fn_paths().count());
    for entry in functions {
        let answer = entry.ask(&app.browser()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{entry:?}");
    }
}
