//! Retention: completed runs are kept for so many days a workspace, then removed in small batches that block nobody.
//!
//! Notifications and audit entries survive, and so does the record of fires. Held runs stay. Items are not deleted row by row:
//! their partitions are dropped once every run in them is past every workspace's retention; until then, items of removed
//! runs are out of reach, because their run is.

use chrono::TimeDelta;
use domain::id::WorkspaceId;
use domain::receipt::ScopeReceipt;

use crate::runs::execute::Attempt;
use crate::scope::ScopedTx;
use crate::{Error, Ledger, Result};

/// Runs removed in one transaction.
const BATCH: i64 = 500;
/// Partitions dropped in one pass; each takes a moment's lock on the parent.
const PARTITIONS: i32 = 4;

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
        return Err(Error::Stored("outside of the scope receipt".to_owned()));
    }
    let mut tx = attempt.transaction(ledger).await?;
    let days = sqlx::query_scalar!(
        "select retention_days from workspaces where id = $1",
        attempt.workspace.0
    )
    .fetch_one(&mut *tx)
    .await?;
    let removed = sqlx::query!(
        "delete from operation_runs where id in (
            select id from operation_runs
            where workspace_id = $1 and created_at < $2 and status = 'completed' and completed_at < $2 and not retention_hold
            order by created_at limit $3 for update skip locked)",
        attempt.workspace.0,
        ledger.now() - TimeDelta::days(i64::from(days)),
        BATCH
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(u32::try_from(removed.rows_affected()).unwrap_or(u32::MAX))
}

/// Drops partitions of items that nobody can reach any more, and makes those of the coming weeks.
pub async fn tend_partitions(ledger: &Ledger) -> Result<i32> {
    let now = ledger.now();
    crate::migrate::ensure_item_partitions(ledger.pool(), now).await?;
    let dropped = sqlx::query_scalar!(r#"select drop_item_partitions($1, $2) as "dropped!""#, PARTITIONS, now)
        .fetch_one(ledger.pool())
        .await?;
    Ok(dropped)
}
