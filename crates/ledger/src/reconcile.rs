//! The reconciler (R14): in every worker, without a leader, it looks for runs whose worker is silent, whose job is gone, or
//! whose slot is free, and repairs them. It is not a run: each repair is an event on the run and an audit entry.

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{RunId, TenantId, WorkspaceId};
use domain::operation::OperationType;
use domain::reason::ReasonCode;
use domain::status::Outcome;
use serde_json::json;

use crate::runs::end::{self, Ending, Refusal};
use crate::runs::events::{self, Of};
use crate::runs::{admit, execute};
use crate::scope::{self, ScopedTx};
use crate::{Ledger, Result, audit};

/// How many runs one pass looks at; the next pass is seconds away.
const BATCH: i64 = 50;

/// What a pass has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repairs {
    /// Runs whose worker was lost, handed to another.
    pub reexecuted: usize,
    /// Runs whose worker was lost and that ended as failed.
    pub given_up: usize,
    /// Queued runs whose job was gone: each is a defect somewhere.
    pub requeued: usize,
    /// Waiting runs that were admitted.
    pub admitted: usize,
}

/// One pass. `lease` is how long a worker may be silent.
pub async fn pass(ledger: &Ledger, lease: TimeDelta) -> Result<Repairs> {
    let mut repairs = Repairs::default();
    lost_workers(ledger, lease, &mut repairs).await?;
    lost_jobs(ledger, lease, &mut repairs).await?;
    free_slots(ledger, &mut repairs).await?;
    Ok(repairs)
}

struct Lost {
    of: Of,
    kind: Option<OperationType>,
    target_scope: String,
    priority: i16,
    epoch: i32,
    attempt: i32,
    max_attempts: i32,
    job: Option<i64>,
    worker: Option<String>,
}

/// Running, and silent for longer than the lease.
async fn lost_workers(ledger: &Ledger, lease: TimeDelta, repairs: &mut Repairs) -> Result<()> {
    loop {
        let now = ledger.now();
        let mut tx = scope::begin_as_system(ledger).await?;
        // One run a transaction: a repair that fails must not undo the others.
        let row = sqlx::query!(
            "select r.id, r.workspace_id, r.tenant_id, r.type as kind, r.target_scope, r.priority, r.epoch, r.attempt, r.max_attempts,
                r.engine_job_id, l.worker
            from operation_runs r join operation_run_live l on l.run_id = r.id
            where r.status = 'running' and r.hold is null and l.worker is not null and l.heartbeat_at < $1
            order by l.heartbeat_at limit 1 for no key update of r skip locked",
            now - lease
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(()) };
        let lost = Lost {
            of: Of {
                run: RunId(row.id),
                workspace: WorkspaceId(row.workspace_id),
                tenant: row.tenant_id.map(TenantId),
            },
            kind: row.kind.parse().ok(),
            target_scope: row.target_scope,
            priority: row.priority,
            epoch: row.epoch,
            attempt: row.attempt,
            max_attempts: row.max_attempts,
            job: row.engine_job_id,
            worker: row.worker,
        };
        if lost.kind.is_some_and(OperationType::is_repeatable) && lost.attempt < lost.max_attempts {
            reexecute(ledger, &mut tx, &lost, now).await?;
            repairs.reexecuted += 1;
        } else {
            give_up(ledger, &mut tx, &lost, now).await?;
            repairs.given_up += 1;
        }
        tx.commit().await?;
    }
}

async fn note(tx: &mut ScopedTx, lost: &Lost, action: &'static str, detail: &str, now: DateTime<Utc>) -> Result<()> {
    events::add(tx, lost.of, now, "repaired", detail).await?;
    let entry = audit::Entry {
        workspace: lost.of.workspace,
        tenant: lost.of.tenant,
        actor: audit::Actor::System,
        action,
        resource: ("operation_run", lost.of.run.to_string()),
        outcome: "info",
        details: json!({ "attempt": lost.attempt, "epoch": lost.epoch, "worker": lost.worker }),
        correlation: None,
    };
    audit::write(tx, now, entry).await
}

/// Takes the run from the lost worker and hands it over under the next epoch.
async fn reexecute(ledger: &Ledger, tx: &mut ScopedTx, lost: &Lost, now: DateTime<Utc>) -> Result<()> {
    note(
        tx,
        lost,
        "run.reexecuted",
        "the worker was lost; the run is executed again",
        now,
    )
    .await?;
    if let Some(job) = lost.job {
        drop_job(ledger, tx, job).await;
    }
    execute::release(tx, lost.of.run).await?;
    admit::hand_over(ledger, tx, lost.of, lost.epoch, lost.priority, now).await
}

