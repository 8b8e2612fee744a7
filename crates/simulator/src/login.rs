//! The sign-in service: `POST /{tenant}/oauth2/v2.0/token` for the client-credentials grant.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Form, Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::leak;
use crate::problem::Problem;
use crate::state::State;

#[derive(Deserialize)]
pub(crate) struct Request {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    #[serde(default)]
    scope: String,
}

/// A refusal: OAuth's word, and the number that Microsoft documents.
struct Refusal(StatusCode, &'static str, u32, &'static str);

const UNKNOWN_TENANT: Refusal = Refusal(
    StatusCode::BAD_REQUEST,
    "invalid_request",
    90_002,
    "The tenant was not found.",
);
const UNKNOWN_CLIENT: Refusal = Refusal(
    StatusCode::BAD_REQUEST,
    "unauthorized_client",
    700_016,
    "The application was not found in the directory.",
);
const WRONG_SECRET: Refusal = Refusal(
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    7_000_215,
    "Invalid client secret provided.",
);
const NO_SECRET: Refusal = Refusal(
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    7_000_218,
    "The request body must contain 'client_assertion' or 'client_secret'.",
);
const WRONG_GRANT: Refusal = Refusal(
    StatusCode::BAD_REQUEST,
    "unsupported_grant_type",
    70_003,
    "The app requested an unsupported grant type.",
);
const WRONG_SCOPE: Refusal = Refusal(
    StatusCode::BAD_REQUEST,
    "invalid_scope",
    1_002_012,
    "The scope is not valid for client credentials.",
);

pub(crate) async fn token(
    Shared(state): Shared<Arc<State>>,
    Path(tenant): Path<String>,
    Form(request): Form<Request>,
) -> Response {
    state.count_token_request();
    tokio::time::sleep(state.latency()).await;
    let id = state.fresh_id();
    let faults = state.faults().clone();
    if faults.outage {
        return Problem::server_error(StatusCode::SERVICE_UNAVAILABLE, faults.retry_after).into_response(id);
    }
    let granted = if faults.refuse_tokens {
        Err(WRONG_SECRET)
    } else {
        check(&state, &tenant, &request)
    };
    match granted {
        Ok(tenant) => {
            let token = format!("simulated.{}.{}", tenant.simple(), state.fresh_id().simple());
            let lifetime = state.config.token_lifetime;
            state.tokens().issue(token.clone(), tenant, lifetime);
            let seconds = lifetime.as_secs();
            let body = json!({
                "token_type": "Bearer",
                "expires_in": seconds,
                "ext_expires_in": seconds,
                "access_token": token,
            });
            Json(body).into_response()
        }
        Err(Refusal(status, error, number, description)) => {
            let body = json!({
                "error": error,
                "error_description": format!("AADSTS{number}: {description} Trace ID: {id} Correlation ID: {id}"),
                "error_codes": [number],
                "trace_id": id,
                "correlation_id": id,
                "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
            });
            let refused = (status, Json(body)).into_response();
            match state.leak() {
                Some(text) => leak::into(refused, &text).await,
                None => refused,
            }
        }
    }
}

fn check(state: &State, tenant: &str, request: &Request) -> Result<Uuid, Refusal> {
    let tenant = Uuid::try_parse(tenant).map_err(|_| UNKNOWN_TENANT)?;
    if request.grant_type != "client_credentials" {
        return Err(WRONG_GRANT);
    }
    if !request.scope.ends_with("/.default") {
        return Err(WRONG_SCOPE);
    }
    if request.client_id.is_empty() {
        return Err(UNKNOWN_CLIENT);
    }
    if request.client_secret.is_empty() {
        return Err(NO_SECRET);
    }
    let known = &state.config.tenants;
    if known.is_empty() {
        return Ok(tenant);
    }
    let own = known
        .iter()
        .find(|own| own.entra_tenant_id == tenant)
        .ok_or(UNKNOWN_TENANT)?;
    if own.client_id != request.client_id {
        return Err(UNKNOWN_CLIENT);
    }
    if own.client_secret != request.client_secret {
        return Err(WRONG_SECRET);
    }
    Ok(tenant)
}
