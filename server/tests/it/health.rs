//! `/healthz`, `/readyz`, and pages while the database is away.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, StatusCode};
use ledger::clock::{Clock, DatabaseClock, SystemClock};
use ledger::{DatabaseRole, Ledger};
use server::config::WebArgs;
use server::web::{Web, router};
use test_support::TestDatabase;
use tower::ServiceExt;

use crate::support::TestApp;

/// A machine whose clock is wrong.
#[derive(Debug)]
struct Off(TimeDelta);

impl Clock for Off {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + self.0
    }
}

async fn readiness(ledger: Ledger) -> (StatusCode, String) {
    let web = Web {
        ledger,
        settings: Arc::new(WebArgs::default().settings().unwrap()),
    };
    let asked = Request::get("/readyz").body(Body::empty()).unwrap();
    let response = router(web).unwrap().oneshot(asked).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_machine_whose_clock_is_off_by_more_than_five_seconds_says_so() {
    let database = TestDatabase::new().await;
    let with = async |seconds| {
        let machine = Arc::new(Off(TimeDelta::seconds(seconds)));
        let clock = Arc::new(DatabaseClock::over(machine));
        readiness(database.ledger(DatabaseRole::Web, clock, 2).await).await
    };
    let (status, text) = with(3600).await;
    assert_eq!(status, StatusCode::OK, "it is ready: it goes by the database's clock");
    assert!(text.starts_with("ready\nthis machine's clock is 3"), "{text}");
    assert!(text.contains("ahead of the database's"), "{text}");
    let (_, text) = with(-60).await;
    assert!(text.contains("behind the database's"), "{text}");
    for seconds in [0, 2, -2] {
        assert_eq!(
            with(seconds).await,
            (StatusCode::OK, "ready\n".to_owned()),
            "{seconds} s off"
        );
    }
}

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
