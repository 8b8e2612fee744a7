//! Admission: which queued runs are handed to the engine (R18).
//!
//! At most so many runs of a target scope are admitted at a time, one by default, so a busy tenant fills neither the engine
//! nor the slots of the workers. Whoever admits locks the scope's row first; the order of locks is run, then scope, and
//! other runs are only taken where nobody holds them.
//!
//! Whose turn it is goes by priority and age, and who waits goes up a level every quarter of an hour (`aged_priority`), so
//! that a person who keeps a queue does not keep a tenant's schedules from ever running. A turn that falls to an operation
//! which this process has not registered is not taken from it (R23): the slot stays free for a process that has, whose
//! reconciler finds it. If nobody comes for as long as a worker may be silent, the next run that is known goes first, once.

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{RunId, TenantId, WorkspaceId};
use domain::operation::OperationType;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::events::{self, RunRef};
use crate::scope::ScopedTx;
use crate::{Ledger, Result};

/// How many runs of a target scope are admitted at a time, unless its row says otherwise.
pub const DEFAULT_LIMIT: i64 = 1;

/// A run that was just recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) of: RunRef,
    pub(crate) kind: OperationType,
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
    if !ledger.operations().contains(candidate.kind) {
        return Ok(());
    }
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
    let run = Handed {
        of: candidate.of,
        kind: candidate.kind,
        epoch: 0,
        priority: candidate.priority,
    };
    hand_over(ledger, tx.inner(), run, now).await
}

/// Admits as many waiting runs of a scope as there are free slots, but for those whose turn it is and that this process does
/// not know. In a transaction of the worker's own bookkeeping.
pub(crate) async fn admit_waiting(
    ledger: &Ledger,
    tx: &mut ScopedTx,
    scope: &str,
    now: DateTime<Utc>,
) -> Result<usize> {
    Ok(take_turns(ledger, tx, scope, now).await?.admitted)
}

