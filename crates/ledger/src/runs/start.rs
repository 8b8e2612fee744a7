//! Starting: create the run or join the active one, and enqueue, in one transaction (R01–R03, R05).

mod join;
mod once;
mod queued;

use chrono::{DateTime, Utc};
use domain::counts::Counts;
use domain::id::{CorrelationId, IdempotencyKey, RunId, ScheduleId, TenantId, UserId, WorkspaceId};
use domain::identity::{Owner, RunIdentity};
use domain::names::search_key;
use domain::operation::{IdentityKind, OperationType};
use domain::receipt::ScopeReceipt;
use domain::resolution::ResolutionKey;
use domain::status::{Origin, Outcome};
use domain::view::{StartAnswer, WorkspaceRef};
use serde_json::{Value, json};

use self::join::{find_active, join};
use self::once::{answered_before, remember};
pub use self::queued::{QUEUED_MOST, STARTED_MOST};
use super::events::{self, Of};
use super::{admit, end};
use crate::access::permit::{Missing, StartPermit};
use crate::notifications::Notice;
use crate::scope::ScopedTx;
use crate::{Error, Ledger, Refused, Result, audit, ids, notifications, people};

/// How often a lost race is run again. Each loss means that a run of the identity ended in between.
const ROUNDS: usize = 3;

/// Whose run it is: a person's, or a schedule's.
#[derive(Debug, Clone, Copy)]
struct By<'a> {
    workspace: &'a WorkspaceRef,
    user: Option<UserId>,
    /// Schedule and intended fire time (R04).
    fire: Option<(ScheduleId, DateTime<Utc>)>,
}

impl<'a> By<'a> {
    fn person(access: &'a StartPermit) -> Self {
        Self {
            workspace: &access.workspace,
            user: Some(access.user),
            fire: None,
        }
    }
}

/// What to start. Made by the feature that owns the action; who may is a [`StartPermit`].
#[derive(Debug, Clone)]
pub struct Start<'a> {
    /// The type.
    pub kind: OperationType,
    /// The tenant; `None` for the workspace as a whole.
    pub tenant: Option<TenantId>,
    /// What to do; frozen from here on.
    pub inputs: Value,
    /// What may be touched.
    pub receipt: Option<ScopeReceipt>,
    /// What made it start.
    pub origin: Origin,
    /// The name of whoever starts it, as it is now.
    pub initiator: &'a str,
    /// The form's key (R03).
    pub key: Option<IdempotencyKey>,
}

/// Starts a run for the person of the permit, or joins the one that is active. The permit has to be for what is started.
pub async fn start(ledger: &Ledger, access: &StartPermit, what: &Start<'_>) -> Result<StartAnswer> {
    if access.kind() != what.kind {
        return Err(Error::Forbidden(Missing {
            key: what.kind.capability(),
        }));
    }
    let _turn = ledger.turns().take(access.user.0.as_bytes()).await;
    for _ in 0..ROUNDS {
        let mut tx = access.scope().begin(ledger).await?;
        // The person's requests one after the other from here on: their queued runs and their forms are counted.
        if !people::lock(&mut tx, access.user).await? {
            return Err(Refused::AccountEnded.into());
        }
        if let Some(answer) = answered_before(&mut tx, access, what).await? {
            return Ok(answer);
        }
        let now = ledger.now();
        let by = By::person(access);
        let answer = match create(&mut tx, by, what, now).await? {
            Some(created) => {
                // Rolls the new run back if it is one too many; joining makes none and is never refused.
                queued::bounded(&mut tx, access, what, now).await?;
                dispatch(ledger, &mut tx, by, what, created, now).await?
            }
            None => match join(&mut tx, access, what, now).await? {
                Some(joined) => joined,
                // It ended between the two statements; a new one may begin.
                None => continue,
            },
        };
        if remember(&mut tx, access, what, &answer, now).await? {
            tx.commit().await?;
            return Ok(answer);
        }
        // The same form was sent at the same time and won: forget all of this and give its answer.
    }
    Err(Error::Contended)
}

struct Created {
    run: RunId,
    priority: i16,
    target: String,
    target_scope: String,
}

