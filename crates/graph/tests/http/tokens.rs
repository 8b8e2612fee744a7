use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use domain::id::EntraTenantId;
use domain::reason::ReasonCode;
use futures::future::join_all;
use graph::{Contract, ErrorCode, GraphClient, GraphError};
use simulator::SimulatorConfig;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::support::{Recorder, SECRET, TENANT, all, credentials, impatient, setup, some_groups};

#[tokio::test]
async fn a_token_serves_many_requests() {
    let setup = some_groups("none").await;
    for contract in Contract::all() {
        setup.all(contract).await.unwrap();
    }
    assert_eq!(
        (setup.simulator.token_requests(), setup.simulator.graph_requests()),
        (1, 10)
    );
}

#[tokio::test]
async fn many_at_once_ask_for_one_token() {
    let setup = some_groups("latency=20ms").await;
    let results = join_all((0..16).map(|_| setup.all(Contract::Groups))).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(
        (setup.simulator.token_requests(), setup.simulator.graph_requests()),
        (1, 16)
    );
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let lifetime = Duration::from_secs(2);
    let setup = setup(SimulatorConfig {
        token_lifetime: lifetime,
        ..SimulatorConfig::default()
    })
    .await;
    setup.all(Contract::Groups).await.unwrap();
    tokio::time::sleep(lifetime).await;
    setup.all(Contract::Groups).await.unwrap();
    // Two of each: Graph never saw the old token again.
    assert_eq!(
        (setup.simulator.token_requests(), setup.simulator.graph_requests()),
        (2, 2)
    );
}

#[tokio::test]
async fn a_refused_token_is_replaced_in_the_middle_of_a_list() {
    let setup = setup(SimulatorConfig {
        groups: 2_500,
        ..SimulatorConfig::default()
    })
    .await;
    let mut pages = setup.client.list(TENANT, &credentials(SECRET), Contract::Groups, ());
    assert_eq!(pages.next().await.unwrap().unwrap().number, 1);
    setup.simulator.revoke_tokens();
    assert_eq!(pages.next().await.unwrap().unwrap().number, 2);
    assert_eq!(pages.next().await.unwrap().unwrap().number, 3);
    assert_eq!(
        (setup.simulator.token_requests(), setup.simulator.graph_requests()),
        (2, 4)
    );
}

#[tokio::test]
async fn wrong_credentials_are_not_tried_again() {
    let setup = some_groups("none").await;
    let error = setup
        .client
        .list(TENANT, &credentials("wrong"), Contract::Groups, ())
        .next()
        .await
        .unwrap_err();
    assert_eq!(
        error,
        GraphError::AuthenticationFailed {
            code: ErrorCode::parse("AADSTS7000215")
        }
    );
    assert_eq!(error.reason(), ReasonCode::AuthenticationFailed);
    assert_eq!(
        (setup.simulator.token_requests(), setup.simulator.graph_requests()),
        (1, 0)
    );
}

#[tokio::test]
async fn a_changed_secret_is_tried_although_a_token_is_there() {
    let setup = some_groups("none").await;
    setup.all(Contract::Groups).await.unwrap();
    let error = setup
        .client
        .list(TENANT, &credentials("changed"), Contract::Groups, ())
        .next()
        .await
        .unwrap_err();
    assert_eq!(error.reason(), ReasonCode::AuthenticationFailed);
}

#[tokio::test]
async fn an_unknown_tenant_is_an_authentication_failure() {
    let setup = some_groups("none").await;
    let other = EntraTenantId(Uuid::from_u128(9));
    let error = setup
        .client
        .list(other, &credentials(SECRET), Contract::Groups, ())
        .next()
        .await
        .unwrap_err();
    assert_eq!(
        error,
        GraphError::AuthenticationFailed {
            code: ErrorCode::parse("AADSTS90002")
        }
    );
}

#[tokio::test]
async fn case_sign_in_transient_400_is_asked_again() {
    let transient = r#"{"error":"temporarily_unavailable","error_description":"AADSTS90033: A transient error has occurred. Please try again.","error_codes":[90033]}"#;
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let token = move || async move {
        if counter.fetch_add(1, Ordering::SeqCst) == 0 {
            return (StatusCode::BAD_REQUEST, transient);
        }
        (
            StatusCode::OK,
            r#"{"token_type":"Bearer","expires_in":"3599","access_token":"t0ken"}"#,
        )
    };
    let routes = Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(token))
        .route("/v1.0/groups", get(|| async { r#"{"value":[]}"# }));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let recorder = Recorder::default();
    let client = GraphClient::new(impatient(&url)).unwrap();
    assert_eq!(all(&client, Contract::Groups, recorder.clone()).await.unwrap(), []);
    assert_eq!(recorder.waits()[0].0, ReasonCode::GraphUnavailable);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}
