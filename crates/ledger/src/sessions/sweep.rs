//! Housekeeping of the web: what is long over is removed.

use chrono::{DateTime, TimeDelta, Utc};

use super::IDLE_HOURS;
use crate::{Ledger, Result};

/// How many rows of a kind are removed in a statement. Somebody may be waiting for one of them.
pub const SWEEP_BATCH: i64 = 500;

/// Removes sessions, throttling windows, drafts and answers to start forms that are long over; answers how many.
///
/// Batch after batch, each of them a transaction; rows that somebody has locked are left for the next time. A kind that cannot be
/// removed keeps none of the others, and is the answer once they have had their turn.
pub async fn sweep(ledger: &Ledger) -> Result<u64> {
    let day_ago = ledger.now() - TimeDelta::days(1);
    let swept = [
        in_batches(|| sessions(ledger, day_ago)).await,
        in_batches(|| windows(ledger, day_ago)).await,
        in_batches(|| drafts(ledger, day_ago)).await,
        in_batches(|| start_requests(ledger, day_ago)).await,
    ];
    swept.into_iter().sum()
}

/// Until a batch is not a whole one.
async fn in_batches<Batch: Future<Output = Result<u64>>>(remove: impl Fn() -> Batch) -> Result<u64> {
    let mut all = 0;
    loop {
        let removed = remove().await?;
        all += removed;
        if removed < SWEEP_BATCH.unsigned_abs() {
            return Ok(all);
        }
    }
}

async fn sessions(ledger: &Ledger, day_ago: DateTime<Utc>) -> Result<u64> {
    let removed = sqlx::query!(
        "delete from sessions where id in (
            select id from sessions where expires_at < $1 or ended_at < $1 or last_seen_at < $2 limit $3 for update skip locked)",
        day_ago,
        day_ago - TimeDelta::hours(IDLE_HOURS),
        SWEEP_BATCH
    )
    .execute(ledger.pool())
    .await?;
    Ok(removed.rows_affected())
}

async fn windows(ledger: &Ledger, day_ago: DateTime<Utc>) -> Result<u64> {
    let removed = sqlx::query!(
        "delete from sign_in_failures where key in (
            select key from sign_in_failures where window_started_at < $1 limit $2 for update skip locked)",
        day_ago,
        SWEEP_BATCH
    )
    .execute(ledger.pool())
    .await?;
    Ok(removed.rows_affected())
}

async fn drafts(ledger: &Ledger, day_ago: DateTime<Utc>) -> Result<u64> {
    let removed = sqlx::query!(
        "delete from form_drafts where id in (select id from form_drafts where created_at < $1 limit $2 for update skip locked)",
        day_ago,
        SWEEP_BATCH
    )
    .execute(ledger.pool())
    .await?;
    Ok(removed.rows_affected())
}

/// Of everybody: hence a function of the owner, and not a statement in somebody's scope.
async fn start_requests(ledger: &Ledger, day_ago: DateTime<Utc>) -> Result<u64> {
    let removed = sqlx::query_scalar!(
        r#"select forget_start_requests($1, $2) as "removed!""#,
        day_ago,
        SWEEP_BATCH
    )
    .fetch_one(ledger.pool())
    .await?;
    Ok(removed.unsigned_abs())
}
