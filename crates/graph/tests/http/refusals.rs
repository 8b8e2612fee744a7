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
        (401, ReasonCode::GraphAccessDenied),
        (403, ReasonCode::PermissionMissing),
        (404, ReasonCode::GraphCollectionMissing),
        (410, ReasonCode::GraphRejected),
        (418, ReasonCode::GraphRejected),
    ] {
        let (error, attempts) = answered(status, denied).await;
        assert_eq!((error.reason(), attempts), (reason, 1), "{status}");
        assert!(
            error.message().contains("Authorization_RequestDenied"),
            "{}",
            error.message()
        );
        assert!(!reason.remedy().contains("will not help"), "{status}");
    }
}

#[tokio::test]
async fn case_statuses_that_may_be_retried_are_asked_again() {
    let any = r#"{"error":{"code":"BandwidthLimitExceeded","message":"x"}}"#;
    for status in [408, 409, 423, 425, 449, 500, 501, 503, 509, 520, 599] {
        let (error, attempts) = answered(status, any).await;
        assert_eq!(
            (error.reason(), attempts),
            (ReasonCode::GraphUnavailable, 4),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_reason_is_what_graph_says_and_not_the_status_alone() {
    let intune = r#"{"error":{"code":"BadRequest","message":"{\"Message\": \"Request not applicable to target tenant. - Operation ID: 0\"}"}}"#;
    let premium = r#"{"error":{"code":"Authentication_RequestFromNonPremiumTenantOrB2CTenant","message":"x"}}"#;
    let forbidden = r#"{"error":{"code":"UnknownError","message":"{\"ErrorCode\": \"Forbidden\"}"}}"#;
    for (status, body, reason) in [
        // Groups are not Intune's: there it is a refusal like any other.
        (400, intune, ReasonCode::GraphRejected),
        (403, premium, ReasonCode::LicenseMissing),
        (401, forbidden, ReasonCode::GraphAccessDenied),
        (403, forbidden, ReasonCode::GraphAccessDenied),
        (403, "", ReasonCode::GraphAccessDenied),
    ] {
        assert_eq!(answered(status, body).await.0.reason(), reason, "{status} {body}");
    }
    // Said to pass, whatever the status.
    let passing = r#"{"error":{"code":"serviceNotAvailable","message":"x"}}"#;
    let (error, attempts) = answered(400, passing).await;
    assert_eq!((error.reason(), attempts), (ReasonCode::GraphUnavailable, 4));
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
    assert_eq!(error.reason(), ReasonCode::GraphAccessDenied);
    assert!(!error.concerns_the_tenant(), "other collections may be open");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn case_json_breaks_off_is_asked_again_and_then_passes_for_unavailable() {
    let setup = some_groups("broken-json=groups").await;
    let error = setup.all(Contract::Groups).await.unwrap_err();
    assert_eq!(error, GraphError::Unreadable { attempts: 4 });
    assert_eq!(
        (error.reason(), setup.simulator.graph_requests()),
        (ReasonCode::GraphUnavailable, 4)
    );
}

#[tokio::test]
async fn answers_of_another_shape_are_asked_for_again_and_then_invalid() {
    for body in ["", "<html>", r#"{"error":{"code":"UnknownError"}}"#] {
        assert_eq!(
            answered(200, body).await,
            (GraphError::Unreadable { attempts: 4 }, 4),
            "{body}"
        );
    }
    for body in ["{}", r#"{"value":{}}"#, "[]"] {
        let invalid = GraphError::InvalidResponse {
            defect: Defect::Shape,
            attempts: 4,
        };
        assert_eq!(answered(200, body).await, (invalid, 4), "{body}");
    }
}

#[tokio::test]
async fn r09_answers_are_not_repeated_in_errors() {
    for status in [200, 400, 401, 403, 404, 409, 500] {
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
