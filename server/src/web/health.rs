//! For whoever watches the process.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::Web;

/// The process is up. Nothing else: a restart would not bring the database back.
pub(crate) async fn alive() -> &'static str {
    "alive\n"
}

/// Requests can be answered: the database is there and migrated. A machine whose clock is wrong says so and is ready all the same:
/// it goes by the database's.
pub(crate) async fn ready(State(web): State<Web>) -> Response {
    match web.ledger.ready().await {
        Ok(()) => match web.ledger.clock_is_wrong() {
            None => "ready\n".into_response(),
            Some(wrong) => format!("ready\n{wrong}\n").into_response(),
        },
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}
