//! How listings go on, break off, end and begin anew; what a complete one says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::policy::PolicyType;
use domain::status::{ItemOutcome, Outcome};
use serde_json::{Value, json};

use super::{Case, KIND, POLICIES, counts, told};
use crate::scripted::{Asked, Reply, Scripted, answer, group, groups, ok, page, policies, raw};

/// Answers the first request for the policies with this, every further one with five of them.
async fn first(reply: Option<Reply>) -> Scripted {
    Scripted::new(move |asked| match (asked.is(POLICIES, None), asked.time) {
        (true, 1) => reply.clone(),
        (true, _) => page(policies(5)),
        _ => None,
    })
    .await
}

async fn five_in_the_end(graph: &Scripted) {
    let case = Case::new(graph).await;
    let found = case.policies(&[KIND]).await;
    assert_eq!(
        (found.run.outcome, counts(&found)),
        (Outcome::Succeeded, (5, 5, 0, 0)),
        "{found:?}"
    );
    assert_eq!(graph.times(POLICIES), 2, "asked again once");
}

const BROKEN_OFF: &str = r#"{"value":[{"id":"00000001-0000-4000-8000-000000000001","displayName":"One"},{"id":"00000002-0000-4000-8000-000000000001","displayName":"Two","tags":[""]{"error":{"code":"UnknownError","message":"Unexpected token."}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn case_json_breaks_off() {
    five_in_the_end(&first(raw(200, BROKEN_OFF)).await).await;
    // On the second page of the groups.
    let graph = Scripted::new(|asked| match (asked.token.as_deref(), asked.time) {
        (None, _) if asked.what == "groups" => ok(json!({ "value": groups(0..3), "@odata.nextLink": asked.link("B") })),
        (Some("B"), 1) => raw(200, BROKEN_OFF),
        (Some("B"), _) => page(groups(3..5)),
        _ => None,
    })
    .await;
    let case = Case::new(&graph).await;
    let found = case.groups().await;
    assert_eq!((found.run.outcome, counts(&found)), (Outcome::Succeeded, (5, 5, 0, 0)));
    // For good.
    let graph = Scripted::new(|asked| {
        if asked.what == POLICIES {
            raw(200, BROKEN_OFF)
        } else {
            None
        }
    })
    .await;
    let found = Case::new(&graph).await.policies(&[KIND]).await;
    assert_eq!(
        (found.run.outcome, found.run.reason.as_deref()),
        (Outcome::Failed, Some("graph.unavailable"))
    );
    assert_eq!(graph.times(POLICIES), 3, "a bounded number of times");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_ok_but_not_json() {
    for body in [
        "<!DOCTYPE html><html><body>Services are not available right now</body></html>",
        "",
        r#"{"error":{"code":"UnknownError","message":""}}"#,
        "{}",
    ] {
        five_in_the_end(&first(raw(200, body)).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_statuses_that_may_be_retried() {
    for status in [509, 408, 409, 423, 449, 520] {
        let body = json!({ "error": { "code": "BandwidthLimitExceeded", "message": "x" } });
        five_in_the_end(&first(answer(status, body)).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_bom_in_json() {
    let with_mark = |body: Value| [b"\xef\xbb\xbf", body.to_string().as_bytes()].concat();
    let graph = Scripted::new(move |asked| match asked.what.as_str() {
        POLICIES => raw(200, with_mark(json!({ "value": policies(1) }))),
        "deviceConfigurations" => {
            let error = json!({ "code": "Authorization_RequestDenied", "message": "Insufficient privileges" });
            raw(403, with_mark(json!({ "error": error })))
        }
        _ => None,
    })
    .await;
    let found = Case::new(&graph)
        .await
        .policies(&[KIND, PolicyType::DeviceConfiguration])
        .await;
    assert_eq!(counts(&found), (2, 1, 1, 0));
    assert_eq!(found.run.reason.as_deref(), Some("permission.missing"));
    let message = found.failures[0].message.as_str();
    assert!(message.contains("Authorization_RequestDenied"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_lone_surrogate() {
    let body = r#"{"value":[{"id":"1","displayName":"Good one"},{"id":"2","displayName":"Wi-Fi \ud83d"},{"id":"3","displayName":"Good two"}]}"#;
    let graph = Scripted::new(move |asked| if asked.what == POLICIES { raw(200, body) } else { None }).await;
    let case = Case::new(&graph).await;
    let found = case.policies(&[KIND]).await;
    assert_eq!((found.run.outcome, counts(&found)), (Outcome::Succeeded, (3, 3, 0, 0)));
    assert_eq!(
        case.stored("inventory_items").await,
        ["Good one", "Wi-Fi \u{fffd}", "Good two"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn case_one_bad_object() {
    for (bad, name) in [
        (json!({ "displayName": "Without an id" }), "Without an id"),
        (json!(null), "Object 2 of the listing"),
        (json!({ "id": 12_345, "displayName": "A number" }), "A number"),
        (json!({ "id": "i".repeat(201), "displayName": "Long" }), "Long"),
        (json!([1]), "Object 2 of the listing"),
    ] {
        let objects = json!([{ "id": "1", "displayName": "Policy 1" }, bad, { "id": "3", "displayName": "Policy 3" }]);
        let graph = Scripted::new(move |asked| match asked.what.as_str() {
            POLICIES | "groups" => page(objects.clone()),
            _ => None,
        })
        .await;
        let case = Case::new(&graph).await;
        for found in [case.policies(&[KIND]).await, case.groups().await] {
            assert_eq!(
                (found.run.outcome, counts(&found)),
                (Outcome::PartiallySucceeded, (3, 2, 1, 0)),
                "{bad}"
            );
            assert_eq!(found.run.reason.as_deref(), Some("object.unreadable"));
            let failed: Vec<_> = found
                .items
                .rows
                .iter()
                .filter(|item| item.outcome == ItemOutcome::Failed)
                .collect();
            assert_eq!(failed.len(), 1);
            assert_eq!((failed[0].name.as_str(), failed[0].external_id.as_str()), (name, "#2"));
            assert_eq!(found.numbers.all.count as usize, found.items.rows.len(), "R20");
        }
        assert_eq!(graph.times(POLICIES), 1, "what was read is not asked for again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s07_numbers_and_shapes_beyond_bounds_do_not_break_a_run() {
    let body = format!(
        r#"{{"value":[{{"id":"1","displayName":"Huge","version":1e300,"roleScopeTagIds":[{}]}},
            {{"id":"2","displayName":"Huger","version":1e999}},
            {{"id":"3","displayName":["a"],"version":{{"a":1}},"description":{}1{}}},
            {{"id":"4","displayName":"Twice","displayName":"Twice","lastModifiedDateTime":5}}]}}"#,
        vec!["1e300"; 900].join(","),
        "[".repeat(500),
        "]".repeat(500),
    );
    let graph = Scripted::new(move |asked| {
        if asked.what == POLICIES {
            raw(200, body.clone())
        } else {
            None
        }
    })
    .await;
    let case = Case::new(&graph).await;
    let found = case.policies(&[KIND]).await;
    assert_eq!(
        (found.run.outcome, counts(&found)),
        (Outcome::Succeeded, (4, 4, 0, 0)),
        "{found:?}"
    );
    assert_eq!(case.stored("inventory_items").await, ["Huge", "Huger", "3", "Twice"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_next_link_empty_text() {
    for end in [json!(""), json!(null), json!(" ")] {
        let body = json!({ "value": policies(1), "@odata.nextLink": end });
        let graph = Scripted::new(move |asked| if asked.what == POLICIES { ok(body.clone()) } else { None }).await;
        let found = Case::new(&graph).await.policies(&PolicyType::ALL).await;
        assert_eq!((found.run.outcome, counts(&found)), (Outcome::Succeeded, (1, 1, 0, 0)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_elsewhere_costs_neither_its_own_page_nor_the_other_types() {
    let graph = Scripted::new(|asked| match asked.what.as_str() {
        POLICIES => ok(json!({ "value": policies(2), "@odata.nextLink": "https://elsewhere.example/x" })),
        "deviceConfigurations" => page(policies(3)),
        _ => None,
    })
    .await;
    let found = Case::new(&graph).await.policies(&PolicyType::ALL).await;
    assert_eq!(
        (found.run.outcome, counts(&found)),
        (Outcome::PartiallySucceeded, (6, 5, 1, 0))
    );
    assert_eq!(found.run.reason.as_deref(), Some("graph.unsafe_link"));
}

#[tokio::test(flavor = "multi_thread")]
async fn case_paging_overlap_counts() {
    let script = |asked: &Asked| match (asked.what.as_str(), asked.token.as_deref()) {
        ("groups", None) => ok(json!({ "value": groups(0..10), "@odata.nextLink": asked.link("1") })),
        ("groups", Some("1")) => ok(json!({ "value": groups(5..15), "@odata.nextLink": asked.link("2") })),
        ("groups", Some("2")) => page(groups(10..20)),
        (POLICIES, None) => ok(json!({ "value": policies(4), "@odata.nextLink": asked.link("1") })),
        (POLICIES, Some("1")) => page(policies(6)),
        _ => None,
    };
    let case = Case::new(&Scripted::new(script).await).await;
    let found = case.groups().await;
    assert_eq!(
        (found.run.outcome, counts(&found)),
        (Outcome::Succeeded, (20, 20, 0, 0))
    );
    assert_eq!(found.run.counts.total, Some(20));
    assert_eq!(case.stored("directory_groups").await.len(), 20);
    // What is said while it runs is said of objects as well; the last word of it is in the live row.
    let found = case.policies(&[KIND]).await;
    assert_eq!(counts(&found), (6, 6, 0, 0));
    let live = "select (l.counts->>'processed')::bigint from operation_run_live l join operation_runs r on r.id = l.run_id where r.type = ";
    for (kind, objects) in [("'directory.groups.sync'", 20), ("'inventory.sync'", 6)] {
        let said: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("{live}{kind}")))
            .fetch_one(&case.world.owner)
            .await
            .unwrap();
        assert_eq!(said, objects, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_paging_same_link_empty() {
    for last in [json!([]), groups(0..2)] {
        let graph = Scripted::new(move |asked| match (asked.what.as_str(), asked.token.as_deref()) {
            ("groups", None) => ok(json!({ "value": groups(0..2), "@odata.nextLink": asked.link("S") })),
            ("groups", Some("S")) => ok(json!({ "value": last, "@odata.nextLink": asked.link("S") })),
            _ => None,
        })
        .await;
        let found = Case::new(&graph).await.groups().await;
        assert_eq!((found.run.outcome, counts(&found)), (Outcome::Succeeded, (2, 2, 0, 0)));
        assert_eq!(told(&found, "listing_ended"), ["Groups"]);
        assert_eq!(graph.times("groups"), 2);
    }
}

/// A listing whose second page is refused so many times, and has six groups in the end.
fn expiring(status: u16, code: &'static str, times: usize) -> impl Fn(&Asked) -> Option<Reply> + Clone {
    let refused = Arc::new(AtomicUsize::new(0));
    move |asked| match (asked.what.as_str(), asked.token.as_deref()) {
        ("groups", None) => ok(json!({ "value": groups(0..3), "@odata.nextLink": asked.link("A") })),
        ("groups", Some(_)) if refused.fetch_add(1, Ordering::SeqCst) < times => answer(
            status,
            json!({ "error": { "code": code, "message": "The page token has expired." } }),
        ),
        ("groups", Some(_)) => page(groups(3..6)),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_paging_token_expired() {
    for (status, code) in [
        (400, "Directory_ExpiredPageToken"),
        (410, "Gone"),
        (400, "BadRequest"),
        (404, "syncStateNotFound"),
    ] {
        let graph = Scripted::new(expiring(status, code, 1)).await;
        let found = Case::new(&graph).await.groups().await;
        assert_eq!(
            (found.run.outcome, counts(&found)),
            (Outcome::Succeeded, (6, 6, 0, 0)),
            "{code}"
        );
        assert_eq!(told(&found, "listing_begun_anew"), ["Groups"]);
        assert_eq!(graph.times("groups"), 4);
    }
    // For good.
    let graph = Scripted::new(expiring(400, "Directory_ExpiredPageToken", usize::MAX)).await;
    let case = Case::new(&graph).await;
    let found = case.groups().await;
    assert_eq!(
        (found.run.outcome, found.run.reason.as_deref()),
        (Outcome::Failed, Some("graph.listing_expired"))
    );
    assert_eq!(counts(&found), (3, 3, 0, 0), "what was written is counted");
    assert_eq!(case.stored("directory_groups").await.len(), 3);
    assert_eq!(graph.times("groups"), 6, "begun three times");
    let remedy = domain::reason::ReasonCode::GraphListingExpired.remedy();
    assert!(remedy.starts_with("Start it again"), "{remedy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_policy_deleted_in_tenant() {
    // Which sync this is; the third breaks off, the fourth has an object that cannot be read.
    let sync = Arc::new(AtomicUsize::new(1));
    let now = Arc::clone(&sync);
    let (kept, deleted) = (
        json!({ "id": "1", "displayName": "Kept policy" }),
        json!({ "id": "2", "displayName": "Deleted later" }),
    );
    let graph = Scripted::new(move |asked| {
        let (kept, deleted) = (kept.clone(), deleted.clone());
        match (now.load(Ordering::SeqCst), asked.what.as_str()) {
            (1 | 5, POLICIES) => page(json!([kept, deleted])),
            (2, POLICIES) if asked.token.is_none() => {
                ok(json!({ "value": [kept], "@odata.nextLink": asked.link("B") }))
            }
            (2, POLICIES) => answer(418, json!({})),
            (3, POLICIES) => page(json!([kept, { "displayName": "Unreadable" }])),
            (4, POLICIES) => page(json!([kept])),
            (1, "groups") => page(json!([group("1", "Kept"), group("2", "Deleted")])),
            (2, "groups") => page(json!([group("1", "Kept"), null])),
            (_, "groups") => page(json!([group("1", "Kept")])),
            _ => None,
        }
    })
    .await;
    let case = Case::new(&graph).await;
    let missing = async |table: &str| -> Vec<String> {
        let sql = format!("select name from {table} where missing_since is not null order by 1");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_all(&case.world.owner)
            .await
            .unwrap()
    };
    for (number, gone) in [
        (1, vec![]),
        (2, vec![]),
        (3, vec![]),
        (4, vec!["Deleted later"]),
        (5, vec![]),
    ] {
        sync.store(number, Ordering::SeqCst);
        let found = case.policies(&[KIND]).await;
        assert_eq!(missing("inventory_items").await, gone, "sync {number}");
        let noted = told(&found, "not_seen");
        assert_eq!(noted.len(), gone.len(), "{noted:?}");
    }
    for (number, gone) in [(1, vec![]), (2, vec![]), (3, vec!["Deleted"])] {
        sync.store(number, Ordering::SeqCst);
        case.groups().await;
        assert_eq!(missing("directory_groups").await, gone, "sync {number}");
    }
}
