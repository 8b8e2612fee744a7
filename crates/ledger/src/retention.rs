//! Retention: completed runs are kept for so many days a workspace, then removed in small batches that block nobody.
//!
//! Notifications and audit entries survive, and so does the record of fires. Held runs stay. Items go with their runs: a week's
//! partition may have to wait for the workspace that keeps its runs the longest, and nobody's names are kept that long because of
//! it. Dropping the partition, once no run of its week is left, gives the space back (`partitions`).

mod partitions;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::WorkspaceId;
use domain::receipt::ScopeReceipt;
use sqlx::Acquire;
use uuid::Uuid;

pub(crate) use self::partitions::make_partitions_ahead;
pub use self::partitions::{Leftovers, tend_partitions};
use crate::runs::execute::Attempt;
use crate::scope::ScopedTx;
use crate::{Error, Ledger, Result};

/// Runs removed in one transaction.
const BATCH: i64 = 500;
/// Items removed in one transaction, unless a single run has more.
const ITEMS: i64 = 20_000;

/// For how many days the scope's workspace keeps completed runs.
pub async fn days(tx: &mut ScopedTx, workspace: WorkspaceId) -> Result<Option<u16>> {
    let days = sqlx::query_scalar!("select retention_days from workspaces where id = $1", workspace.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(days.and_then(|days| u16::try_from(days).ok()))
}

/// Removes one batch of a workspace's expired runs and answers how many. Fenced like every write of an attempt.
pub async fn remove_batch(ledger: &Ledger, attempt: &Attempt) -> Result<u32> {
    if attempt.receipt != Some(ScopeReceipt::ExpiredHistory) {
        return Err(Error::ScopeExceeded);
    }
    let tx = attempt.transaction(ledger).await?;
    remove_in(tx, attempt.workspace, ledger.now()).await
}

/// The same for tests, which have no attempt.
#[cfg(feature = "testing")]
pub(crate) async fn remove_batch_of(ledger: &Ledger, workspace: WorkspaceId) -> Result<u32> {
    let tx = crate::scope::Scope::of_run(workspace, None).begin(ledger).await?;
    remove_in(tx, workspace, ledger.now()).await
}

async fn remove_in(mut tx: ScopedTx, workspace: WorkspaceId, now: DateTime<Utc>) -> Result<u32> {
    let days = sqlx::query_scalar!("select retention_days from workspaces where id = $1", workspace.0)
        .fetch_one(&mut *tx)
        .await?;
    let expired = sqlx::query_scalar!(
        "select id from operation_runs
        where workspace_id = $1 and created_at < $2 and status = 'completed' and completed_at < $2 and not retention_hold
        order by created_at limit $3 for update skip locked",
        workspace.0,
        now - TimeDelta::days(i64::from(days)),
        BATCH
    )
    .fetch_all(&mut *tx)
    .await?;
    let batch = within_bound(&mut tx, &expired).await?;
    let removed = match remove(&mut tx, batch).await {
        Ok(()) => batch.len(),
        // Something holds one of them. The others need not stay because of it.
        Err(error) if error.constraint().is_some() => remove_each(&mut tx, batch).await?,
        Err(error) => return Err(error),
    };
    tx.commit().await?;
    Ok(u32::try_from(removed).unwrap_or(u32::MAX))
}

/// As many of the runs as have few enough items together; one at least.
async fn within_bound<'a>(tx: &mut ScopedTx, runs: &'a [Uuid]) -> Result<&'a [Uuid]> {
    let counts = sqlx::query!(
        r#"select run_id, count(*) as "items!" from operation_run_items where run_id = any($1) group by run_id"#,
        runs
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut items = 0;
    for (at, run) in runs.iter().enumerate() {
        items += counts
            .iter()
            .find(|count| count.run_id == *run)
            .map_or(0, |count| count.items);
        if at > 0 && items > ITEMS {
            return Ok(&runs[..at]);
        }
    }
    Ok(runs)
}

/// Under a savepoint: refused, the transaction is as it was.
async fn remove(tx: &mut ScopedTx, runs: &[Uuid]) -> Result<()> {
    let mut savepoint = tx.inner().begin().await?;
    sqlx::query!("delete from operation_run_items where run_id = any($1)", runs)
        .execute(&mut *savepoint)
        .await?;
    sqlx::query!("delete from operation_runs where id = any($1)", runs)
        .execute(&mut *savepoint)
        .await?;
    savepoint.commit().await?;
    Ok(())
}

async fn remove_each(tx: &mut ScopedTx, runs: &[Uuid]) -> Result<usize> {
    let mut removed = 0;
    for run in runs {
        match remove(tx, std::slice::from_ref(run)).await {
            Ok(()) => removed += 1,
            Err(error) if error.constraint().is_some() => {
                tracing::error!(run.id = %run, cause = ?error, "run {run} has expired and cannot be removed");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(removed)
}
