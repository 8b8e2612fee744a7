//! Server functions as other sites, links and browsers without script reach them.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use leptos::server_fn::axum::server_fn_paths;

use crate::entries::{random, run_of_contoso};
use crate::support::{Answer, TestApp, form};

async fn send(
    app: &TestApp,
    method: Method,
    path: &str,
    cookie: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1:3000")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn c06_a_link_to_a_function_leads_nowhere_and_tells_nothing() {
    let app = TestApp::new().await;
    let (run, _) = run_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    let mut seen = Vec::new();
    for (path, method) in server_fn_paths().filter(|(_, method)| *method == Method::GET) {
        for cookie in [owner.cookie.as_str(), ""] {
            for run in [run.as_str(), &random()] {
                for headers in [
                    &[
                        ("accept", "text/html"),
                        ("referer", "https://evil.example/watch?x=1"),
                        ("sec-fetch-site", "cross-site"),
                    ][..],
                    &[("accept", "text/html,*/*"), ("referer", "javascript:alert(1)")],
                    &[
                        ("accept", "*/*"),
                        ("sec-fetch-mode", "navigate"),
                        ("referer", "https://evil.example/"),
                    ],
                ] {
                    let answer = send(
                        &app,
                        method.clone(),
                        &format!("{path}?run={run}"),
                        cookie,
                        headers,
                        String::new(),
                    )
                    .await;
                    assert!(answer.header("location").is_empty(), "{path} {headers:?}");
                    seen.push((answer.status, answer.text()));
                }
            }
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "the same for everybody, whatever is asked: {seen:?}");
    // A page of another site of the same domain sends the cookie with what its script asks.
    let headers = [
        ("accept", "*/*"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-mode", "no-cors"),
    ];
    let answer = send(&app, Method::GET, "/_fn/viewer", &owner.cookie, &headers, String::new()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = owner.call(Method::GET, "/_fn/viewer", &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "the app's own script gets its answer");
}

#[tokio::test]
async fn c06_a_form_is_led_back_to_pages_of_ours_only() {
    let app = TestApp::new().await;
    let owner = app.signed_in("owner@northwind.example").await;
    let body = form(&[("id", "nonsense")]);
    for (referer, to_ours) in [
        ("http://127.0.0.1:3000/admin/notifications", true),
        ("https://evil.example/", false),
        ("javascript:alert(1)", false),
        ("http://127.0.0.1:3000.evil.example/", false),
    ] {
        let headers = [
            ("accept", "text/html"),
            ("referer", referer),
            ("sec-fetch-site", "same-origin"),
        ];
        let answer = send(
            &app,
            Method::POST,
            "/_fn/notifications_mark_read",
            &owner.cookie,
            &headers,
            body.clone(),
        )
        .await;
        let location = answer.header("location");
        assert_eq!(
            location.starts_with("http://127.0.0.1:3000/admin/notifications?__path="),
            to_ours,
            "{referer}: {location}"
        );
        assert!(to_ours || location == "/", "{referer}: {location}");
    }
}

const WORDS: &str = "eyJJbnZhbGlkIjp7ImZpZWxkIjoiIiwibWVzc2FnZSI6InlvdXIgYWNjb3VudCBpcyBsb2NrZWQsIGNhbGwgMDkwMCJ9fQ==";

#[tokio::test]
async fn c12_a_page_says_nothing_that_only_its_address_says() {
    let app = TestApp::new().await;
    let (run, tenant) = run_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    for (page, function) in [
        ("/admin/notifications".to_owned(), "notifications_mark_read"),
        ("/admin/operations".to_owned(), "save_view"),
        (format!("/admin/tenants/{tenant}/inventory"), "start_inventory_sync"),
        (format!("/admin/tenants/{tenant}/groups"), "start_groups_sync"),
    ] {
        for said in [
            format!("__path=%2F_fn%2F{function}&__err={WORDS}"),
            format!("__path=%2F_fn%2F{function}&__err={WORDS}&__said={}", "0".repeat(64)),
            format!("started={run}"),
            format!("ended={run}&__said="),
            format!("%5F_err={WORDS}&__path=%2F_fn%2F{function}"),
        ] {
            let answer = owner.get(&format!("{page}?x=1&{said}")).await;
            assert_eq!(answer.redirects_to(), format!("{page}?x=1"), "{said}");
        }
    }
}

/// What a browser without script sees of a form that was refused, and of one that was not.
#[tokio::test]
async fn c12_what_the_server_said_is_shown_to_whom_it_was_said() {
    let app = TestApp::new().await;
    let (_, tenant) = run_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    let page = format!("/admin/tenants/{tenant}/inventory");
    let referer = format!("http://127.0.0.1:3000{page}");
    let headers = [
        ("accept", "text/html"),
        ("referer", referer.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    let path = "/_fn/start_inventory_sync";

    let key = random();
    let body = form(&[("tenant", &tenant), ("idempotency_key", &key)]);
    let refused = send(&app, Method::POST, path, &owner.cookie, &headers, body).await;
    let location = refused
        .header("location")
        .strip_prefix("http://127.0.0.1:3000")
        .unwrap()
        .to_owned();
    let shown = owner.get(&location).await;
    assert_eq!(shown.status, StatusCode::OK, "{location}");
    assert!(shown.text().contains("Choose at least one policy type."), "{location}");
    let manager = app.signed_in("manager@northwind.example").await;
    assert_eq!(manager.get(&location).await.redirects_to(), page, "to nobody else");

    // Sent again from there, it is accepted, and the page says that and nothing else.
    let referer = format!("http://127.0.0.1:3000{location}");
    let headers = [
        ("accept", "text/html"),
        ("referer", referer.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    let body = form(&[
        ("tenant", &tenant),
        ("idempotency_key", &key),
        ("types[0]", "deviceCompliancePolicy"),
    ]);
    let accepted = send(&app, Method::POST, path, &owner.cookie, &headers, body).await;
    let location = accepted.header("location").to_owned();
    assert!(location.starts_with(&page) && !location.contains("__err"), "{location}");
    let shown = owner.get(&location).await;
    assert_eq!(shown.status, StatusCode::OK, "{location}");
    assert!(shown.text().contains("View run"), "{location}");
    assert!(!shown.text().contains("Choose at least one policy type."));
}
