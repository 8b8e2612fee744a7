//! `/_simulator/…`: what end-to-end tests use to change and to watch a simulator in another process.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::faults::Faults;
use crate::state::{SimulatorHandle, State};

pub(crate) async fn faults(Shared(state): Shared<Arc<State>>) -> String {
    state.faults().to_string()
}

/// Answers what is in force now, in the canonical spelling, or names the part that is not understood and changes nothing.
pub(crate) async fn set_faults(
    Shared(state): Shared<Arc<State>>,
    text: String,
) -> Result<String, (StatusCode, String)> {
    let faults: Faults = text
        .trim()
        .parse()
        .map_err(|error| (StatusCode::BAD_REQUEST, format!("{error}")))?;
    let canonical = faults.to_string();
    *state.faults() = faults;
    tracing::info!(faults = canonical, "faults changed");
    Ok(canonical)
}

pub(crate) async fn requests(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    let handle = SimulatorHandle { state };
    Json(json!({ "graph": handle.graph_requests(), "token": handle.token_requests() }))
}