/// Ends the run: repeating it is not safe, or it was repeated often enough.
async fn give_up(ledger: &Ledger, tx: &mut ScopedTx, lost: &Lost, now: DateTime<Utc>) -> Result<()> {
    note(
        tx,
        lost,
        "run.given_up",
        "the worker was lost; the run is not executed again",
        now,
    )
    .await?;
    if let Some(job) = lost.job {
        drop_job(ledger, tx, job).await;
    }
    let ending = Ending::Failed(ReasonCode::WorkerLost, ReasonCode::WorkerLost.technician().to_owned());
    let scope = end::finish(tx, lost.of.run, lost.epoch, &ending, now).await?;
    admit::admit_waiting(ledger, tx, &scope, now).await?;
    debug_assert_eq!(scope, lost.target_scope);
    Ok(())
}

/// The old job is a no-op under its old epoch anyway; dropping it only tidies up, so failing to is no failure.
async fn drop_job(ledger: &Ledger, tx: &mut ScopedTx, job: i64) {
    let Ok(mut savepoint) = sqlx::Acquire::begin(&mut **tx.inner()).await else {
        return;
    };
    let dropped = ledger.queue().cancel(&mut savepoint, job).await;
    let ended = if dropped.is_ok() {
        savepoint.commit().await
    } else {
        savepoint.rollback().await
    };
    if let (Err(error), _) = (dropped, ended) {
        tracing::debug!(job, %error, "job {job} could not be dropped");
    }
}

/// Admitted, but not begun for longer than the lease, and the engine does not have the job any more, or gave it to a worker
/// that never began.
async fn lost_jobs(ledger: &Ledger, lease: TimeDelta, repairs: &mut Repairs) -> Result<()> {
    let now = ledger.now();
    let mut tx = scope::begin_as_system(ledger).await?;
    let rows = sqlx::query!(
        "select r.id, r.workspace_id, r.tenant_id, r.type as kind, r.target_scope, r.priority, r.epoch, r.attempt, r.max_attempts, r.engine_job_id
        from operation_runs r join operation_run_live l on l.run_id = r.id
        where r.status in ('queued', 'running') and r.admitted_at < $1 and r.hold is null and l.worker is null
        order by r.admitted_at limit $2 for no key update of r skip locked",
        now - lease,
        BATCH
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in rows {
        if let Some(job) = row.engine_job_id
            && ledger.queue().is_waiting(tx.inner(), job, now - lease).await?
        {
            continue;
        }
        let lost = Lost {
            of: Of {
                run: RunId(row.id),
                workspace: WorkspaceId(row.workspace_id),
                tenant: row.tenant_id.map(TenantId),
            },
            kind: row.kind.parse().ok(),
            target_scope: row.target_scope,
            priority: row.priority,
            epoch: row.epoch,
            attempt: row.attempt,
            max_attempts: row.max_attempts,
            job: row.engine_job_id,
            worker: None,
        };
        tracing::error!(run.id = %lost.of.run, "run {} was admitted but has no job", lost.of.run);
        if lost.epoch > lost.max_attempts * 10 {
            let refusal = Refusal {
                outcome: Outcome::Failed,
                reason: ReasonCode::QueueDispatchFailed,
            };
            end::refuse(&mut tx, lost.of.run, lost.epoch, refusal, now).await?;
            repairs.given_up += 1;
        } else {
            note(
                &mut tx,
                &lost,
                "run.requeued",
                "the job was gone; the run is queued again",
                now,
            )
            .await?;
            admit::hand_over(ledger, &mut tx, lost.of, lost.epoch, lost.priority, now).await?;
            repairs.requeued += 1;
        }
    }
    tx.commit().await
}

/// Scopes in which somebody waits: admission happens when a run ends, so this finds what a crash or a changed limit left.
async fn free_slots(ledger: &Ledger, repairs: &mut Repairs) -> Result<()> {
    let mut tx = scope::begin_as_system(ledger).await?;
    let scopes = sqlx::query_scalar!(
        "select distinct target_scope from operation_runs where status = 'queued' and admitted_at is null and hold is null limit $1",
        BATCH
    )
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    for scope in scopes {
        let mut tx = scope::begin_as_system(ledger).await?;
        repairs.admitted += admit::admit_waiting(ledger, &mut tx, &scope, ledger.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}
