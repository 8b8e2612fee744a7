//! Executing: what a worker does with a run's job (R14, R15).
//!
//! [`begin`] turns a job into an [`Attempt`], or says why not; everything that the attempt writes carries its epoch and is
//! refused once another attempt has begun; [`Attempt::finish`] ends the run, completes the job and admits the next run of
//! the scope, all in one transaction.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::id::{CorrelationId, EntraTenantId, RunId, TenantId, UserId, WorkspaceId};
use domain::operation::OperationType;
use domain::reason::ReasonCode;
use domain::receipt::ScopeReceipt;
use domain::status::Outcome;
use serde_json::Value;

use super::admit::{self, Handed};
use super::end::{self, Ending, Refusal};
use super::events::{self, Of};
use crate::engine::{JobContext, RunJob};
use crate::scope::{self, Scope, ScopedTx};
use crate::{Error, Ledger, Result};

/// One execution of a run by this process.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The run.
    pub run: RunId,
    /// What it is a run of.
    pub operation: OperationType,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The tenant, if it is about one.
    pub tenant: Option<TenantId>,
    /// Microsoft's id of the tenant.
    pub entra_tenant: Option<EntraTenantId>,
    /// What to do.
    pub inputs: Value,
    /// What may be touched.
    pub receipt: Option<ScopeReceipt>,
    /// For the log.
    pub correlation: CorrelationId,
    /// Which attempt this is, from 1.
    pub number: i32,
    /// The fencing number.
    pub(crate) epoch: i32,
    /// The process.
    pub(crate) worker: String,
}

/// What a job turned out to be.
#[derive(Debug)]
pub enum Begun {
    /// Work to do.
    Attempt(Box<Attempt>),
    /// Refused before it began; the run has ended and the job is done.
    Refused(ReasonCode),
    /// An operation that this process has not registered. Its jobs are in a queue of their own, so this one is astray; the run
    /// is as it was.
    Unknown(String),
    /// Another attempt has taken over, or the run has ended: nothing to do.
    Stale,
    /// There is no such run: a defect (R01).
    NoRun,
}

/// Who takes a job.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The name of the process, unique for its life.
    pub worker: &'a str,
    /// How long it may be silent.
    pub lease: Duration,
}

/// How often a run may go back because its process stopped or lost the database. Nothing of it is the run's fault, but a run
/// that always ends so must come to an end as well (R14).
const HANDED_BACK_MAX: i32 = 100;

struct Found {
    kind: String,
    workspace: WorkspaceId,
    tenant: Option<TenantId>,
    inputs: Value,
    receipt: Option<Value>,
    correlation: CorrelationId,
    initiator: Option<UserId>,
    attempt: i32,
}

/// Begins an attempt for a job: checks that the job still counts, that the run may be begun once more and its initiator may
/// still do this, and takes the run.
pub async fn begin(ledger: &Ledger, job: RunJob, claim: Claim<'_>, context: &JobContext) -> Result<Begun> {
    let now = ledger.now();
    let run = RunId(job.run_id);
    let mut tx = scope::begin_as_system(ledger).await?;
    let Some(row) = sqlx::query!(
        r#"select r.type as kind, r.workspace_id, r.tenant_id, r.inputs, r.scope_receipt, r.correlation_id, r.initiator_id, r.attempt,
            r.handed_back, r.max_attempts,
            (r.epoch = $2 and r.status in ('queued', 'running') and r.hold is null and l.worker is null) as "current!"
        from operation_runs r join operation_run_live l on l.run_id = r.id where r.id = $1 for no key update of r"#,
        run.0,
        job.epoch
    )
    .fetch_optional(&mut *tx)
    .await?
    else {
        return Ok(Begun::NoRun);
    };
    if !row.current {
        return Ok(Begun::Stale);
    }
    let Some(kind) = ledger.operations().find(&row.kind) else {
        return Ok(Begun::Unknown(row.kind));
    };
    if !may_begin(kind, row.attempt, row.handed_back, row.max_attempts) {
        let reason = ReasonCode::WorkerLost;
        let ending = Ending::Failed(reason, reason.technician().to_owned());
        let target_scope = end::finish(&mut tx, run, job.epoch, &ending, now).await?;
        admit::admit_waiting(ledger, &mut tx, &target_scope, now).await?;
        context.complete(tx.inner()).await?;
        tx.commit().await?;
        return Ok(Begun::Refused(reason));
    }
    let found = Found {
        kind: row.kind,
        workspace: WorkspaceId(row.workspace_id),
        tenant: row.tenant_id.map(TenantId),
        inputs: row.inputs,
        receipt: row.scope_receipt,
        correlation: CorrelationId(row.correlation_id),
        initiator: row.initiator_id.map(UserId),
        attempt: row.attempt,
    };
    if let Some(reason) = refusal(&mut tx, &found, kind).await? {
        let refusal = Refusal {
            outcome: Outcome::Blocked,
            reason,
        };
        let target_scope = end::refuse(&mut tx, run, job.epoch, refusal, now).await?;
        admit::admit_waiting(ledger, &mut tx, &target_scope, now).await?;
        context.complete(tx.inner()).await?;
        tx.commit().await?;
        return Ok(Begun::Refused(reason));
    }
    let attempt = take(&mut tx, job, claim, kind, found, now).await?;
    tx.commit().await?;
    Ok(Begun::Attempt(Box::new(attempt)))
}

