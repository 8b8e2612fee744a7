//! Requests that another site made a browser send.

use axum::body::Body;
use http::{Request, StatusCode};

use crate::support::{TestApp, form};

async fn post(app: &TestApp, headers: &[(&str, &str)]) -> StatusCode {
    let body = form(&[("theme", "dark")]);
    let mut request = Request::post("/preferences/theme").header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::from(body)).unwrap()).await.status
}

#[tokio::test]
async fn only_this_site_can_change_anything() {
    let app = TestApp::new().await;
    for good in [
        &[("sec-fetch-site", "same-origin")][..],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")],
        // A proxy changed the host; the public address is what counts then.
        &[("origin", "http://127.0.0.1:3000"), ("host", "internal")],
        &[],
    ] {
        assert_eq!(post(&app, good).await, StatusCode::SEE_OTHER, "{good:?}");
    }
    for bad in [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")][..],
        &[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:4000")],
        &[("origin", "https://evil.example"), ("host", "127.0.0.1:3000")],
        &[("origin", "null"), ("host", "127.0.0.1:3000")],
    ] {
        assert_eq!(post(&app, bad).await, StatusCode::FORBIDDEN, "{bad:?}");
    }
}

#[tokio::test]
async fn every_path_that_changes_something_is_behind_it() {
    let app = TestApp::new().await;
    let owner = app.signed_in("owner@northwind.example").await;
    for path in [
        "/sign-in",
        "/session/sign-out",
        "/session/sign-out-everywhere",
        "/session/workspace",
        "/_fn/start_inventory_sync",
        "/_fn/notifications_mark_read",
    ] {
        let request = Request::post(path)
            .header("cookie", &owner.cookie)
            .header("sec-fetch-site", "cross-site")
            .header("origin", "https://evil.example")
            .body(Body::empty())
            .unwrap();
        assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(
        owner.get("/admin/operations").await.status,
        StatusCode::OK,
        "still signed in"
    );
}
