//! What is too much.

use axum::body::Body;
use axum::body::Bytes;
use http::{Request, StatusCode};

use crate::support::TestApp;

#[tokio::test]
async fn a_form_that_is_too_large_is_refused_before_anything_happens() {
    let app = TestApp::new().await;
    let browser = app.signed_in("owner@northwind.example").await;
    let large = "x".repeat(100_000);
    for path in ["/sign-in", "/session/workspace", "/_fn/start_inventory_sync"] {
        let answer = browser.post(path, &[("email", &large), ("workspace", &large)]).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(answer.text().contains("Go back"), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_body_without_a_length_is_counted_too() {
    let app = TestApp::new().await;
    let chunks = (0..10).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 10_000])));
    let request = Request::post("/_fn/start_inventory_sync")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from_stream(futures::stream::iter(chunks)))
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        answer.text().starts_with("{\"Invalid\""),
        "script gets the app's own error: {}",
        answer.text()
    );
}