async fn create(tx: &mut ScopedTx, by: By<'_>, what: &Start<'_>, now: DateTime<Utc>) -> Result<Option<Created>> {
    let workspace = by.workspace.id;
    let run: RunId = ids::new(now);
    let (target, target_scope) = target_of(tx, by.workspace, what.tenant).await?;
    let priority = what.kind.priority(what.origin) as i16;
    let identity = identity_of(what, workspace, run);
    let schedule = by.fire.map(|(schedule, _)| schedule);
    let resolution = ResolutionKey::new(
        owner_of(what, workspace),
        what.kind.as_str(),
        &what.inputs,
        schedule,
        run,
    );
    let made = sqlx::query_scalar!(
        "with noted as (
            insert into operation_run_targets (workspace_id, tenant_id, target_key, search_key)
            values ($2, $3, lower($10 collate \"und-x-icu\"), $20) on conflict do nothing)
        insert into operation_runs (id, workspace_id, tenant_id, type, origin, identity, identity_exclusive, inputs,
            scope_receipt, target, target_scope, priority, initiator_id, initiator_name, correlation_id, created_at, schedule_id, fire_at,
            resolution_key, max_attempts)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $21)
        on conflict do nothing returning id",
        run.0,
        workspace.0,
        what.tenant.map(|id| id.0),
        what.kind.as_str(),
        what.origin.as_str(),
        &identity.0[..],
        !matches!(what.kind.identity(), IdentityKind::PerClick | IdentityKind::PerFireTime),
        what.inputs,
        what.receipt.as_ref().map(serde_json::to_value).transpose()?,
        target,
        target_scope,
        priority,
        by.user.map(|id| id.0),
        what.initiator,
        ids::new::<CorrelationId>(now).0,
        now,
        schedule.map(|id| id.0),
        by.fire.map(|(_, at)| at),
        &resolution.0[..],
        search_key(&target),
        i32::from(what.kind.spec().attempts)
    )
    .fetch_optional(&mut **tx)
    .await?;
    if made.is_none() {
        return Ok(None);
    }
    sqlx::query!(
        "insert into operation_run_live (run_id, workspace_id, tenant_id) values ($1, $2, $3)",
        run.0,
        workspace.0,
        what.tenant.map(|id| id.0)
    )
    .execute(&mut **tx)
    .await?;
    Ok(Some(Created {
        run,
        priority,
        target,
        target_scope,
    }))
}

fn owner_of(what: &Start<'_>, workspace: WorkspaceId) -> Owner {
    what.tenant.map_or(Owner::Workspace(workspace), Owner::Tenant)
}

/// A type whose every click is a run of its own has an identity of its own each time.
fn identity_of(what: &Start<'_>, workspace: WorkspaceId, run: RunId) -> RunIdentity {
    let owner = owner_of(what, workspace);
    match what.kind.identity() {
        IdentityKind::PerClick | IdentityKind::PerFireTime => RunIdentity::new(
            owner,
            what.kind,
            &json!({ "inputs": what.inputs, "run": run.to_string() }),
        ),
        _ => RunIdentity::new(owner, what.kind, &what.inputs),
    }
}

/// What the run aims at, in words, and what "at most one at a time" counts by (R18).
async fn target_of(tx: &mut ScopedTx, workspace: &WorkspaceRef, tenant: Option<TenantId>) -> Result<(String, String)> {
    let Some(tenant) = tenant else {
        return Ok((workspace.name.clone(), format!("workspace:{}", workspace.id)));
    };
    let row = sqlx::query!(
        "select name, entra_tenant_id from tenants where workspace_id = $1 and id = $2",
        workspace.id.0,
        tenant.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or_else(|| Error::Stored("a start for a tenant outside of its scope".to_owned()))?;
    Ok((row.name, format!("entra:{}", row.entra_tenant_id)))
}

/// A new run: tell its initiator, and admit it if there is a slot. If the engine refuses, the run ends here and says so (R05).
async fn dispatch(
    ledger: &Ledger,
    tx: &mut ScopedTx,
    by: By<'_>,
    what: &Start<'_>,
    created: Created,
    now: DateTime<Utc>,
) -> Result<StartAnswer> {
    let of = Of {
        run: created.run,
        workspace: by.workspace.id,
        tenant: what.tenant,
    };
    match by.user {
        Some(user) => events::add_by(tx, of, now, "queued", user).await?,
        None => events::add(tx, of, now, "queued", &format!("by {}", what.initiator)).await?,
    }
    tell_queued(tx, by, what, &created, now).await?;
    let candidate = admit::Candidate {
        of,
        kind: what.kind,
        priority: created.priority,
        created_at: now,
    };
    match admit::admit_new(ledger, tx, &created.target_scope, candidate, now).await {
        Ok(()) => Ok(StartAnswer::Queued { run: created.run }),
        Err(Error::Queue(cause)) => {
            tracing::error!(run.id = %created.run, cause, "run {} could not be enqueued", created.run);
            let reason = domain::reason::ReasonCode::QueueDispatchFailed;
            end::refuse(
                tx,
                created.run,
                0,
                end::Refusal {
                    outcome: Outcome::Failed,
                    reason,
                },
                now,
            )
            .await?;
            Ok(StartAnswer::Ended {
                run: created.run,
                reason: reason.as_str().to_owned(),
            })
        }
        Err(other) => Err(other),
    }
}

/// One notification to the initiator, if there is one, and one audit entry.
async fn tell_queued(
    tx: &mut ScopedTx,
    by: By<'_>,
    what: &Start<'_>,
    created: &Created,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(user) = by.user {
        let notice = Notice {
            user,
            workspace: by.workspace.id,
            tenant: what.tenant,
            run: created.run,
            kind: "queued",
            operation: what.kind.as_str(),
            target: &created.target,
            outcome: Outcome::Pending,
            reason: None,
            counts: Counts::default(),
        };
        notifications::write(tx, now, &notice).await?;
    }
    let entry = audit::Entry {
        workspace: by.workspace.id,
        tenant: what.tenant,
        actor: by.user.map_or(audit::Actor::Schedule, audit::Actor::Human),
        action: "run.queued",
        resource: ("operation_run", created.run.to_string()),
        outcome: "info",
        details: json!({ "type": what.kind.as_str(), "target": created.target }),
        correlation: None,
    };
    audit::write(tx, now, entry).await
}

/// How a fire time was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fired {
    /// By a run of its own.
    Started(RunId),
    /// By the active run of the identity.
    Merged(RunId),
}

/// Starts the run of a schedule's fire time, or finds the active run that serves it. In the transaction that records the fire.
pub(crate) async fn fire(
    ledger: &Ledger,
    tx: &mut ScopedTx,
    workspace: &WorkspaceRef,
    fire: (ScheduleId, DateTime<Utc>),
    what: &Start<'_>,
) -> Result<Fired> {
    let now = ledger.now();
    let by = By {
        workspace,
        user: None,
        fire: Some(fire),
    };
    for _ in 0..ROUNDS {
        if let Some(created) = create(tx, by, what, now).await? {
            return Ok(Fired::Started(
                dispatch(ledger, tx, by, what, created, now).await?.run(),
            ));
        }
        if let Some(active) = find_active(tx, workspace.id, what).await? {
            return Ok(Fired::Merged(active.run));
        }
    }
    Err(Error::Contended)
}
