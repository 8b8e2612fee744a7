//! Partitions of items: made for the weeks ahead, dropped when no run of their week is left. Tended by every worker beside its
//! work; one lock in the database orders them, and whoever finds it taken leaves the work to the other. A failure is tried again
//! minutes later and stops nothing: what has no partition goes to the rest.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{Ledger, Result, scope};

/// How far ahead there are partitions. Workers that were all away for less need none in a hurry.
const AHEAD: TimeDelta = TimeDelta::days(28);
/// Partitions dropped in one pass; each takes a moment's lock on the parent, in a transaction of its own.
const DROPPED: i32 = 4;

/// Makes the partitions of the present week and of those ahead; answers how many.
pub(crate) async fn make_partitions_ahead(pool: &PgPool, now: DateTime<Utc>) -> Result<i32> {
    let made = sqlx::query_scalar!(r#"select ensure_item_partitions($1, $2) as "made!""#, now, now + AHEAD)
        .fetch_one(pool)
        .await?;
    Ok(made)
}

/// Makes the partitions of the weeks ahead and drops those that hold nothing any more; answers how many were dropped.
pub async fn tend_partitions(ledger: &Ledger) -> Result<i32> {
    let now = ledger.now();
    // A week that cannot be made keeps no other from being dropped.
    let made = make_partitions_ahead(ledger.pool(), now).await;
    let mut dropped = 0;
    while dropped < DROPPED {
        let one = sqlx::query_scalar!(r#"select drop_item_partitions(1, $1) as "dropped!""#, now)
            .fetch_one(ledger.pool())
            .await?;
        if one == 0 {
            break;
        }
        dropped += one;
    }
    made.map(|_| dropped)
}

/// Runs looked at in one statement.
const WALKED: i64 = 500;
/// Statements of one pass.
const STEPS: usize = 20;

/// Walks through the items, a stretch at a time, and removes those whose run is gone: earlier releases left them.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// The run that was looked at last.
    after: Uuid,
}

impl Leftovers {
    /// Looks at the next stretch and begins again at the end. Answers how many items were removed.
    pub async fn sweep(&mut self, ledger: &Ledger) -> Result<u64> {
        let mut removed = 0;
        for _ in 0..STEPS {
            let mut tx = scope::begin_as_system(ledger).await?;
            // From run to run by the index: a run's many items cost no more than one.
            let runs = sqlx::query_scalar!(
                r#"with recursive runs as (
                    (select run_id from operation_run_items where run_id > $1 order by run_id limit 1)
                    union all
                    select (select i.run_id from operation_run_items i where i.run_id > r.run_id order by i.run_id limit 1)
                    from runs r where r.run_id is not null
                )
                select run_id as "run_id!" from runs where run_id is not null limit $2"#,
                self.after,
                WALKED
            )
            .fetch_all(&mut *tx)
            .await?;
            let Some(last) = runs.last() else {
                self.after = Uuid::nil();
                break;
            };
            let there = sqlx::query_scalar!("select id from operation_runs where id = any($1)", &runs)
                .fetch_all(&mut *tx)
                .await?;
            let without: Vec<Uuid> = runs.iter().filter(|run| !there.contains(run)).copied().collect();
            let gone = sqlx::query!("delete from operation_run_items where run_id = any($1)", &without)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            self.after = *last;
            removed += gone.rows_affected();
        }
        Ok(removed)
    }
}
