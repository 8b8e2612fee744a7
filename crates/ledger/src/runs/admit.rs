//! Admission: which queued runs are handed to the engine (R18).
//!
//! At most so many runs of a target scope are admitted at a time, one by default, so a busy tenant fills neither the engine
//! nor the slots of the workers. Whoever admits locks the scope's row first; the order of locks is run, then scope, and
//! other runs are only taken where nobody holds them.

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId, WorkspaceId};
use sqlx::PgConnection;

use super::events::{self, Of};
use crate::scope::ScopedTx;
use crate::{Ledger, Result};

/// How many runs of a target scope are admitted at a time, unless its row says otherwise.
pub const DEFAULT_LIMIT: i64 = 1;

/// A run that was just recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) of: Of,
    pub(crate) priority: i16,
    pub(crate) created_at: DateTime<Utc>,
}

/// Locks the scope's row, making it if needed, and says how many runs may be admitted.
async fn lock(tx: &mut PgConnection, scope: &str) -> Result<i64> {
    sqlx::query!(
        "insert into target_scopes (scope) values ($1) on conflict do nothing",
        scope
    )
    .execute(&mut *tx)
    .await?;
    let limit = sqlx::query_scalar!(
        "select admitted_limit from target_scopes where scope = $1 for no key update",
        scope
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(limit.map_or(DEFAULT_LIMIT, i64::from))
}

/// Hands a run that was just recorded to the engine, if its scope has a free slot and nobody waits before it. Otherwise it
/// stays queued: the run that frees the slot, or the reconciler, will admit it.
pub(crate) async fn admit_new(
    ledger: &Ledger,
    tx: &mut ScopedTx,
    scope: &str,
    candidate: Candidate,
    now: DateTime<Utc>,
) -> Result<()> {
    let limit = lock(tx, scope).await?;
    // The web may only count here, not see: the scope may be shared with another workspace.
    let row = sqlx::query!(
        r#"select admitted_runs($1) as "admitted!", runs_wait_before($1, $2, $3, $4) as "waiting!""#,
        scope,
        candidate.priority,
        candidate.created_at,
        candidate.of.run.0
    )
    .fetch_one(&mut **tx)
    .await?;
    if row.admitted >= limit || row.waiting {
        return Ok(());
    }
    hand_over(ledger, tx, candidate.of, 0, candidate.priority, now).await
}

/// Admits as many waiting runs of a scope as there are free slots: priority first, then age. In a transaction of the worker's
/// own bookkeeping.
pub(crate) async fn admit_waiting(
    ledger: &Ledger,
    tx: &mut ScopedTx,
    scope: &str,
    now: DateTime<Utc>,
) -> Result<usize> {
    let limit = lock(tx, scope).await?;
    let admitted = sqlx::query_scalar!(r#"select admitted_runs($1) as "admitted!""#, scope)
        .fetch_one(&mut **tx)
        .await?;
    let free = (limit - admitted).max(0);
    if free == 0 {
        return Ok(0);
    }
    let waiting = sqlx::query!(
        "select id, workspace_id, tenant_id, priority, epoch from operation_runs
        where target_scope = $1 and status = 'queued' and admitted_at is null and hold is null
        order by priority, created_at, id limit $2 for no key update skip locked",
        scope,
        free
    )
    .fetch_all(&mut **tx)
    .await?;
    for run in &waiting {
        let of = Of {
            run: RunId(run.id),
            workspace: WorkspaceId(run.workspace_id),
            tenant: run.tenant_id.map(TenantId),
        };
        hand_over(ledger, tx, of, run.epoch, run.priority, now).await?;
    }
    Ok(waiting.len())
}

/// Puts a run into the engine under its next epoch. Both commit together (R05).
pub(crate) async fn hand_over(
    ledger: &Ledger,
    tx: &mut ScopedTx,
    of: Of,
    epoch: i32,
    priority: i16,
    now: DateTime<Utc>,
) -> Result<()> {
    let epoch = epoch + 1;
    let job = ledger.queue().enqueue(tx.inner(), of.run, epoch, priority).await?;
    sqlx::query!(
        "update operation_runs set admitted_at = coalesce(admitted_at, $2), epoch = $3, engine_job_id = $4
        where id = $1 and status in ('queued', 'running')",
        of.run.0,
        now,
        epoch,
        job
    )
    .execute(&mut **tx)
    .await?;
    events::add(tx, of, now, "admitted", "").await
}
