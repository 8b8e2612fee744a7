//! The hub's list: pages and counts.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use domain::filter::{RunFilter, Tab};
use domain::page::Page;
use domain::view::{BoundedCount, RunPage, RunRow};
use sqlx::{Postgres, QueryBuilder};

use super::count_cache::SaturatedCountCache;
use super::days::window;
use super::index_scan::{PageRequest, ScanPlan};
pub use super::predicate::Side;
use super::predicate::push_where;
use super::row::{COLUMNS, JOINS, StoredRun};
use crate::access::Access;
use crate::access::permit::{self, Key};
use crate::scope::ScopedTx;
use crate::{Ledger, Result, people};

/// Rows of a page.
pub const PAGE: usize = 50;
/// Counts stop here.
pub const COUNT_BOUND: u32 = 1000;
/// Rows of the block of old active runs.
const PINNED: i64 = 20;
/// A page of the list, with the counts of all tabs. What the filter names of others is unknown in it (R11).
pub async fn page(
    ledger: &Ledger,
    saturated: &SaturatedCountCache,
    access: &Access,
    filter: &RunFilter,
    side: Option<Side>,
) -> Result<RunPage> {
    let now = ledger.now();
    let mut tx = access.scope().begin_for_index_scans(ledger).await?;
    let filter = &people::mask_unknown_values(&mut tx, access, filter).await?;
    let (page, pinned) = rows(&mut tx, access, filter, side, now).await?;
    let tabs = count_tabs(saturated, &mut tx, access, filter, now).await?;
    Ok(RunPage {
        window: page.rows.is_empty().then(|| window(filter, now)).flatten(),
        rows: page.rows,
        pinned,
        older: page.next,
        newer: page.previous,
        tabs,
        cursor_broken: false,
        now,
    })
}

/// The rows of the page and those above it. One statement: they are looked at together.
async fn rows(
    tx: &mut ScopedTx,
    access: &Access,
    filter: &RunFilter,
    side: Option<Side>,
    now: DateTime<Utc>,
) -> Result<(Page<RunRow>, Vec<RunRow>)> {
    let wanted = PageRequest::rows(side, PAGE + 1, now);
    let mut sql = QueryBuilder::new("");
    push_page(&mut sql, access, filter, wanted);
    let found: Vec<StoredRun> = sql.build_query_as().fetch_all(&mut **tx).await?;
    let (mut pinned, mut stored): (Vec<_>, Vec<_>) = found.into_iter().partition(StoredRun::is_pinned);
    // Newest first, which two selects in one are in no order to be.
    for found in [&mut stored, &mut pinned] {
        found.sort_by_key(|run| Reverse(run.key(filter.tab)));
    }
    let page = Page::beside(stored, PAGE, side.as_ref(), |run| run.key(filter.tab));
    let pinned = pinned.into_iter().map(|run| run.into_row(now)).collect::<Result<_>>()?;
    Ok((page.try_map(|run| run.into_row(now))?, pinned))
}

/// The rows of a page and, on the first page of the tab All, those above it.
pub(crate) fn push_page(sql: &mut QueryBuilder<Postgres>, access: &Access, filter: &RunFilter, wanted: PageRequest) {
    let first_of_all = wanted.side.is_none() && filter.tab == Tab::All;
    sql.push("(");
    push_rows(sql, access, filter, wanted);
    sql.push(")");
    if let (true, Some((from, _))) = (first_of_all, window(filter, wanted.now)) {
        sql.push(" union all (");
        push_pinned(sql, access, filter, from, wanted.now);
        sql.push(")");
    }
}

/// What rows show, of the runs that are wanted.
pub(crate) fn push_rows(sql: &mut QueryBuilder<Postgres>, access: &Access, filter: &RunFilter, wanted: PageRequest) {
    sql.push(format_args!("select {COLUMNS}, false as pinned from ("));
    ScanPlan::new(access, filter, filter.tab).push_ids(sql, access, wanted);
    let direction = wanted.direction();
    sql.push(format_args!(
        ") found join operation_runs r on r.id = found.id {JOINS} order by found.at {direction}, found.id {direction}"
    ));
}

