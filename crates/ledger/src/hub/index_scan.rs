//! How a filtered list walks the indexes.
//!
//! A list is ordered and shows fifty rows of perhaps a million in its window. Walking the workspace's runs in order and leaving
//! out what the filter does not match is quick while most match, and reads the whole window when few do. So a filter that can
//! be rare *drives*: for each of its values there is an index (migration `…50_hub_indexes`) that has the matches of that value
//! together and in order. Each value is one bounded walk, and the walks are merged. What remains of the filter is looked at on
//! the way, mostly in the index itself.
//!
//! Rejected: `type = any ($1)` and leaving it to the planner. PostgreSQL 15 cannot keep an order over several values, so it
//! collects and sorts the window: 27 ms for the failed runs of 30 days where two merged walks take under one.

mod driving_index;

use chrono::{DateTime, Utc};
use domain::filter::{RunFilter, Tab};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::predicate::{Side, push_side, push_tab, push_where_without_tab, sort_column};
use super::search::{Search, push_targets};
use crate::access::Access;

/// What a walk is repeated for, each time with a bound of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Each {
    /// Nothing: one walk.
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

/// One walk or, with several values, one for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Walk {
    each: Each,
    /// Of literals, so that the planner sees which partial index applies.
    condition: Option<String>,
    /// Ids between two, of a column.
    range: Option<(&'static str, Uuid, Uuid)>,
    /// What the search finds, looked at on the way.
    search: Option<Search>,
}

/// The walks that together find what a filter matches, and what of the filter they leave to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    walks: Vec<Walk>,
    rest: RunFilter,
    tab: Tab,
}

/// Rows in an order, up to a number of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// Which side of a cursor, if any.
    pub(crate) side: Option<Side>,
    /// How many rows at most.
    pub(crate) limit: usize,
    /// Whether they are shown, or only counted: then the first walks may have enough.
    pub(crate) counted: bool,
    /// The moment that days are counted back from.
    pub(crate) now: DateTime<Utc>,
}

impl Wanted {
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

impl Plan {
    /// The walks for a filter under a tab, which is given apart because the counts of all tabs stand over every one of them.
    pub(crate) fn new(access: &Access, filter: &RunFilter, tab: Tab) -> Self {
        let mut rest = filter.clone();
        rest.tab = tab;
        let walks = if filter.matches_nothing() || !driving_index::statuses_meet(tab, &mut rest) {
            Vec::new()
        } else {
            driving_index::walks(access, tab, &mut rest)
        };
        Self { walks, rest, tab }
    }

    /// `select id, at` of what is found, in order.
    pub(crate) fn push_ids(&self, sql: &mut QueryBuilder<Postgres>, access: &Access, wanted: Wanted) {
        if self.walks.is_empty() {
            sql.push("select r.id, r.created_at as at from operation_runs r where false");
            return;
        }
        // A search may find a run twice, by its id and by its target; other walks exclude each other.
        let merge = if self.walks.iter().any(|walk| walk.range.is_some()) {
            " union "
        } else {
            " union all "
        };
        let direction = wanted.direction();
        sql.push("select id, at from (");
        for (at, walk) in self.walks.iter().enumerate() {
            sql.push(if at == 0 { "" } else { merge });
            self.push_walk(sql, access, walk, wanted);
        }
        sql.push(") walks");
        if !wanted.counted {
            sql.push(format_args!(" order by at {direction}, id {direction}"));
        }
        sql.push(format_args!(" limit {}", wanted.limit));
    }

    fn push_walk(&self, sql: &mut QueryBuilder<Postgres>, access: &Access, walk: &Walk, wanted: Wanted) {
        sql.push("(");
        if walk.each != Each::Once {
            sql.push("select each.id, each.at from ");
        }
        match &walk.each {
            Each::Once => {}
            Each::Id(_, values) => {
                sql.push("unnest(").push_bind(values.clone()).push(") wanted (value)");
            }
            Each::Word(_, values) => {
                sql.push("unnest(").push_bind(values.clone()).push(") wanted (value)");
            }
            Each::Target(search) => {
                sql.push("(");
                push_targets(sql, access, search, None);
                sql.push(") wanted (value)");
            }
            Each::TargetOf(tenants, search) => {
                sql.push("unnest(").push_bind(tenants.clone());
                sql.push(") of_tenant (id) cross join lateral (");
                push_targets(sql, access, search, Some("of_tenant.id"));
                sql.push(") wanted (value)");
            }
        }
        if walk.each == Each::Once {
            self.push_bounded(sql, access, walk, wanted);
        } else {
            sql.push(" cross join lateral (");
            self.push_bounded(sql, access, walk, wanted);
            sql.push(") each");
        }
        sql.push(")");
    }

    fn push_bounded(&self, sql: &mut QueryBuilder<Postgres>, access: &Access, walk: &Walk, wanted: Wanted) {
        let (column, direction) = (sort_column(self.tab), wanted.direction());
        sql.push(format_args!("select r.id, {column} as at from operation_runs r"));
        push_where_without_tab(sql, access, &self.rest, self.tab, wanted.now);
        // The walks of tabs that go by completion say themselves which outcome: said twice, the planner would believe in few
        // rows, and collect and sort them.
        if !self.tab.by_completion() {
            push_tab(sql, self.tab);
        }
        if let Some(condition) = &walk.condition {
            sql.push(format_args!(" and {condition}"));
        }
        match &walk.each {
            Each::Once => {}
            Each::Id(column, _) | Each::Word(column, _) => {
                sql.push(format_args!(" and {column} = wanted.value"));
            }
            Each::Target(_) => {
                sql.push(" and r.target_key = wanted.value");
            }
            Each::TargetOf(..) => {
                sql.push(" and r.tenant_id = of_tenant.id and r.target_key = wanted.value");
            }
        }
        if let Some((column, first, last)) = walk.range {
            sql.push(format_args!(" and {column} between "))
                .push_bind(first)
                .push(" and ")
                .push_bind(last);
        }
        if let Some(search) = &walk.search {
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

impl Walk {
    fn of(each: Each) -> Self {
        Self {
            each,
            condition: None,
            range: None,
            search: None,
        }
    }

    fn with(each: Each, condition: impl Into<Option<String>>) -> Self {
        Self {
            condition: condition.into(),
            ..Self::of(each)
        }
    }
}