/// Whether a run may be begun (again): of its attempts, those count against the bound that were lost.
pub(crate) const fn may_begin(kind: OperationType, attempts: i32, handed_back: i32, max_attempts: i32) -> bool {
    let again = kind.is_repeatable() && attempts - handed_back < max_attempts && handed_back < HANDED_BACK_MAX;
    attempts == 0 || again
}

/// Why the run may not begin after all (R15). Nothing has happened yet, so the answer is `blocked`, not `failed`.
async fn refusal(tx: &mut ScopedTx, found: &Found, kind: OperationType) -> Result<Option<ReasonCode>> {
    if let Some(tenant) = found.tenant {
        let row = sqlx::query!("select workspace_id, status from tenants where id = $1", tenant.0)
            .fetch_optional(&mut **tx)
            .await?;
        match row {
            None => return Ok(Some(ReasonCode::TenantMissing)),
            Some(row) if row.workspace_id != found.workspace.0 => return Ok(Some(ReasonCode::WorkspaceMismatch)),
            Some(row) if row.status != "active" => return Ok(Some(ReasonCode::TenantNotOperable)),
            Some(_) => {}
        }
    }
    // A schedule's or the system's own run has no person whose rights could have changed.
    let Some(initiator) = found.initiator else {
        return Ok(None);
    };
    let grant = sqlx::query!(
        r#"select u.disabled_at is not null as "disabled!", g.role as "role?", coalesce(g.all_tenants, false) as "all_tenants!",
            coalesce(g.tenant_ids, '{}') as "tenant_ids!"
        from users u left join lateral access_to_workspace(u.id, $2) g on true where u.id = $1"#,
        initiator.0,
        found.workspace.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(grant) = grant.filter(|grant| !grant.disabled) else {
        return Ok(Some(ReasonCode::InitiatorMissing));
    };
    let role = match grant.role.as_deref() {
        None => return Ok(Some(ReasonCode::InitiatorNotEntitled)),
        Some(stored) => Role::read(stored),
    };
    if role == Role::Unknown {
        // What it may do is for a process that knows it: this one must not end the run (R23).
        return Err(Error::Stored("the initiator has a role of a newer release".to_owned()));
    }
    let entitled = found
        .tenant
        .is_none_or(|tenant| grant.all_tenants || grant.tenant_ids.contains(&tenant.0));
    Ok(match (entitled, role.may_start(kind)) {
        (false, _) => Some(ReasonCode::InitiatorNotEntitled),
        (true, false) => Some(ReasonCode::MissingCapability),
        (true, true) => None,
    })
}

async fn take(
    tx: &mut ScopedTx,
    job: RunJob,
    claim: Claim<'_>,
    kind: OperationType,
    found: Found,
    now: DateTime<Utc>,
) -> Result<Attempt> {
    let number = found.attempt + 1;
    sqlx::query!(
        "update operation_runs set status = 'running', started_at = coalesce(started_at, $2), attempt = $3 where id = $1",
        job.run_id,
        now,
        number
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update operation_run_live set worker = $2, heartbeat_at = $3, lease_seconds = $4, counts = '{}', phase = null, waiting_until = null,
            wait_reason = null
        where run_id = $1",
        job.run_id,
        claim.worker,
        now,
        i32::try_from(claim.lease.as_secs().max(1)).unwrap_or(i32::MAX)
    )
    .execute(&mut **tx)
    .await?;
    let of = Of {
        run: RunId(job.run_id),
        workspace: found.workspace,
        tenant: found.tenant,
    };
    events::add(tx, of, now, "started", &format!("attempt {number}")).await?;
    let tenant = match found.tenant {
        Some(tenant) => {
            sqlx::query_scalar!("select entra_tenant_id from tenants where id = $1", tenant.0)
                .fetch_optional(&mut **tx)
                .await?
        }
        None => None,
    };
    tracing::debug!(run.id = %of.run, kind = found.kind, "run {} begins", of.run);
    Ok(Attempt {
        run: of.run,
        operation: kind,
        workspace: found.workspace,
        tenant: found.tenant,
        entra_tenant: tenant.map(EntraTenantId),
        inputs: found.inputs,
        receipt: found.receipt.map(ScopeReceipt::read),
        correlation: found.correlation,
        number,
        epoch: job.epoch,
        worker: claim.worker.to_owned(),
    })
}

impl Attempt {
    /// Begins a transaction in which the attempt may write: it sees the run's tenant and nothing else, and holds the run
    /// against being given to another worker until it ends. [`Error::Fenced`] if that has happened already.
    pub async fn transaction(&self, ledger: &Ledger) -> Result<ScopedTx> {
        let mut tx = Scope::of_run(self.workspace, self.tenant).begin(ledger).await?;
        let current = sqlx::query_scalar!(
            "select id from operation_runs where id = $1 and epoch = $2 and status = 'running' for share",
            self.run.0,
            self.epoch
        )
        .fetch_optional(&mut *tx)
        .await?;
        if current.is_some() { Ok(tx) } else { Err(Error::Fenced) }
    }

    /// Ends the run: outcome, notifications, audit entry, the engine's job, and the next run of the scope, in one transaction.
    pub async fn finish(&self, ledger: &Ledger, ending: &Ending, context: &JobContext) -> Result<()> {
        let now = ledger.now();
        let mut tx = scope::begin_as_system(ledger).await?;
        let target_scope = end::finish(&mut tx, self.run, self.epoch, ending, now).await?;
        admit::admit_waiting(ledger, &mut tx, &target_scope, now).await?;
        context.complete(tx.inner()).await?;
        tx.commit().await
    }

    /// Hands the run back unfinished, because this process stops or has lost the database: it is enqueued again under the next
    /// epoch, and the attempt does not count as lost. `why` is for the timeline.
    ///
    /// What may not be repeated is not: it ends, and a person decides.
    pub async fn hand_back(&self, ledger: &Ledger, why: &str, context: &JobContext) -> Result<()> {
        if !self.operation.is_repeatable() {
            let reason = ReasonCode::WorkerLost;
            let ending = Ending::Failed(reason, reason.technician().to_owned());
            return self.finish(ledger, &ending, context).await;
        }
        let now = ledger.now();
        let mut tx = scope::begin_as_system(ledger).await?;
        let priority = sqlx::query_scalar!(
            "update operation_runs set handed_back = handed_back + 1
            where id = $1 and epoch = $2 and status = 'running' returning priority",
            self.run.0,
            self.epoch
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::Fenced)?;
        let of = Of {
            run: self.run,
            workspace: self.workspace,
            tenant: self.tenant,
        };
        release(&mut tx, self.run).await?;
        events::add(&mut tx, of, now, "handed_back", why).await?;
        let run = Handed {
            of,
            kind: self.operation,
            epoch: self.epoch,
            priority,
        };
        admit::hand_over(ledger, tx.inner(), run, now).await?;
        context.complete(tx.inner()).await?;
        tx.commit().await
    }
}

/// Takes the run from whoever held it, so that the next job may begin it.
pub(crate) async fn release(tx: &mut ScopedTx, run: RunId) -> Result<()> {
    sqlx::query!(
        "update operation_run_live set worker = null, heartbeat_at = null, waiting_until = null, wait_reason = null where run_id = $1",
        run.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