/// Active runs from before the window: they would otherwise be out of sight, and they are the ones to look at.
pub(crate) fn push_pinned(
    sql: &mut QueryBuilder<Postgres>,
    access: &Access,
    filter: &RunFilter,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) {
    let without_window = RunFilter {
        from: None,
        to: None,
        ..filter.clone()
    };
    sql.push(format_args!(
        "select {COLUMNS}, true as pinned from operation_runs r {JOINS}"
    ));
    push_where(sql, access, &without_window, Tab::Active, now);
    sql.push(" and r.created_at < ").push_bind(from);
    sql.push(format_args!(" order by r.created_at desc, r.id desc limit {PINNED}"));
}

/// How many runs each tab has under the filter, bounded, in one statement.
///
/// Not asked again for a few seconds are those that were at the bound: they are the ones that cost, and that they are above it
/// still is as good as certain.
pub(super) async fn count_tabs(
    saturated: &SaturatedCountCache,
    tx: &mut ScopedTx,
    access: &Access,
    filter: &RunFilter,
    now: DateTime<Utc>,
) -> Result<Vec<BoundedCount>> {
    let above = Tab::ALL.map(|tab| saturated.is_saturated(access, filter, tab, now));
    let asked: Vec<Tab> = (Tab::ALL.into_iter().zip(above))
        .filter_map(|(tab, above)| (!above).then_some(tab))
        .collect();
    let mut found = Vec::new();
    if !asked.is_empty() {
        let mut sql = QueryBuilder::new("");
        push_tabs(&mut sql, access, filter, &asked, now);
        found = sql.build_query_scalar::<Vec<i64>>().fetch_one(&mut **tx).await?;
    }
    let mut counts = above.map(|_| BoundedCount::counted(i64::from(COUNT_BOUND) + 1, COUNT_BOUND));
    for (tab, count) in asked.into_iter().zip(found) {
        if count > i64::from(COUNT_BOUND) {
            saturated.remember(access, filter, tab, now);
        }
        if let Some(at) = Tab::ALL.iter().position(|other| *other == tab) {
            counts[at] = BoundedCount::counted(count, COUNT_BOUND);
        }
    }
    Ok(counts.into())
}

pub(crate) fn push_tabs(
    sql: &mut QueryBuilder<Postgres>,
    access: &Access,
    filter: &RunFilter,
    tabs: &[Tab],
    now: DateTime<Utc>,
) {
    sql.push("select array[");
    for (at, tab) in tabs.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " });
        push_count(sql, access, filter, *tab, None, COUNT_BOUND, now);
    }
    sql.push("]::bigint[]");
}

pub(crate) fn push_count(
    sql: &mut QueryBuilder<Postgres>,
    access: &Access,
    filter: &RunFilter,
    tab: Tab,
    side: Option<Side>,
    bound: u32,
    now: DateTime<Utc>,
) {
    let wanted = PageRequest {
        counted: true,
        ..PageRequest::rows(side, bound as usize + 1, now)
    };
    sql.push("(select count(*) from (");
    ScanPlan::new(access, filter, tab).push_ids(sql, access, wanted);
    sql.push(") bounded)");
}

/// The latest run of a type for a tenant, for the page that starts it. `K` is the type's key.
pub async fn latest<K: Key>(
    tx: &mut ScopedTx<K>,
    tenant: domain::id::TenantId,
    kind: domain::operation::OperationType,
    now: DateTime<Utc>,
) -> Result<Option<RunRow>> {
    permit::guards::<K>(kind)?;
    let mut sql = QueryBuilder::new(format!(
        "select {COLUMNS} from operation_runs r {JOINS} where r.tenant_id = "
    ));
    sql.push_bind(tenant.0).push(" and r.type = ").push_bind(kind.as_str());
    sql.push(" and scope_sees_tenant(r.tenant_id) order by r.created_at desc, r.id desc limit 1");
    let stored: Option<StoredRun> = sql.build_query_as().fetch_optional(&mut **tx).await?;
    stored.map(|run| run.into_row(now)).transpose()
}
