//! Headers.

use std::collections::HashSet;

use crate::support::TestApp;

#[tokio::test]
async fn every_answer_says_what_this_site_never_does() {
    let app = TestApp::new().await;
    let owner = app.signed_in("owner@northwind.example").await;
    for path in [
        "/sign-in",
        "/admin/operations",
        "/admin/whatever",
        "/healthz",
        "/nothing",
        "/_fn/viewer",
        "/pkg/nothing.js",
        "/favicon.svg",
    ] {
        let answer = owner.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        if path != "/favicon.svg" {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn each_page_has_a_nonce_of_its_own_and_its_scripts_carry_it() {
    let app = TestApp::new().await;
    let mut nonces = HashSet::new();
    for _ in 0..5 {
        let answer = app.browser().get("/sign-in").await;
        let policy = answer.header("content-security-policy").to_owned();
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned();
        assert!(nonce.len() >= 16, "{policy}");
        let text = answer.text();
        let scripts: Vec<&str> = text
            .split("<script")
            .skip(1)
            .map(|rest| rest.split('>').next().unwrap())
            .collect();
        assert!(
            !scripts.is_empty() && scripts.iter().all(|tag| tag.contains(&format!("nonce=\"{nonce}\""))),
            "{scripts:?}"
        );
        assert!(!text.contains(" style=\"") && !text.contains("<style"), "{text}");
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 5);
}

#[tokio::test]
async fn each_answer_has_a_name_of_ours() {
    let app = TestApp::new().await;
    let request = http::Request::get("/healthz")
        .header("x-request-id", "chosen")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.header("x-request-id").len(), 16);
}
