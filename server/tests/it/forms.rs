//! Forms that start something or name something, with the app's script and without.

use http::{Method, StatusCode};
use ledger::clock::Clock;
use ledger::drafts;
use ledger::sessions::IDLE_HOURS;

use crate::entries::random;
use crate::support::{Answer, Browser, TestApp};

const OPERATOR: &str = "operator@northwind.example";

async fn tenant(app: &TestApp) -> String {
    app.id_of("select id from tenants where name = 'Contoso'")
        .await
        .to_string()
}

async fn sync(browser: &Browser<'_>, tenant: &str, kind: &str, key: &str) -> Answer {
    let fields = [("tenant", tenant), ("types[0]", kind), ("idempotency_key", key)];
    browser.call(Method::POST, "/_fn/start_inventory_sync", &fields).await
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&app.owner).await.unwrap()
}

#[tokio::test]
async fn c11_a_form_that_was_sent_already_and_asks_for_something_else_is_told_so() {
    let app = TestApp::new().await;
    let (tenant, key) = (tenant(&app).await, random());
    let browser = app.signed_in(OPERATOR).await;
    for _ in 0..2 {
        let answer = sync(&browser, &tenant, "deviceCompliancePolicy", &key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
    let other = sync(&browser, &tenant, "deviceConfiguration", &key).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.text().contains("This form was sent already"), "{}", other.text());
    // Without script it leads back to the page, which says it and has a fresh key.
    let fields = [
        ("tenant", tenant.as_str()),
        ("types[0]", "deviceConfiguration"),
        ("idempotency_key", &key),
    ];
    let plain = browser.post("/_fn/start_inventory_sync", &fields).await;
    assert!(plain.status.is_redirection(), "{plain:?}");
    assert!(plain.text().contains("This form was sent already"), "{}", plain.text());
    assert_eq!(count(&app, "select count(*) from operation_runs").await, 1);
}

#[tokio::test]
async fn c15_one_more_start_than_may_wait_is_told_so() {
    let app = TestApp::new().await;
    let tenant = tenant(&app).await;
    let browser = app.signed_in(OPERATOR).await;
    let queued = app.run("Contoso", app.clock.now()).await;
    test_support::write(&app.owner, (0..20).map(|_| queued.clone())).await;
    let answer = sync(&browser, &tenant, "deviceCompliancePolicy", &random()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text().contains("20 operations that you started are waiting"),
        "{}",
        answer.text()
    );
    assert_eq!(count(&app, "select count(*) from operation_runs").await, 20);
}

#[tokio::test]
async fn c15_forms_of_an_ended_session_are_kept_up_to_a_bound_and_the_next_is_told_so() {
    let app = TestApp::new().await;
    let tenant = tenant(&app).await;
    let browser = app.signed_in(OPERATOR).await;
    app.advance(chrono::TimeDelta::hours(IDLE_HOURS));
    let kinds: Vec<&str> = domain::policy::PolicyType::ALL
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    let mut statuses = Vec::new();
    for n in 0..3 * drafts::MOST as usize {
        let fields = [
            ("tenant", tenant.as_str()),
            ("types[0]", kinds[n % kinds.len()]),
            ("types[1]", kinds[n / kinds.len() % kinds.len()]),
            ("idempotency_key", "x"),
        ];
        let answer = browser.call(Method::POST, "/_fn/start_inventory_sync", &fields).await;
        if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
            assert!(
                answer.text().contains("You are signed out, and 10 of your forms"),
                "{}",
                answer.text()
            );
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses[0], StatusCode::UNAUTHORIZED);
    assert_eq!(statuses.last(), Some(&StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(
        count(&app, "select count(*) from form_drafts").await,
        i64::from(drafts::MOST)
    );
}

#[tokio::test]
async fn c16_a_view_has_a_name_that_can_be_read_and_owners_remove_what_is_shared() {
    let app = TestApp::new().await;
    let readonly = app.signed_in("readonly@northwind.example").await;
    let save = async |name: &str| {
        let fields = [("name", name), ("query", "status=failed"), ("shared", "1")];
        readonly.call(Method::POST, "/_fn/save_view", &fields).await
    };
    let heap = format!("x{}", "\u{335}".repeat(40));
    for bad in [
        "\u{200b}\u{200b}",
        "\u{feff}",
        "\u{e0041}",
        "a\u{202e}b",
        "\0",
        &heap,
        "F\u{430}iled",
        " ",
    ] {
        let answer = save(bad).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        assert!(answer.text().contains("\"field\":\"name\""), "{}", answer.text());
    }
    assert_eq!(count(&app, "select count(*) from saved_views").await, 0);
    assert_eq!(save("  e\u{301}te\u{301}  \u{a0}").await.status, StatusCode::OK);
    let name: String = sqlx::query_scalar("select name from saved_views")
        .fetch_one(&app.owner)
        .await
        .unwrap();
    assert_eq!(name, "été");
    let id = app.id_of("select id from saved_views").await.to_string();
    for (email, expected) in [
        ("manager@northwind.example", StatusCode::NOT_FOUND),
        ("owner@northwind.example", StatusCode::OK),
    ] {
        let browser = app.signed_in(email).await;
        let page = browser.get("/admin/operations").await.text();
        assert_eq!(page.contains("Shared by others"), expected == StatusCode::OK, "{email}");
        let answer = browser.call(Method::POST, "/_fn/delete_view", &[("id", &id)]).await;
        assert_eq!(answer.status, expected, "{email}: {}", answer.text());
    }
    assert_eq!(count(&app, "select count(*) from saved_views").await, 0);
}
