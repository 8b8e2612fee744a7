//! The lists of a tenant that a sync has read: searched by name, paged, and empty for different reasons.

use domain::names::search_key;
use http::StatusCode;
use uuid::Uuid;

use crate::support::{Browser, TestApp};

const LISTS: [(&str, &str); 2] = [("inventory", "policies"), ("groups", "groups")];

/// Writes a policy and a group of each name.
async fn write(app: &TestApp, names: &[String]) -> Uuid {
    let tenant = app.id_of("select id from tenants where name = 'Contoso'").await;
    let keys: Vec<String> = names.iter().map(|name| search_key(name)).collect();
    for sql in [
        "insert into inventory_items (tenant_id, policy_type, external_id, workspace_id, name, search_key, first_seen_at, last_seen_at, last_seen_run_id)
        select t.id, 'deviceConfiguration', n::text, t.workspace_id, new.name, new.search_key, now(), now(), gen_random_uuid()
        from tenants t, unnest($2::text[], $3::text[]) with ordinality as new (name, search_key, n) where t.id = $1",
        "insert into directory_groups (tenant_id, external_id, workspace_id, name, search_key, group_type, security_enabled, mail_enabled,
            first_seen_at, last_seen_at, last_seen_run_id)
        select t.id, n::text, t.workspace_id, new.name, new.search_key, 'security', true, false, now(), now(), gen_random_uuid()
        from tenants t, unnest($2::text[], $3::text[]) with ordinality as new (name, search_key, n) where t.id = $1",
    ] {
        let written = sqlx::query(sql).bind(tenant).bind(names).bind(&keys);
        written.execute(&app.owner).await.unwrap();
    }
    tenant
}

async fn shown(browser: &Browser<'_>, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.text()
}

/// The link to the next part of the list, as the page has it.
fn next(page: &str) -> Option<String> {
    let link = page.split("<a ").find(|link| link.contains("rel=\"next\""))?;
    let href = link.split("href=\"").nth(1)?.split('"').next()?;
    Some(href.replace("&amp;", "&"))
}

#[tokio::test]
async fn a_list_is_searched_by_how_names_begin_and_the_link_to_the_next_page_keeps_that() {
    let app = TestApp::new().await;
    let mut names: Vec<String> = (0..120).map(|n| format!("Écran {n}")).collect();
    names.extend(["Unrelated".to_owned(), "<b>bold</b>".to_owned()]);
    let tenant = write(&app, &names).await;
    let browser = app.signed_in("readonly@northwind.example").await;
    for (list, many) in LISTS {
        let here = format!("/admin/tenants/{tenant}/{list}");
        let all = shown(&browser, &here).await;
        assert!(all.contains(&format!("122 {many}")), "{list}");
        assert!(!all.contains(&format!("Show all {many}")), "{list}");
        // A plain form, which works without script.
        assert!(
            all.contains("method=\"get\"") && all.contains("name=\"q\"") && all.contains(&format!("Search {many}")),
            "{list}"
        );

        let found = shown(&browser, &format!("{here}?q=%20ECRAN%20")).await;
        assert!(found.contains(&format!("120 {many}")), "{list}");
        assert!(
            found.contains("Écran 99") && !found.contains("Écran 100") && !found.contains("Unrelated"),
            "{list}"
        );
        assert!(found.contains(&format!("Show all {many}")), "{list}");
        let second = next(&found).expect("there is a second page");
        assert!(
            second.contains("q=") && second.contains("ECRAN") && second.contains("after=1."),
            "{second}"
        );
        let second = shown(&browser, &second).await;
        assert!(
            second.contains("Écran 119") && second.contains(&format!("120 {many}")),
            "{list}"
        );
        assert!(
            second.contains("Back to the first page") && next(&second).is_none(),
            "{list}"
        );

        let escaped = shown(&browser, &format!("{here}?q=%3Cb%3E")).await;
        assert!(
            escaped.contains("&lt;b&gt;bold") && !escaped.contains("<b>bold"),
            "{list}"
        );
    }
}

#[tokio::test]
async fn nothing_found_nothing_there_and_nothing_more_are_different_things() {
    let app = TestApp::new().await;
    let browser = app.signed_in("readonly@northwind.example").await;
    let tenant = app.id_of("select id from tenants where name = 'Contoso'").await;
    for (list, many) in LISTS {
        let here = format!("/admin/tenants/{tenant}/{list}");
        let page = shown(&browser, &here).await;
        assert!(page.contains(&format!("No {many} yet")), "{list}");
        assert!(!page.contains("name=\"q\""), "{list}: there is nothing to search");
    }
    write(&app, &["Only one".to_owned()]).await;
    for (list, many) in LISTS {
        let here = format!("/admin/tenants/{tenant}/{list}");
        let page = shown(&browser, &format!("{here}?q=nothing")).await;
        assert!(page.contains("no name begins with “nothing”"), "{list}");
        assert!(
            page.contains(&format!("Show all {many}")) && !page.contains("yet</h2>"),
            "{list}"
        );
        assert!(
            page.contains("value=\"nothing\""),
            "{list}: what was searched for stays in the field"
        );
        // What nothing is left of restricts nothing.
        for q in ["%20%20", "%00%01"] {
            assert!(
                shown(&browser, &format!("{here}?q={q}")).await.contains("Only one"),
                "{list} {q}"
            );
        }
        let page = shown(&browser, &format!("{here}?q=only&after=1.zzzz.zzzz.zzzz")).await;
        let page = if list == "groups" {
            shown(&browser, &format!("{here}?q=only&after=1.zzzz.zzzz")).await
        } else {
            page
        };
        assert!(page.contains("The list ends before this page."), "{list}");
        assert!(
            page.contains(&format!("{here}?q=only\"")),
            "{list}: back to the first page of what was found"
        );
        let broken = shown(&browser, &format!("{here}?q=only&after=nonsense")).await;
        assert!(
            broken.contains("so this is the first page") && broken.contains("Only one"),
            "{list}"
        );
        // Longer than any name: it is cut, and finds nothing.
        let long = shown(&browser, &format!("{here}?q={}", "a".repeat(2_000))).await;
        assert!(long.contains(&format!("“{}”", "a".repeat(201))), "{list}");
    }
}
