use reqwest::StatusCode;
use simulator::SimulatorConfig;

use crate::support::{Running, answer};

#[tokio::test]
async fn faults_are_changed_while_it_runs() {
    let running = Running::start(SimulatorConfig::default()).await;
    let url = running.url("/_simulator/faults");
    assert_eq!(running.get("/_simulator/faults").await.text, "none");

    let changed = answer(running.http.put(&url).body(" deny=groups , retry-after=9\n")).await;
    assert_eq!(
        (changed.status, changed.text.as_str()),
        (StatusCode::OK, "retry-after=9,deny=groups")
    );
    assert_eq!(running.get("/v1.0/groups").await.status, StatusCode::FORBIDDEN);

    let refused = answer(running.http.put(&url).body("outage,flood")).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.starts_with("flood: expected "), "{}", refused.text);
    assert_eq!(
        running.get("/_simulator/faults").await.text,
        "retry-after=9,deny=groups"
    );

    running.handle.set_faults("none".parse().unwrap());
    assert_eq!(running.get("/v1.0/groups").await.status, StatusCode::OK);
}

#[tokio::test]
async fn requests_of_graph_are_counted() {
    let running = Running::start(SimulatorConfig::default()).await;
    let counts = || async { running.get("/_simulator/requests").await.json() };
    assert_eq!(counts().await, serde_json::json!({ "graph": 0, "token": 1 }));
    running.get("/v1.0/groups").await;
    running.get("/v1.0/nothing").await;
    running.http.get(running.url("/beta/groups")).send().await.unwrap();
    assert_eq!(counts().await, serde_json::json!({ "graph": 3, "token": 1 }));
    assert_eq!(
        (running.handle.graph_requests(), running.handle.token_requests()),
        (3, 1)
    );
}
