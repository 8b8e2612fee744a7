//! `/admin/…`: who gets where.

use http::StatusCode;
use ledger::clock::Clock;

use crate::support::{Answer, TestApp};

/// A run of Contoso, put there by hand: starting one is tested elsewhere.
async fn run_of_contoso(app: &TestApp, kind: &str) -> String {
    let run = app.run("Contoso", app.clock.now()).await.operation(kind);
    test_support::write(&app.owner, [run]).await[0].to_string()
}

/// Everything but what names the request itself.
fn seen(answer: &Answer) -> (StatusCode, http::HeaderMap, Vec<u8>) {
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    (answer.status, headers, answer.body.clone())
}

#[tokio::test]
async fn without_a_session_everything_leads_to_sign_in_and_back() {
    let app = TestApp::new().await;
    for (path, expected) in [
        ("/admin/operations", "/sign-in"),
        (
            "/admin/operations?tab=failed",
            "/sign-in?next=%2Fadmin%2Foperations%3Ftab%3Dfailed",
        ),
        (
            "/admin/operations/nonsense",
            "/sign-in?next=%2Fadmin%2Foperations%2Fnonsense",
        ),
        ("/admin/whatever", "/sign-in?next=%2Fadmin%2Fwhatever"),
    ] {
        assert_eq!(app.browser().get(path).await.redirects_to(), expected);
    }
    for path in ["/", "/admin"] {
        let answer = app.signed_in("owner@northwind.example").await.get(path).await;
        assert_eq!(answer.redirects_to(), "/admin/operations");
    }
}

#[tokio::test]
async fn the_sign_in_page_is_for_those_who_are_not() {
    let app = TestApp::new().await;
    let answer = app.browser().get("/sign-in").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text().contains("Sign in"));
    let browser = app.signed_in("owner@northwind.example").await;
    assert_eq!(
        browser
            .get("/sign-in?next=%2Fadmin%2Fnotifications")
            .await
            .redirects_to(),
        "/admin/notifications"
    );
    assert_eq!(
        browser.get("/sign-in?next=%2F%2Fevil.example").await.redirects_to(),
        "/admin/operations"
    );
}

#[tokio::test]
async fn r11_malformed_random_and_foreign_runs_are_the_same_bytes() {
    let app = TestApp::new().await;
    let run = run_of_contoso(&app, "inventory.sync").await;
    let tenant = app
        .id_of("select id from tenants where name = 'Contoso'")
        .await
        .to_string();
    let mut all = Vec::new();
    for email in [
        "operator-fabrikam@northwind.example",
        "owner@tailspin.example",
        "outsider@nowhere.example",
    ] {
        let browser = app.signed_in(email).await;
        for path in [
            format!("/admin/operations/{run}"),
            "/admin/operations/0199f0a4-7c00-7000-8000-000000000001".to_owned(),
            "/admin/operations/nonsense".to_owned(),
            format!("/admin/operations/{}", run.to_uppercase()),
            format!("/admin/tenants/{tenant}/inventory"),
            "/admin/tenants/0199f0a4-7c00-7000-8000-000000000001/inventory".to_owned(),
            "/admin/tenants/'%20or%201=1/inventory".to_owned(),
        ] {
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{email} {path}");
            all.push((email, path, seen(&answer)));
        }
    }
    let owner = app.signed_in("owner@northwind.example").await;
    for path in ["/admin/whatever", "/admin/operations/a/b/c"] {
        all.push(("owner", path.to_owned(), seen(&owner.get(path).await)));
    }
    let first = &all[0].2;
    for (email, path, answer) in &all {
        assert_eq!(answer, first, "{email} {path}");
    }
    let text = String::from_utf8_lossy(&first.2);
    assert!(
        !text.contains("<script") && !text.contains("nonce") && !text.contains(".example"),
        "{text}"
    );
}

#[tokio::test]
async fn r11_a_run_resolves_its_own_workspace() {
    let app = TestApp::new().await;
    let run = run_of_contoso(&app, "inventory.sync").await;
    let tailspin = app
        .id_of("select id from workspaces where slug = 'tailspin'")
        .await
        .to_string();
    let consultant = app.signed_in("consultant@partner.example").await;
    consultant
        .post("/session/workspace", &[("workspace", &tailspin)])
        .await
        .redirects_to();
    assert_eq!(
        consultant.get(&format!("/admin/operations/{run}")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn r11_in_scope_without_the_key_is_a_403_that_names_it() {
    let app = TestApp::new().await;
    let run = run_of_contoso(&app, "retention.prune").await;
    let answer = app
        .signed_in("operator@northwind.example")
        .await
        .get(&format!("/admin/operations/{run}"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text().contains("workspace.manage"), "{}", answer.text());
    let owner = app.signed_in("owner@northwind.example").await;
    assert_eq!(
        owner.get(&format!("/admin/operations/{run}")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn somebody_in_no_workspace_is_told_so() {
    let app = TestApp::new().await;
    let outsider = app.signed_in("outsider@nowhere.example").await;
    for path in ["/admin/operations", "/admin/notifications", "/admin/whatever"] {
        assert_eq!(outsider.get(path).await.redirects_to(), "/admin/no-access", "{path}");
    }
    assert_eq!(outsider.get("/admin/no-access").await.status, StatusCode::OK);
    let owner = app.signed_in("owner@northwind.example").await;
    assert_eq!(owner.get("/admin/no-access").await.redirects_to(), "/admin/operations");
}

#[tokio::test]
async fn somebody_removed_from_the_selected_workspace_goes_on_in_another() {
    let app = TestApp::new().await;
    let consultant = app.signed_in("consultant@partner.example").await;
    sqlx::query(
        "delete from members where workspace_id = (select workspace_id from sessions order by created_at desc limit 1)",
    )
    .execute(&app.owner)
    .await
    .unwrap();
    assert_eq!(consultant.get("/admin/operations").await.status, StatusCode::OK);
}

#[tokio::test]
async fn scanners_get_a_cheap_404() {
    let app = TestApp::new().await;
    for path in [
        "/.env",
        "/wp-login.php",
        "/api/v1/users",
        "/administrator",
        "/_fn/nothing",
        "/pkg/../../Cargo.toml",
        "/pkg/nothing.js",
        "/favicon.ico",
    ] {
        let answer = app.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.len() < 20, "{path}: {}", answer.text());
    }
}
