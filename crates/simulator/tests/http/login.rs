use std::time::Duration;

use reqwest::StatusCode;
use simulator::{SimulatedTenant, SimulatorConfig};
use uuid::Uuid;

use crate::support::{Running, TENANT, answer};

fn one_tenant() -> SimulatorConfig {
    let tenant = SimulatedTenant {
        entra_tenant_id: TENANT,
        name: "Contoso".into(),
        client_id: "app".into(),
        client_secret: "right".into(),
    };
    assert!(!format!("{tenant:?}").contains("right"), "the secret prints");
    SimulatorConfig {
        tenants: vec![tenant],
        ..SimulatorConfig::default()
    }
}

#[tokio::test]
async fn only_named_tenants_and_right_secrets_are_let_in() {
    let running = Running::start(one_tenant()).await;
    let tenant = TENANT.to_string();
    let other = Uuid::from_u128(1).to_string();
    for (tenant, app, secret, status, error, number) in [
        (tenant.as_str(), "app", "wrong", 401, "invalid_client", 7_000_215),
        (&tenant, "app", "", 401, "invalid_client", 7_000_218),
        (&tenant, "other", "right", 400, "unauthorized_client", 700_016),
        (&other, "app", "right", 400, "invalid_request", 90_002),
        ("common", "app", "right", 400, "invalid_request", 90_002),
    ] {
        let answer = running.sign_in(tenant, app, secret).await;
        let body = answer.json();
        assert_eq!(
            (answer.status.as_u16(), body["error"].as_str()),
            (status, Some(error)),
            "{tenant} {app} {secret}"
        );
        assert_eq!(body["error_codes"][0], number);
        assert!(
            body["error_description"]
                .as_str()
                .unwrap()
                .starts_with(&format!("AADSTS{number}: "))
        );
    }
}

#[tokio::test]
async fn without_named_tenants_everybody_is_let_in_with_something() {
    let running = Running::start(SimulatorConfig::default()).await;
    let tenant = Uuid::from_u128(7).to_string();
    assert_eq!(running.sign_in(&tenant, "any", "thing").await.status, StatusCode::OK);
    assert_eq!(
        running.sign_in(&tenant, "any", "").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        running.sign_in(&tenant, "", "thing").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn other_grants_and_scopes_are_refused() {
    let running = Running::start(SimulatorConfig::default()).await;
    let url = running.url(&format!("/{TENANT}/oauth2/v2.0/token"));
    for (grant, scope, error) in [
        (
            "password",
            "https://graph.microsoft.com/.default",
            "unsupported_grant_type",
        ),
        ("client_credentials", "User.Read", "invalid_scope"),
    ] {
        let form = [
            ("grant_type", grant),
            ("client_id", "a"),
            ("client_secret", "b"),
            ("scope", scope),
        ];
        assert_eq!(answer(running.http.post(&url).form(&form)).await.json()["error"], error);
    }
}

#[tokio::test]
async fn graph_wants_a_token_that_is_still_good() {
    let lifetime = Duration::from_millis(200);
    let running = Running::start(SimulatorConfig {
        token_lifetime: lifetime,
        ..SimulatorConfig::default()
    })
    .await;
    let url = running.url("/v1.0/groups");
    for request in [
        running.http.get(&url),
        running.http.get(&url).bearer_auth("made-up"),
        running.http.get(&url).basic_auth("a", Some("b")),
    ] {
        let refused = answer(request).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken")
        );
        let inner = &refused.json()["error"]["innerError"]["request-id"];
        assert_eq!(inner.as_str().unwrap(), refused.headers["request-id"]);
    }
    tokio::time::sleep(lifetime).await;
    assert_eq!(running.get("/v1.0/groups").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn revoked_tokens_are_refused() {
    let running = Running::start(SimulatorConfig::default()).await;
    assert_eq!(running.get("/v1.0/groups").await.status, StatusCode::OK);
    running.handle.revoke_tokens();
    assert_eq!(running.get("/v1.0/groups").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_organization_is_the_tenant_of_the_token() {
    let running = Running::start(one_tenant()).await;
    let organization = running.get("/v1.0/organization?$select=id,displayName").await.json()["value"][0].take();
    assert_eq!(
        organization,
        serde_json::json!({ "id": TENANT, "displayName": "Contoso" })
    );
    assert_eq!(
        running.get(&format!("/v1.0/organization/{TENANT}")).await.json()["displayName"],
        "Contoso"
    );
}
