//! The filtered list as a whole, batch by batch: the hub's own predicate and order, without its pages.

use chrono::{DateTime, Utc};
use domain::cursor::RunCursor;
use domain::filter::RunFilter;
use domain::id::CorrelationId;
use domain::view::RunRow;
use sqlx::QueryBuilder;

use super::index_scan::PageRequest;
use super::list::push_rows;
use super::predicate::Side;
use super::row::StoredRun;
use crate::access::Access;
use crate::{Ledger, Result};

/// Rows of a batch: what is held in memory at a time.
pub const BATCH: usize = 500;

/// What a file has of a run.
#[derive(Debug)]
pub struct Exported {
    /// What the list shows.
    pub run: RunRow,
    /// Finds the run in logs, of Microsoft as well.
    pub correlation: CorrelationId,
}

/// The next rows after a place, newest first, and the place after them; none once there are no more.
///
/// Each batch is a transaction of its own, so that a slow reader holds neither a connection nor a snapshot. `now` is the moment
/// at which the export began: the window stays where it was.
pub async fn batch(
    ledger: &Ledger,
    access: &Access,
    filter: &RunFilter,
    after: Option<RunCursor>,
    now: DateTime<Utc>,
) -> Result<(Vec<Exported>, Option<RunCursor>)> {
    let mut tx = access.scope().begin_for_index_scans(ledger).await?;
    let mut sql = QueryBuilder::new("");
    push_rows(
        &mut sql,
        access,
        filter,
        PageRequest::rows(after.map(Side::After), BATCH, now),
    );
    let stored: Vec<StoredRun> = sql.build_query_as().fetch_all(&mut *tx).await?;
    let next = (stored.last().filter(|_| stored.len() == BATCH)).map(|run| RunCursor::from(run.key(filter.tab)));
    let exported = |stored: StoredRun| {
        Ok(Exported {
            correlation: stored.correlation(),
            run: stored.into_row(now)?,
        })
    };
    let rows = stored.into_iter().map(exported).collect::<Result<_>>()?;
    Ok((rows, next))
}
