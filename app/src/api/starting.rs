//! What every start surface of a tenant has in common: the head of its page, who may start, what of a form whose author was signed
//! out, where to go afterwards.

use chrono::{DateTime, Utc};
use domain::filter::searched;
use domain::id::{DraftId, IdempotencyKey, TenantId, UserId};
use domain::open::Open;
use domain::operation::OperationType;
use domain::receipt::ScopeReceipt;
use domain::status::Origin;
use domain::view::{StartAnswer, TenantPageHead};
use ledger::Ledger;
use ledger::hub::list;
use ledger::permit::{Key, Permit};
use ledger::runs::start::{self, Start};
use ledger::scope::ScopedTx;
use ledger::sessions::{CurrentUser, SessionState};
use serde_json::Value;

use super::ApiResult;
use super::guard::{self, log_and_convert};
use crate::copy::start as words;
use crate::error::AppError;
use crate::url;

/// A page of a tenant while it is read, by somebody who holds the key `K`.
pub(crate) struct Reading<K> {
    /// The transaction that all of it is read in.
    pub(crate) tx: ScopedTx<K>,
    /// The tenant.
    pub(crate) tenant: TenantId,
    /// What names begin with.
    pub(crate) search: Option<String>,
    /// What was kept of the form while its author signed in again.
    pub(crate) kept: Option<Value>,
    permit: Permit<K>,
    now: DateTime<Utc>,
}

impl<K: Key> Reading<K> {
    /// Begins to read the page at `path`, of which the address asks for `q` and a form, `draft`.
    pub(crate) async fn begin(
        ledger: &Ledger,
        user: &CurrentUser,
        (tenant, permit): (TenantId, Permit<K>),
        path: &str,
        (q, draft): (&str, &str),
    ) -> ApiResult<Self> {
        Ok(Self {
            kept: kept(ledger, user, path, draft).await?,
            tx: permit.begin(ledger).await.map_err(log_and_convert)?,
            search: searched(q),
            now: ledger.now(),
            tenant,
            permit,
        })
    }

    /// The head of the page, which starts `kind`.
    pub(crate) async fn head(&mut self, kind: OperationType) -> ApiResult<TenantPageHead> {
        let tenants = ledger::people::tenants(&mut self.tx, self.permit.workspace.id)
            .await
            .map_err(log_and_convert)?;
        let last_run = list::latest(&mut self.tx, self.tenant, kind, self.now)
            .await
            .map_err(log_and_convert)?;
        Ok(TenantPageHead {
            tenant: tenants
                .into_iter()
                .find(|known| known.id == self.tenant)
                .ok_or(AppError::NotFound)?,
            workspace: self.permit.workspace.clone(),
            last_run,
            missing: (self.permit.missing_to_start(kind.capability())).map(|key| key.as_str().to_owned()),
            idempotency_key: ledger::ids::new(self.now),
            restored: self.kept.is_some(),
            now: self.now,
        })
    }
}

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
    inputs: impl FnOnce() -> ApiResult<(Value, ScopeReceipt)>,
) -> ApiResult<Open<StartAnswer>> {
    let ledger = guard::ledger()?;
    let user = match guard::session() {
        SessionState::Active(user) => user,
        SessionState::Expired { user } => return Err(keep(&ledger, user, &request).await?),
        SessionState::None => return Err(signed_out(url::sign_in("", ""))),
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
    let answer = start::start(&ledger, &permit, &what).await.map_err(log_and_convert)?;
    if guard::is_plain_form_post() {
        let how = match &answer {
            StartAnswer::Queued { .. } => "started",
            StartAnswer::Joined { .. } => "joined",
            StartAnswer::Ended { .. } => "ended",
        };
        leptos_axum::redirect(&format!("{}?{how}={}", (request.page)(tenant), answer.run()));
    }
    Ok(Open::Known(answer))
}

/// What was kept of a form of the page at `path` while this person signed in again; `None` for anybody else's and for another
/// page's.
async fn kept(ledger: &Ledger, user: &CurrentUser, path: &str, draft: &str) -> ApiResult<Option<Value>> {
    let Ok(id) = draft.parse::<DraftId>() else {
        return Ok(None);
    };
    let found = ledger::drafts::find(ledger, user.user, id)
        .await
        .map_err(log_and_convert)?;
    Ok(found.filter(|draft| draft.path == path).map(|draft| draft.fields))
}

/// Keeps the form for its author, whose session has ended, and says where to sign in.
async fn keep(ledger: &Ledger, author: UserId, request: &Request<'_>) -> ApiResult<AppError> {
    let Ok(tenant) = request.tenant.parse::<TenantId>() else {
        return Ok(signed_out(url::sign_in("expired", "")));
    };
    let id = ledger::drafts::keep(ledger, author, &(request.page)(tenant), &request.kept)
        .await
        .map_err(log_and_convert)?;
    Ok(signed_out(url::sign_in("expired", &id.to_string())))
}

fn signed_out(sign_in: String) -> AppError {
    if guard::is_plain_form_post() {
        leptos_axum::redirect(&sign_in);
    }
    AppError::Unauthenticated { sign_in }
}
