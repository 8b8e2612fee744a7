//! How a filtered list scans the indexes.
//!
//! A list is ordered and shows fifty rows of perhaps a million in its window. Walking the workspace's runs in order and leaving
//! out what the filter does not match is quick while most match, and reads the whole window when few do. So a filter that can
//! be rare *drives*: for each of its values there is an index (migration `…50_hub_indexes`) that has the matches of that value
//! together and in order. Each value is one bounded scan, and the scans are merged. What remains of the filter is looked at on
//! the way, mostly in the index itself.
//!
//! Rejected: `type = any ($1)` and leaving it to the planner. PostgreSQL 15 cannot keep an order over several values, so it
//! collects and sorts the window: 27 ms for the failed runs of 30 days where two merged scans take under one.

mod driving_index;

use chrono::{DateTime, Utc};
use domain::filter::{RunFilter, Tab};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::predicate::{Side, push_side, push_tab, push_where_without_tab, sort_column};
use super::search::{Search, push_targets};
use crate::access::Access;

/// What a scan is repeated for, each time with a bound of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PerValue {
    /// Nothing: one scan.
    Once,
    /// Each id of a column.
    Id(&'static str, Vec<Uuid>),
    /// Each word of a column.
    Word(&'static str, Vec<String>),
    /// Each target of the workspace that the search finds.
    Target(Search),
    /// Each target of these tenants that the search finds.
    TargetOf(Vec<Uuid>, Search),
}

/// One scan of an index in order or, with several values, one for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct IndexScan {
    each: PerValue,
    /// Of literals, so that the planner sees which partial index applies.
    condition: Option<String>,
    /// Ids between two, of a column.
    range: Option<(&'static str, Uuid, Uuid)>,
    /// What the search finds, looked at on the way.
    search: Option<Search>,
}

/// The index scans that together find what a filter matches, and what of the filter they leave to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScanPlan {
    scans: Vec<IndexScan>,
    rest: RunFilter,
    tab: Tab,
}

/// A page that is asked for, or a count: rows in an order, up to a number of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageRequest {
    /// Which side of a cursor, if any.
    pub(crate) side: Option<Side>,
    /// How many rows at most.
    pub(crate) limit: usize,
    /// Whether they are shown, or only counted: then the first scans may have enough.
    pub(crate) counted: bool,
    /// The moment that days are counted back from.
    pub(crate) now: DateTime<Utc>,
}

impl PageRequest {
    /// Rows to be shown.
    pub(crate) const fn rows(side: Option<Side>, limit: usize, now: DateTime<Utc>) -> Self {
        Self {
            side,
            limit,
            counted: false,
            now,
        }
    }

    /// The direction in which rows are found; before a cursor it is against the order they are shown in.
    pub(crate) const fn direction(self) -> &'static str {
        match self.side {
            Some(Side::Before(_)) => "asc",
            _ => "desc",
        }
    }
}

impl ScanPlan {
    /// The scans for a filter under a tab, which is given apart because the counts of all tabs stand over every one of them.
    pub(crate) fn new(access: &Access, filter: &RunFilter, tab: Tab) -> Self {
        let mut rest = filter.clone();
        rest.tab = tab;
        let scans = if filter.matches_nothing() || !driving_index::statuses_meet(tab, &mut rest) {
            Vec::new()
        } else {
            driving_index::scans(access, tab, &mut rest)
        };
        Self { scans, rest, tab }
    }

    /// `select id, at` of what is found, in order.
    pub(crate) fn push_ids(&self, sql: &mut QueryBuilder<Postgres>, access: &Access, wanted: PageRequest) {
        if self.scans.is_empty() {
            sql.push("select r.id, r.created_at as at from operation_runs r where false");
            return;
        }
        // A search may find a run twice, by its id and by its target; other scans exclude each other.
        let merge = if self.scans.iter().any(|scan| scan.range.is_some()) {
            " union "
        } else {
            " union all "
        };
        let direction = wanted.direction();
        sql.push("select id, at from (");
        for (at, scan) in self.scans.iter().enumerate() {
            sql.push(if at == 0 { "" } else { merge });
            self.push_scan(sql, access, scan, wanted);
        }
        sql.push(") scans");
        if !wanted.counted {
            sql.push(format_args!(" order by at {direction}, id {direction}"));
        }
        sql.push(format_args!(" limit {}", wanted.limit));
    }

    fn push_scan(&self, sql: &mut QueryBuilder<Postgres>, access: &Access, scan: &IndexScan, wanted: PageRequest) {
        sql.push("(");
        if scan.each != PerValue::Once {
            sql.push("select each.id, each.at from ");
        }
        match &scan.each {
            PerValue::Once => {}
            PerValue::Id(_, values) => {
                sql.push("unnest(").push_bind(values.clone()).push(") wanted (value)");
            }
            PerValue::Word(_, values) => {
                sql.push("unnest(").push_bind(values.clone()).push(") wanted (value)");
            }
            PerValue::Target(search) => {
                sql.push("(");
                push_targets(sql, access, search, None);
                sql.push(") wanted (value)");
            }
            PerValue::TargetOf(tenants, search) => {
                sql.push("unnest(").push_bind(tenants.clone());
                sql.push(") of_tenant (id) cross join lateral (");
                push_targets(sql, access, search, Some("of_tenant.id"));
                sql.push(") wanted (value)");
            }
        }
        if scan.each == PerValue::Once {
            self.push_bounded(sql, access, scan, wanted);
        } else {
            sql.push(" cross join lateral (");
            self.push_bounded(sql, access, scan, wanted);
            sql.push(") each");
        }
        sql.push(")");
    }

    fn push_bounded(&self, sql: &mut QueryBuilder<Postgres>, access: &Access, scan: &IndexScan, wanted: PageRequest) {
        let (column, direction) = (sort_column(self.tab), wanted.direction());
        sql.push(format_args!("select r.id, {column} as at from operation_runs r"));
        push_where_without_tab(sql, access, &self.rest, self.tab, wanted.now);
        // The scans of tabs that go by completion say themselves which outcome: said twice, the planner would believe in few
        // rows, and collect and sort them.
        if !self.tab.by_completion() {
            push_tab(sql, self.tab);
        }
        if let Some(condition) = &scan.condition {
            sql.push(format_args!(" and {condition}"));
        }
        match &scan.each {
            PerValue::Once => {}
            PerValue::Id(column, _) | PerValue::Word(column, _) => {
                sql.push(format_args!(" and {column} = wanted.value"));
            }
            PerValue::Target(_) => {
                sql.push(" and r.target_key = wanted.value");
            }
            PerValue::TargetOf(..) => {
                sql.push(" and r.tenant_id = of_tenant.id and r.target_key = wanted.value");
            }
        }
        if let Some((column, first, last)) = scan.range {
            sql.push(format_args!(" and {column} between "))
                .push_bind(first)
                .push(" and ")
                .push_bind(last);
        }
        if let Some(search) = &scan.search {
            search.push_condition(sql, access);
        }
        if let Some(side) = wanted.side {
            push_side(sql, self.tab, side);
        }
        sql.push(format_args!(
            " order by {column} {direction}, r.id {direction} limit {}",
            wanted.limit
        ));
    }
}

impl IndexScan {
    fn of(each: PerValue) -> Self {
        Self {
            each,
            condition: None,
            range: None,
            search: None,
        }
    }

    fn with(each: PerValue, condition: impl Into<Option<String>>) -> Self {
        Self {
            condition: condition.into(),
            ..Self::of(each)
        }
    }
}
