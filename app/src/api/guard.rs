//! What every server function begins with: who asks, what they may reach, and what status an error has.

use axum::http::StatusCode;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use domain::access::Capability;
use domain::id::{RunId, TenantId};
use ledger::Ledger;
use ledger::access::{self, Access, Asked, Resolved};
use ledger::sessions::{CurrentUser, SessionState};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::Answer;
use crate::error::AppError;

/// When to try again while the database is away.
const RETRY_SECONDS: u32 = 5;

/// Gives an answer its status.
///
/// A form sent without JavaScript is redirected back to its page with the error; a status of its own would leave the person
/// on a page of JSON instead.
pub(crate) fn answer<T>(answer: Answer<T>) -> Answer<T> {
    if let Err(error) = &answer
        && !is_plain_form_post()
        && let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    answer
}

/// Whether the request is a form sent to a server function without JavaScript.
pub(crate) fn is_plain_form_post() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let wants_page = parts
            .headers
            .get(ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        wants_page && parts.uri.path().starts_with("/_fn/")
    })
}

/// An error of the ledger, told once to the log and in general terms to the person.
pub(crate) fn told(error: ledger::Error) -> AppError {
    if error.is_unavailable() {
        tracing::warn!(error = %error, cause = ?error, "the database is not available");
        return AppError::Unavailable {
            retry_seconds: RETRY_SECONDS,
        };
    }
    if error.is_unusable_input() {
        tracing::warn!(error = %error, cause = ?error, "a value was sent that the database cannot hold");
        return AppError::unreadable();
    }
    let reference = use_context::<Parts>()
        .and_then(|parts| {
            parts
                .headers
                .get("x-request-id")
                .and_then(|id| id.to_str().ok())
                .map(str::to_owned)
        })
        .unwrap_or_else(|| "unknown".to_owned());
    tracing::error!(request.id = reference, error = %error, cause = ?error, "a server function failed");
    AppError::Internal { reference }
}

/// The ledger.
pub(crate) fn ledger() -> Answer<Ledger> {
    use_context::<Ledger>().ok_or_else(|| AppError::Internal {
        reference: "no ledger in context".to_owned(),
    })
}

/// What the request's cookie stands for.
pub(crate) fn session() -> SessionState {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<SessionState>().cloned())
        .unwrap_or(SessionState::None)
}

/// Who asks.
pub(crate) fn current_user() -> Answer<CurrentUser> {
    match session() {
        SessionState::Active(user) => Ok(user),
        SessionState::Expired { .. } => Err(AppError::Unauthenticated {
            sign_in: "/sign-in?error=expired".to_owned(),
        }),
        SessionState::None => Err(AppError::Unauthenticated {
            sign_in: "/sign-in".to_owned(),
        }),
    }
}

/// What the page's own middleware has established for this request, so that it is not asked twice.
fn resolved(asked: Asked) -> Option<Access> {
    let parts = use_context::<Parts>()?;
    parts
        .extensions
        .get::<Resolved>()
        .filter(|resolved| resolved.asked == asked)
        .map(|resolved| resolved.access.clone())
}

/// The run that a text names, and what the person is there. No such run, no access and no id at all are the same (R11).
pub(crate) async fn run(ledger: &Ledger, user: &CurrentUser, text: &str) -> Answer<(RunId, Access)> {
    let id: RunId = text.parse().map_err(|_| AppError::NotFound)?;
    let access = match resolved(Asked::Run(id)) {
        Some(access) => access,
        None => access::for_run(ledger, user.user, id)
            .await
            .map_err(told)?
            .ok_or(AppError::NotFound)?,
    };
    match access.missing_to_view() {
        Some(key) => Err(forbidden(key)),
        None => Ok((id, access)),
    }
}

/// The tenant that a text names, and what the person is there.
pub(crate) async fn tenant(ledger: &Ledger, user: &CurrentUser, text: &str) -> Answer<(TenantId, Access)> {
    let id: TenantId = text.parse().map_err(|_| AppError::NotFound)?;
    let access = match resolved(Asked::Tenant(id)) {
        Some(access) => access,
        None => access::for_tenant(ledger, user.user, id)
            .await
            .map_err(told)?
            .ok_or(AppError::NotFound)?,
    };
    Ok((id, access))
}

/// What the person is in the workspace selected in the session; `None` for a person in no workspace.
///
/// Somebody who was removed from the selected workspace goes on in the first of the others.
pub(crate) async fn workspace(ledger: &Ledger, user: &CurrentUser) -> Answer<Option<Access>> {
    if let Some(access) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Access>().cloned()) {
        return Ok(Some(access));
    }
    if user.here.is_some() {
        return Ok(user.here.clone());
    }
    let all = ledger::people::workspaces_of(ledger, user.user).await.map_err(told)?;
    match all.first() {
        Some(first) => access::for_workspace(ledger, user.user, first.id).await.map_err(told),
        None => Ok(None),
    }
}

/// Who asks, and what they are in the selected workspace; not found for a person in none.
pub(crate) async fn here() -> Answer<(Ledger, CurrentUser, Access)> {
    let ledger = ledger()?;
    let user = current_user()?;
    let access = workspace(&ledger, &user).await?.ok_or(AppError::NotFound)?;
    Ok((ledger, user, access))
}

/// Refused for want of a key.
pub(crate) fn forbidden(key: Capability) -> AppError {
    AppError::Forbidden {
        capability: key.as_str().to_owned(),
    }
}
