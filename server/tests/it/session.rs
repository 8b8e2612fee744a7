//! `/session/…`, `/preferences/…`, and how long a session lives.

use chrono::TimeDelta;
use http::StatusCode;
use ledger::sessions::{ABSOLUTE_DAYS, IDLE_HOURS};

use crate::support::TestApp;

#[tokio::test]
async fn a_session_ends_when_it_is_not_used() {
    let app = TestApp::new().await;
    let browser = app.signed_in("owner@northwind.example").await;
    app.advance(TimeDelta::hours(IDLE_HOURS) - TimeDelta::minutes(1));
    assert_eq!(browser.get("/admin/operations").await.status, StatusCode::OK);
    app.advance(TimeDelta::hours(IDLE_HOURS) - TimeDelta::minutes(1));
    assert_eq!(
        browser.get("/admin/operations").await.status,
        StatusCode::OK,
        "use moves the end"
    );
    app.advance(TimeDelta::hours(IDLE_HOURS));
    let answer = browser.get("/admin/notifications?a=b").await;
    assert_eq!(
        answer.redirects_to(),
        "/sign-in?error=expired&next=%2Fadmin%2Fnotifications%3Fa%3Db"
    );
}

#[tokio::test]
async fn a_page_that_polls_does_not_keep_the_session() {
    let app = TestApp::new().await;
    let browser = app.signed_in("owner@northwind.example").await;
    app.advance(TimeDelta::hours(IDLE_HOURS) - TimeDelta::minutes(1));
    let answer = browser.call(http::Method::GET, "/_fn/runs_poll", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    app.advance(TimeDelta::minutes(2));
    assert!(
        browser
            .get("/admin/operations")
            .await
            .redirects_to()
            .starts_with("/sign-in?error=expired")
    );
}

#[tokio::test]
async fn a_session_ends_however_much_it_is_used() {
    let app = TestApp::new().await;
    let browser = app.signed_in("owner@northwind.example").await;
    for _ in 0..(ABSOLUTE_DAYS * 24 / 8) - 1 {
        app.advance(TimeDelta::hours(8));
        assert_eq!(browser.get("/admin/operations").await.status, StatusCode::OK);
    }
    app.advance(TimeDelta::hours(8));
    assert!(
        browser
            .get("/admin/operations")
            .await
            .redirects_to()
            .starts_with("/sign-in?error=expired")
    );
}

#[tokio::test]
async fn signing_out_ends_this_session_and_everywhere_ends_all() {
    let app = TestApp::new().await;
    let laptop = app.signed_in("owner@northwind.example").await;
    let phone = app.signed_in("owner@northwind.example").await;
    let other = app.signed_in("manager@northwind.example").await;
    let answer = laptop.post("/session/sign-out", &[]).await;
    assert_eq!(answer.redirects_to(), "/sign-in");
    assert!(
        answer.header("set-cookie").starts_with("__Host-session=; ")
            && answer.header("set-cookie").contains("Max-Age=0")
    );
    assert!(
        laptop
            .get("/admin/operations")
            .await
            .redirects_to()
            .starts_with("/sign-in")
    );
    assert_eq!(phone.get("/admin/operations").await.status, StatusCode::OK);
    let laptop = app.signed_in("owner@northwind.example").await;
    phone.post("/session/sign-out-everywhere", &[]).await.redirects_to();
    for ended in [&laptop, &phone] {
        assert!(
            ended
                .get("/admin/operations")
                .await
                .redirects_to()
                .starts_with("/sign-in")
        );
    }
    assert_eq!(other.get("/admin/operations").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_get_never_signs_out() {
    let app = TestApp::new().await;
    let browser = app.signed_in("owner@northwind.example").await;
    browser.get("/session/sign-out").await;
    assert_eq!(browser.get("/admin/operations").await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_ones_own_workspaces_can_be_selected() {
    let app = TestApp::new().await;
    let northwind = app
        .id_of("select id from workspaces where slug = 'northwind'")
        .await
        .to_string();
    let tailspin = app
        .id_of("select id from workspaces where slug = 'tailspin'")
        .await
        .to_string();
    let consultant = app.signed_in("consultant@partner.example").await;
    for workspace in [&tailspin, &northwind] {
        let answer = consultant
            .post(
                "/session/workspace",
                &[("workspace", workspace), ("next", "/admin/notifications")],
            )
            .await;
        assert_eq!(answer.redirects_to(), "/admin/notifications");
    }
    let owner = app.signed_in("owner@northwind.example").await;
    let foreign = owner.post("/session/workspace", &[("workspace", &tailspin)]).await;
    let random = owner
        .post(
            "/session/workspace",
            &[("workspace", "0199f0a4-7c00-7000-8000-000000000001")],
        )
        .await;
    let malformed = owner.post("/session/workspace", &[("workspace", "x")]).await;
    for answer in [&foreign, &random, &malformed] {
        assert_eq!((answer.status, &answer.body), (StatusCode::NOT_FOUND, &foreign.body));
    }
}

#[tokio::test]
async fn the_theme_is_kept_in_a_cookie_and_reaches_the_page() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let answer = browser
        .post("/preferences/theme", &[("theme", "dark"), ("next", "//evil.example")])
        .await;
    assert_eq!(answer.redirects_to(), "/admin/operations");
    browser.cookie = answer.cookie();
    assert_eq!(browser.cookie, "theme=dark");
    assert!(browser.get("/sign-in").await.text().contains("data-theme=\"dark\""));
    let answer = browser.post("/preferences/theme", &[("theme", "system")]).await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
}
