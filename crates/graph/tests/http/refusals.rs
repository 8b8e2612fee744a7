use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use domain::policy::PolicyType;
use domain::reason::ReasonCode;
use graph::{Contract, Defect, ErrorCode, GraphClient, GraphError};

use crate::support::{Recorder, SECRET, all, impatient, server, some_groups};

/// What becomes of an answer of Graph, and how often it was asked.
async fn answered(status: u16, body: &'static str) -> (GraphError, usize) {
    let recorder = Recorder::default();
    let status = StatusCode::from_u16(status).unwrap();
    let url = server(Router::new().route("/v1.0/groups", get(move || async move { (status, body) }))).await;
    let client = GraphClient::new(impatient(&url)).unwrap();
    let error = all(&client, Contract::Groups, &recorder).await.unwrap_err();
    (error, recorder.waits().len() + 1)
}

#[tokio::test]
async fn r17_refusals_are_not_retried() {
    let denied = r#"{"error":{"code":"Authorization_RequestDenied","message":"no"}}"#;
    for (status, reason) in [
        (400, ReasonCode::GraphRejected),
        (401, ReasonCode::AuthenticationFailed),
        (403, ReasonCode::PermissionMissing),
        (404, ReasonCode::ObjectNotFound),
        (409, ReasonCode::GraphRejected),
        (410, ReasonCode::GraphRejected),
        (501, ReasonCode::GraphUnavailable),
    ] {
        let (error, attempts) = answered(status, denied).await;
        assert_eq!((error.reason(), attempts), (reason, 1), "{status}");
        assert!(
            error.message().contains("Authorization_RequestDenied"),
            "{}",
            error.message()
        );
    }
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let setup = some_groups("deny=deviceCompliancePolicies,deny=managedAppPolicies").await;
    for (kind, permission) in [
        (
            PolicyType::DeviceCompliancePolicy,
            "DeviceManagementConfiguration.Read.All",
        ),
        (PolicyType::AppProtectionPolicy, "DeviceManagementApps.Read.All"),
    ] {
        let error = setup.all(kind.into()).await.unwrap_err();
        assert_eq!(
            error,
            GraphError::PermissionMissing {
                permission,
                code: ErrorCode::parse("Forbidden")
            }
        );
        assert!(error.message().contains(permission), "{}", error.message());
    }
    assert_eq!(setup.simulator.graph_requests(), 2);
    assert!(
        setup.all(Contract::Groups).await.is_ok(),
        "the other collections are not affected"
    );
}

#[tokio::test]
async fn a_token_is_replaced_exactly_once() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let route = get(move || async move {
        counter.fetch_add(1, Ordering::SeqCst);
        StatusCode::UNAUTHORIZED
    });
    let url = server(Router::new().route("/v1.0/groups", route)).await;
    let client = GraphClient::new(impatient(&url)).unwrap();
    let error = all(&client, Contract::Groups, ()).await.unwrap_err();
    assert_eq!(error, GraphError::AuthenticationFailed { code: None });
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn broken_json_is_an_invalid_response() {
    let setup = some_groups("broken-json=groups").await;
    let error = setup.all(Contract::Groups).await.unwrap_err();
    assert_eq!(error, GraphError::InvalidResponse(Defect::Malformed));
    assert_eq!(
        (error.reason(), setup.simulator.graph_requests()),
        (ReasonCode::GraphInvalidResponse, 1)
    );
}

#[tokio::test]
async fn answers_of_another_shape_are_invalid() {
    for (body, defect) in [
        ("", Defect::Malformed),
        ("<html>", Defect::Malformed),
        ("{}", Defect::Malformed),
        (r#"{"value":{}}"#, Defect::Malformed),
        (r#"{"value":[1]}"#, Defect::Malformed),
        (r#"{"value":[],"@odata.nextLink":5}"#, Defect::Malformed),
        (r#"{"value":[{"id":"1"},{"displayName":"a"}]}"#, Defect::MissingId),
    ] {
        assert_eq!(
            answered(200, body).await,
            (GraphError::InvalidResponse(defect), 1),
            "{body}"
        );
    }
}

#[tokio::test]
async fn r09_answers_are_not_repeated_in_errors() {
    for status in [400, 401, 403, 404, 500] {
        let body = r#"{"error":{"code":"user@contoso.example s3cret~value","message":"t0ken s3cret~value"}}"#;
        let (error, _) = answered(status, body).await;
        for text in [error.message(), format!("{error:?}")] {
            assert!(
                !text.contains("contoso") && !text.contains("t0ken") && !text.contains(SECRET),
                "{text}"
            );
        }
    }
}
