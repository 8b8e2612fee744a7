//! What every start surface of a tenant has in common: who may, what of a form whose author was signed out, where to go
//! afterwards.

use domain::id::{DraftId, IdempotencyKey, TenantId, UserId};
use domain::operation::OperationType;
use domain::receipt::ScopeReceipt;
use domain::status::Origin;
use domain::view::StartAnswer;
use ledger::Ledger;
use ledger::runs::start::{self, Start};
use ledger::sessions::{CurrentUser, SessionState};
use serde_json::Value;

use super::Answer;
use super::guard::{self, told};
use crate::copy::start as words;
use crate::error::AppError;

/// A form that starts something.
pub(crate) struct Request<'a> {
    pub(crate) kind: OperationType,
    /// The tenant's id, as sent.
    pub(crate) tenant: &'a str,
    /// The form's key, as sent.
    pub(crate) key: &'a str,
    /// The page that the form is on.
    pub(crate) page: fn(TenantId) -> String,
    /// What to keep of the form if its author has to sign in again. Only what the form itself could hold: it is shown.
    pub(crate) kept: Value,
}

/// Starts what the form asks for. `inputs` reads and checks the rest of it, once it is known that the person may.
pub(crate) async fn start(
    request: Request<'_>,
    inputs: impl FnOnce() -> Answer<(Value, ScopeReceipt)>,
) -> Answer<StartAnswer> {
    let ledger = guard::ledger()?;
    let user = match guard::session() {
        SessionState::Active(user) => user,
        SessionState::Expired { user } => return Err(keep(&ledger, user, &request).await?),
        SessionState::None => return Err(signed_out("/sign-in".to_owned())),
    };
    let (tenant, permit) = guard::starting(&ledger, &user, request.tenant, request.kind).await?;
    let (inputs, receipt) = inputs()?;
    let key: IdempotencyKey = request.key.parse().map_err(|_| AppError::Invalid {
        field: "idempotency_key".to_owned(),
        message: words::INCOMPLETE.to_owned(),
    })?;
    let what = Start {
        kind: request.kind,
        tenant: Some(tenant),
        inputs,
        receipt: Some(receipt),
        origin: Origin::Manual,
        initiator: &user.name,
        key: Some(key),
    };
    let answer = start::start(&ledger, &permit, &what).await.map_err(told)?;
    if guard::is_plain_form_post() {
        let how = match &answer {
            StartAnswer::Queued { .. } => "started",
            StartAnswer::Joined { .. } => "joined",
            StartAnswer::Ended { .. } => "ended",
        };
        leptos_axum::redirect(&format!("{}?{how}={}", (request.page)(tenant), answer.run()));
    }
    Ok(answer)
}

/// What was kept of a form of the page at `path` while this person signed in again; `None` for anybody else's and for another
/// page's.
pub(crate) async fn kept(ledger: &Ledger, user: &CurrentUser, path: &str, draft: &str) -> Answer<Option<Value>> {
    let Ok(id) = draft.parse::<DraftId>() else {
        return Ok(None);
    };
    let found = ledger::drafts::find(ledger, user.user, id).await.map_err(told)?;
    Ok(found.filter(|draft| draft.path == path).map(|draft| draft.fields))
}

/// Keeps the form for its author, whose session has ended, and says where to sign in.
async fn keep(ledger: &Ledger, author: UserId, request: &Request<'_>) -> Answer<AppError> {
    let Ok(tenant) = request.tenant.parse::<TenantId>() else {
        return Ok(signed_out("/sign-in?error=expired".to_owned()));
    };
    let id = ledger::drafts::keep(ledger, author, &(request.page)(tenant), &request.kept)
        .await
        .map_err(told)?;
    Ok(signed_out(format!("/sign-in?error=expired&draft={id}")))
}

fn signed_out(sign_in: String) -> AppError {
    if guard::is_plain_form_post() {
        leptos_axum::redirect(&sign_in);
    }
    AppError::Unauthenticated { sign_in }
}
