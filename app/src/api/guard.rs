//! What every server function begins with: who asks, what they may reach, and what status an error has.
//!
//! Whatever is of a tenant is asked for with a permit, so each guard that leads to one names a key.

use axum::http::StatusCode;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use domain::id::{RunId, TenantId};
use domain::operation::OperationType;
use ledger::access::{self, Access, Membership, Resolved};
use ledger::permit::{AtLevel, Key, Missing, OneRun, Permit, StartPermit};
use ledger::sessions::{CurrentUser, SessionState};
use ledger::{Ledger, Refused};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::Answer;
use crate::copy::start as words;
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
    match error {
        ledger::Error::Forbidden(missing) => return forbidden(missing),
        ledger::Error::Refused(refused) => return refusal(refused),
        _ => {}
    }
    if error.is_unavailable() {
        tracing::warn!(error = %error, cause = ?error, "a request cannot be served at the moment");
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

/// What a person is refused, in their words.
fn refusal(refused: Refused) -> AppError {
    let (field, message) = match refused {
        Refused::FormSentAlready => ("idempotency_key", words::SENT_ALREADY.to_owned()),
        Refused::TooManyQueued(most) => ("", words::too_many_queued(most)),
        Refused::TooManyDrafts(most) => ("", words::too_many_kept(most)),
    };
    AppError::Invalid {
        field: field.to_owned(),
        message,
    }
}

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
fn resolved() -> Option<Resolved> {
    use_context::<Parts>()?.extensions.get::<Resolved>().cloned()
}

/// A permit for the run that a text names. No such run, no access and no id at all are the same (R11).
pub(crate) async fn run(ledger: &Ledger, user: &CurrentUser, text: &str) -> Answer<Permit<OneRun>> {
    let id: RunId = text.parse().map_err(|_| AppError::NotFound)?;
    match resolved().and_then(|known| known.of_run(id)) {
        Some(permit) => Ok(permit),
        None => access::for_run(ledger, user.user, id)
            .await
            .map_err(told)?
            .ok_or(AppError::NotFound)?
            .permit()
            .map_err(forbidden),
    }
}

/// The tenant that a text names, and a permit for a key there.
pub(crate) async fn tenant<K: Key, L: AtLevel>(
    ledger: &Ledger,
    user: &CurrentUser,
    text: &str,
) -> Answer<(TenantId, Permit<K, L>)> {
    let (id, member) = member_of(ledger, user, text).await?;
    Ok((id, member.permit().map_err(forbidden)?))
}

/// The tenant that a text names, and a permit to start operations of a type there.
pub(crate) async fn starting(
    ledger: &Ledger,
    user: &CurrentUser,
    text: &str,
    kind: OperationType,
) -> Answer<(TenantId, StartPermit)> {
    let (id, member) = member_of(ledger, user, text).await?;
    Ok((id, member.to_start(kind).map_err(forbidden)?))
}

/// The tenant that a text names, and what the person is in its workspace. No such tenant and no access are the same (R11).
async fn member_of(ledger: &Ledger, user: &CurrentUser, text: &str) -> Answer<(TenantId, Membership)> {
    let id: TenantId = text.parse().map_err(|_| AppError::NotFound)?;
    let member = match resolved().and_then(|known| known.of_tenant(id)) {
        Some(member) => member,
        None => access::for_tenant(ledger, user.user, id)
            .await
            .map_err(told)?
            .ok_or(AppError::NotFound)?,
    };
    Ok((id, member))
}

/// What the person is in the workspace selected in the session; `None` for a person in no workspace.
///
/// Somebody who was removed from the selected workspace goes on in the first of the others.
pub(crate) async fn workspace(ledger: &Ledger, user: &CurrentUser) -> Answer<Option<Membership>> {
    if let Some(member) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Membership>().cloned()) {
        return Ok(Some(member));
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

/// Who asks, and what they may look at across keys in the selected workspace; not found for a person in none.
pub(crate) async fn here() -> Answer<(Ledger, CurrentUser, Access)> {
    let ledger = ledger()?;
    let user = current_user()?;
    let member = workspace(&ledger, &user).await?.ok_or(AppError::NotFound)?;
    let access = member.operations();
    Ok((ledger, user, access))
}

/// Refused for want of a key.
pub(crate) fn forbidden(Missing { key }: Missing) -> AppError {
    AppError::Forbidden {
        capability: key.as_str().to_owned(),
    }
}
