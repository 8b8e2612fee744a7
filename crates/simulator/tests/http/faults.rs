use std::time::{Duration, Instant};

use reqwest::StatusCode;
use simulator::SimulatorConfig;

use crate::support::{Running, TENANT};

const COMPLIANCE: &str = "/beta/deviceManagement/deviceCompliancePolicies";

async fn with(faults: &str) -> Running {
    let faults = faults.parse().unwrap();
    Running::start(SimulatorConfig {
        faults,
        policies: 32,
        groups: 10,
        ..SimulatorConfig::default()
    })
    .await
}

#[tokio::test]
async fn a_share_of_the_requests_is_throttled() {
    let running = with("throttle=0.5,retry-after=7").await;
    let mut throttled = 0;
    for _ in 0..100 {
        let answer = running.get("/v1.0/groups").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(
                (answer.headers["retry-after"].to_str().unwrap(), answer.code().as_str()),
                ("7", "TooManyRequests")
            );
            throttled += 1;
        }
    }
    // The dice are seeded: this is not a matter of luck.
    assert!((30..70).contains(&throttled), "{throttled}");
}

#[tokio::test]
async fn a_share_of_the_requests_fails() {
    let running = with("errors=1").await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let answer = running.get("/v1.0/groups").await;
        assert!(answer.status.is_server_error() && !answer.code().is_empty());
        assert_eq!(
            answer.headers.contains_key("retry-after"),
            answer.status == StatusCode::SERVICE_UNAVAILABLE
        );
        seen.insert(answer.status.as_u16());
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [500, 502, 503, 504]);
}

#[tokio::test]
async fn counted_faults_end() {
    let running = with("throttle-next=2,errors-next=1,retry-after=0").await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(running.get("/v1.0/groups").await.status.as_u16());
    }
    assert_eq!(statuses, [429, 429, 503, 200, 200]);
    assert_eq!(running.handle.faults().to_string(), "retry-after=0");
}

#[tokio::test]
async fn a_collection_can_be_denied() {
    let running = with("deny=deviceCompliancePolicies,deny=groups").await;
    let intune = running.get(COMPLIANCE).await;
    assert_eq!(
        (intune.status, intune.code().as_str()),
        (StatusCode::FORBIDDEN, "Forbidden")
    );
    assert!(intune.text.contains("DeviceManagementConfiguration.Read.All"));
    let directory = running.get("/v1.0/groups").await;
    assert_eq!(
        (directory.status, directory.code().as_str()),
        (StatusCode::FORBIDDEN, "Authorization_RequestDenied")
    );
    assert_eq!(
        running.get("/beta/deviceManagement/configurationPolicies").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn json_can_be_broken() {
    let running = with("broken-json=groups").await;
    let answer = running.get("/v1.0/groups").await;
    assert_eq!(
        (answer.status, &answer.headers["content-type"]),
        (StatusCode::OK, &"application/json".parse().unwrap())
    );
    assert!(answer.text.starts_with('{') && serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
    assert_eq!(
        running.get(COMPLIANCE).await.json()["value"].as_array().unwrap().len(),
        4
    );
}

#[tokio::test]
async fn signing_in_can_be_refused() {
    let running = with("refuse-tokens").await;
    let answer = running.sign_in(&TENANT.to_string(), "app", "secret").await;
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("invalid_client"))
    );
    assert_eq!(
        running.get("/v1.0/groups").await.status,
        StatusCode::OK,
        "tokens that were handed out stay good"
    );
}

#[tokio::test]
async fn everything_can_be_out() {
    let running = with("outage").await;
    assert_eq!(
        running.get("/v1.0/groups").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    let answer = running.sign_in(&TENANT.to_string(), "app", "secret").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable")
    );
}

#[tokio::test]
async fn answers_can_be_late() {
    let running = with("latency=80ms").await;
    let begin = Instant::now();
    running.get("/v1.0/groups").await;
    assert!(begin.elapsed() >= Duration::from_millis(40));
}
