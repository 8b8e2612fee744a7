//! `/healthz`, `/readyz`, and pages while the database is away.

use http::StatusCode;

use crate::support::TestApp;

#[tokio::test]
async fn a_process_without_its_database_is_alive_but_not_ready() {
    let app = TestApp::new().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.browser().get(path).await.status, StatusCode::OK, "{path}");
    }
    app.shut_the_database().await;
    assert_eq!(app.browser().get("/healthz").await.status, StatusCode::OK);
    let answer = app.browser().get("/readyz").await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "the database is not available\n")
    );
}

#[tokio::test]
async fn c07_a_schema_that_is_behind_is_not_ready_and_one_that_is_ahead_is() {
    let app = TestApp::new().await;
    let tomorrow = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (20991231000000, 'x', true, 'x', 1)";
    sqlx::query(tomorrow).execute(&app.owner).await.unwrap();
    assert_eq!(app.browser().get("/readyz").await.status, StatusCode::OK);
    let behind = "delete from _sqlx_migrations where version = 20261121000062";
    sqlx::query(behind).execute(&app.owner).await.unwrap();
    let answer = app.browser().get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        answer.text().contains("20261121000062") && answer.text().contains("tenantatlas migrate"),
        "{}",
        answer.text()
    );
    assert_eq!(app.browser().get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn while_the_database_is_away_pages_say_so_and_come_back_with_it() {
    let app = TestApp::new().await;
    let browser = app.signed_in("owner@northwind.example").await;
    app.shut_the_database().await;
    let answer = browser.get("/admin/operations").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "5");
    assert!(answer.text().contains("Nothing was changed"), "{}", answer.text());
    assert_eq!(
        browser.get("/sign-in").await.status,
        StatusCode::OK,
        "the sign-in page needs no database"
    );
    app.open_the_database().await;
    assert_eq!(
        browser.get("/admin/operations").await.status,
        StatusCode::OK,
        "with the same session"
    );
}
