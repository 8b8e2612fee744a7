//! The filtered list as a whole, batch by batch: the hub's own predicate and order, without its pages.

use chrono::{DateTime, Utc};
use domain::filter::{Cursor, RunFilter};
use domain::id::RunId;
use domain::view::RunRow;
use sqlx::QueryBuilder;

use super::predicate::Side;
use super::row::{COLUMNS, JOINS, StoredRun};
use super::walk::{Plan, Wanted};
use crate::access::Access;
use crate::{Ledger, Result};

/// Rows of a batch: what is held in memory at a time.
pub const BATCH: usize = 500;

/// The next rows after a place, newest first, and the place after them; none once there are no more.
///
/// Each batch is a transaction of its own, so that a slow reader holds neither a connection nor a snapshot. `now` is the moment
/// at which the export began: the window stays where it was.
pub async fn batch(
    ledger: &Ledger,
    access: &Access,
    filter: &RunFilter,
    after: Option<Cursor>,
    now: DateTime<Utc>,
) -> Result<(Vec<RunRow>, Option<Cursor>)> {
    let tab = filter.tab;
    let mut tx = access.scope().begin_walking(ledger).await?;
    let wanted = Wanted {
        side: after.map(Side::After),
        limit: BATCH,
        now,
        counted: false,
    };
    let mut sql = QueryBuilder::new(format!("select {COLUMNS} from ("));
    Plan::new(access, filter, tab).push_ids(&mut sql, access, wanted);
    sql.push(format_args!(
        ") found join operation_runs r on r.id = found.id {JOINS} order by found.at desc, found.id desc"
    ));
    let stored: Vec<StoredRun> = sql.build_query_as().fetch_all(&mut *tx).await?;
    let next = stored.last().filter(|_| stored.len() == BATCH).map(|run| {
        let at = if tab.by_completion() {
            run.completed_at.unwrap_or(run.created_at)
        } else {
            run.created_at
        };
        Cursor {
            at: at.timestamp_micros(),
            id: RunId(run.id),
        }
    });
    let rows = stored.into_iter().map(|run| run.into_row(now)).collect::<Result<_>>()?;
    Ok((rows, next))
}