/// The same for the reconciler, which also sees to it that a slot does not stay free for a run that nobody comes for: one that
/// was left for longer than `patience` goes to the next run that is known.
pub(crate) async fn admit_left(
    ledger: &Ledger,
    tx: &mut ScopedTx,
    scope: &str,
    patience: TimeDelta,
    now: DateTime<Utc>,
) -> Result<usize> {
    let turns = take_turns(ledger, tx, scope, now).await?;
    let Some(first) = turns.left.first().copied() else {
        return Ok(turns.admitted);
    };
    let left = sqlx::query!("select left_for, left_at from target_scopes where scope = $1", scope)
        .fetch_one(&mut **tx)
        .await?;
    let waited = left.left_at.filter(|_| left.left_for == Some(first));
    if waited.is_none_or(|since| since > now - patience) {
        if waited.is_none() {
            leave(tx, scope, Some((first, now))).await?;
        }
        return Ok(turns.admitted);
    }
    let slots = i64::try_from(turns.left.len()).unwrap_or(i64::MAX);
    let known = ledger.operations().names();
    let waiting = sqlx::query_as!(
        Waiting,
        r#"select id, workspace_id, tenant_id, type as kind, epoch, aged_priority(priority, created_at, $2) as "priority!"
        from operation_runs
        where target_scope = $1 and status = 'queued' and admitted_at is null and hold is null and type = any ($4) and id <> all ($5)
        order by aged_priority(priority, created_at, $2), created_at, id limit $3 for no key update skip locked"#,
        scope,
        now,
        slots,
        &known,
        &turns.left
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut admitted = turns.admitted;
    for run in waiting {
        if let Some(kind) = ledger.operations().find(&run.kind)
            && was_handed_over(ledger, tx, run.handed(kind), now).await?
        {
            admitted += 1;
        }
    }
    // The one that was passed over has the next free slot for as long again.
    leave(tx, scope, None).await?;
    Ok(admitted)
}

struct Turns {
    admitted: usize,
    /// Runs whose turn it is and that are for another process, or could not be handed over.
    left: Vec<Uuid>,
}

struct Waiting {
    id: Uuid,
    workspace_id: Uuid,
    tenant_id: Option<Uuid>,
    kind: String,
    epoch: i32,
    priority: i32,
}

impl Waiting {
    fn handed(&self, kind: OperationType) -> Handed {
        Handed {
            of: RunRef {
                run: RunId(self.id),
                workspace: WorkspaceId(self.workspace_id),
                tenant: self.tenant_id.map(TenantId),
            },
            kind,
            epoch: self.epoch,
            priority: i16::try_from(self.priority).unwrap_or(1),
        }
    }
}

async fn take_turns(ledger: &Ledger, tx: &mut ScopedTx, scope: &str, now: DateTime<Utc>) -> Result<Turns> {
    let mut turns = Turns {
        admitted: 0,
        left: Vec::new(),
    };
    let limit = lock(tx, scope).await?;
    let admitted = sqlx::query_scalar!(r#"select admitted_runs($1) as "admitted!""#, scope)
        .fetch_one(&mut **tx)
        .await?;
    let free = (limit - admitted).max(0);
    if free == 0 {
        return Ok(turns);
    }
    let waiting = sqlx::query_as!(
        Waiting,
        r#"select id, workspace_id, tenant_id, type as kind, epoch, aged_priority(priority, created_at, $2) as "priority!"
        from operation_runs
        where target_scope = $1 and status = 'queued' and admitted_at is null and hold is null
        order by aged_priority(priority, created_at, $2), created_at, id limit $3 for no key update skip locked"#,
        scope,
        now,
        free
    )
    .fetch_all(&mut **tx)
    .await?;
    for run in waiting {
        match ledger.operations().find(&run.kind) {
            Some(kind) if was_handed_over(ledger, tx, run.handed(kind), now).await? => turns.admitted += 1,
            _ => turns.left.push(run.id),
        }
    }
    Ok(turns)
}

/// Hands a run over; one that cannot be keeps its place and takes nothing else with it, least of all the end of the run before.
async fn was_handed_over(ledger: &Ledger, tx: &mut ScopedTx, run: Handed, now: DateTime<Utc>) -> Result<bool> {
    let mut savepoint = tx.savepoint().await?;
    match hand_over(ledger, &mut savepoint, run, now).await {
        Ok(()) => {
            savepoint.commit().await?;
            Ok(true)
        }
        Err(error) if error.is_unavailable() => Err(error),
        Err(error) => {
            savepoint.rollback().await?;
            tracing::error!(run.id = %run.of.run, %error, cause = ?error, "run {} could not be admitted", run.of.run);
            Ok(false)
        }
    }
}

/// Remembers for whom a slot is left free, and since when.
async fn leave(tx: &mut ScopedTx, scope: &str, left: Option<(Uuid, DateTime<Utc>)>) -> Result<()> {
    sqlx::query!(
        "update target_scopes set left_for = $2, left_at = $3 where scope = $1",
        scope,
        left.map(|(run, _)| run),
        left.map(|(_, at)| at)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A run for the engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Handed {
    pub(crate) of: RunRef,
    pub(crate) kind: OperationType,
    /// The epoch it has; it gets the next one.
    pub(crate) epoch: i32,
    pub(crate) priority: i16,
}

/// Puts a run into the engine under its next epoch. Both commit together (R05).
pub(crate) async fn hand_over(
    ledger: &Ledger,
    tx: &mut Transaction<'_, Postgres>,
    run: Handed,
    now: DateTime<Utc>,
) -> Result<()> {
    let epoch = run.epoch + 1;
    let job = ledger
        .queue()
        .enqueue(tx, run.of.run, epoch, run.kind, run.priority)
        .await?;
    sqlx::query!(
        "update operation_runs set admitted_at = coalesce(admitted_at, $2), epoch = $3, engine_job_id = $4
        where id = $1 and status in ('queued', 'running')",
        run.of.run.0,
        now,
        epoch,
        job
    )
    .execute(&mut **tx)
    .await?;
    events::add(tx, run.of, now, "admitted", "").await
}
