//! What a page of the hub asks for while it is open.

use std::collections::HashSet;

use chrono::DateTime;
use domain::cursor::RunCursor;
use domain::filter::{RunFilter, Tab};
use domain::id::RunId;
use domain::version_tag::VersionTag;
use domain::view::{BoundedCount, HubPoll, RunRow};
use sqlx::{Postgres, QueryBuilder};

use super::count_cache::SaturatedCountCache;
use super::list::{PAGE, count_tabs, push_count};
use super::predicate::{Side, push_where_without_tab};
use super::row::{COLUMNS, JOINS, StoredRun};
use crate::access::Access;
use crate::scope::ScopedTx;
use crate::{Ledger, Result, people};

/// Newer runs are counted up to here.
pub(crate) const NEWER_BOUND: u32 = 99;

/// What a page knows.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The rows to look at, the active ones that are shown, and how each was known.
    pub rows: Vec<(RunId, Option<VersionTag>)>,
    /// Where the list began; newer runs are counted only if it is given.
    pub newest: Option<RunCursor>,
    /// How many newer ones are known of.
    pub newer: u32,
}

/// What is not as a page knows it. The tabs are counted again when their counts are known to have changed: when a run has
/// ended, gone or come.
pub async fn poll(
    ledger: &Ledger,
    saturated: &SaturatedCountCache,
    access: &Access,
    filter: &RunFilter,
    known: &Known,
) -> Result<HubPoll> {
    let now = ledger.now();
    let mut tx = access.scope().begin_for_index_scans(ledger).await?;
    let filter = &people::mask_unknown_values(&mut tx, access, filter).await?;
    let (rows, gone) = changed(&mut tx, ledger, access, known).await?;
    let newer = match known.newest {
        Some(cursor) => {
            let mut sql = QueryBuilder::<Postgres>::new("select ");
            let side = Some(Side::Before(cursor));
            push_count(&mut sql, access, filter, filter.tab, side, NEWER_BOUND, now);
            BoundedCount::counted(sql.build_query_scalar().fetch_one(&mut *tx).await?, NEWER_BOUND)
        }
        None => BoundedCount::default(),
    };
    let moved = !gone.is_empty() || newer.count != known.newer || rows.iter().any(|run| !run.status.is_active());
    let tabs = if moved {
        Some(count_tabs(saturated, &mut tx, access, filter, now).await?)
    } else {
        None
    };
    Ok(HubPoll {
        rows,
        gone,
        newer,
        tabs,
        unread: None,
    })
}

async fn changed(
    tx: &mut ScopedTx,
    ledger: &Ledger,
    access: &Access,
    known: &Known,
) -> Result<(Vec<RunRow>, Vec<RunId>)> {
    if known.rows.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let asked = &known.rows[..known.rows.len().min(PAGE * 2)];
    let ids: Vec<RunId> = asked.iter().map(|(id, _)| *id).collect();
    let mut sql = QueryBuilder::new("");
    push_visible(&mut sql, access, &ids);
    let stored: Vec<StoredRun> = sql.build_query_as().fetch_all(&mut **tx).await?;
    let now = ledger.now();
    let mut rows: Vec<RunRow> = stored.into_iter().map(|run| run.into_row(now)).collect::<Result<_>>()?;
    let there: HashSet<RunId> = rows.iter().map(|run| run.id).collect();
    rows.retain(|run| run.stamp.is_none() || !asked.contains(&(run.id, run.stamp)));
    let gone = ids.into_iter().filter(|id| !there.contains(id)).collect();
    Ok((rows, gone))
}

/// Not by the filter's own predicate: a row that ended belongs to another tab now and must still be shown as ended.
pub(crate) fn push_visible(sql: &mut QueryBuilder<Postgres>, access: &Access, visible: &[RunId]) {
    let ids: Vec<uuid::Uuid> = visible.iter().map(|id| id.0).collect();
    let everything = RunFilter {
        tab: Tab::Active,
        ..RunFilter::default()
    };
    sql.push(format_args!("select {COLUMNS} from operation_runs r {JOINS}"));
    push_where_without_tab(sql, access, &everything, Tab::Active, DateTime::UNIX_EPOCH);
    sql.push(" and r.id = any (").push_bind(ids).push(")");
}
