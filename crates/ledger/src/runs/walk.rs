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

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::cause::Cause;
use domain::filter::{Bucket, Choice, Initiator, RunFilter, Tab};
use domain::id::TenantId;
use domain::status::{Origin, RunStatus};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::predicate::{Side, push_side, push_tab, push_where_without_tab, sort_column};
use super::search::{Search, push_targets};
use crate::access::Access;
use crate::scope::Tenants;

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
        let walks = if filter.matches_nothing() || !statuses_meet(tab, &mut rest) {
            Vec::new()
        } else {
            Self::walks(access, tab, &mut rest)
        };
        Self { walks, rest, tab }
    }

    /// By the first of the filter's fields that has an index of its own, the narrowest first.
    fn walks(access: &Access, tab: Tab, rest: &mut RunFilter) -> Vec<Walk> {
        // What is active is little.
        if tab == Tab::Active {
            return vec![Walk::of(Each::Once)];
        }
        if let Some(walks) = by_cause(tab, rest) {
            return walks;
        }
        let tenants = tenants(access, rest);
        if tab.by_completion() {
            return each_tenant(tenants.as_ref(), outcomes(tab, rest));
        }
        if let Some(text) = rest.q.take() {
            return search(tenants, &text, rest);
        }
        if tenants.is_some() {
            return each_tenant(tenants.as_ref(), vec![None]);
        }
        by_value(access, rest).unwrap_or_else(|| vec![Walk::of(Each::Once)])
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
            search.push_condition(sql);
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

const WHOLE_WORKSPACE: &str = "r.tenant_id is null";

/// Which tenants' runs to walk instead of the workspace's.
struct TenantWalks {
    ids: Vec<Uuid>,
    /// With those of the workspace as a whole, which everybody in it sees.
    and_whole_workspace: bool,
}

/// Those that the filter names, else the few of many that the person is entitled to.
fn tenants(access: &Access, rest: &mut RunFilter) -> Option<TenantWalks> {
    if let Some(named) = rest.tenant.take_if(|tenants| !tenants.not) {
        return Some(TenantWalks {
            ids: named.values.iter().map(|id| id.0).collect(),
            and_whole_workspace: false,
        });
    }
    match &access.tenants {
        Tenants::All => None,
        Tenants::Listed(ids) => Some(TenantWalks {
            ids: ids.iter().map(|id| id.0).collect(),
            and_whole_workspace: true,
        }),
    }
}

/// Each condition in each tenant, or in the workspace.
fn each_tenant(tenants: Option<&TenantWalks>, conditions: Vec<Option<String>>) -> Vec<Walk> {
    let mut walks = Vec::new();
    for condition in conditions {
        let Some(tenants) = tenants else {
            walks.push(Walk::with(Each::Once, condition));
            continue;
        };
        if tenants.and_whole_workspace {
            let also = condition
                .as_ref()
                .map_or_else(String::new, |condition| format!(" and {condition}"));
            walks.push(Walk::with(Each::Once, format!("{WHOLE_WORKSPACE}{also}")));
        }
        walks.push(Walk::with(Each::Id("r.tenant_id", tenants.ids.clone()), condition));
    }
    walks
}

fn search(tenants: Option<TenantWalks>, text: &str, rest: &mut RunFilter) -> Vec<Walk> {
    let search = Search::new(text);
    let mut walks = Vec::new();
    if let Some((first, last)) = search.ids() {
        let ids = tenants.as_ref().map(|tenants| {
            let whole = tenants.and_whole_workspace.then_some(WHOLE_WORKSPACE);
            (tenants.ids.clone(), whole)
        });
        // Ids are few whatever the tenant; the filter's tenants still have to be looked at.
        if let Some((ids, None)) = ids {
            rest.tenant = Some(Choice {
                not: false,
                values: ids.into_iter().map(TenantId).collect(),
                unknown: Vec::new(),
            });
        }
        for column in ["r.id", "r.correlation_id"] {
            walks.push(Walk {
                range: Some((column, first, last)),
                ..Walk::of(Each::Once)
            });
        }
    }
    match tenants {
        None => walks.push(Walk::of(Each::Target(search))),
        Some(tenants) => {
            if tenants.and_whole_workspace {
                walks.push(Walk {
                    search: Some(search.clone()),
                    ..Walk::with(Each::Once, WHOLE_WORKSPACE.to_owned())
                });
            }
            walks.push(Walk::of(Each::TargetOf(tenants.ids, search)));
        }
    }
    walks
}

/// By people, rare states, rare origins or types.
fn by_value(access: &Access, rest: &mut RunFilter) -> Option<Vec<Walk>> {
    let once = |condition: String| Walk::with(Each::Once, condition);
    if let Some(people) = people(access, rest.initiator.as_ref()) {
        rest.initiator = None;
        return Some(vec![Walk::of(Each::Id("r.initiator_id", people))]);
    }
    if let Some(statuses) = rest.status.take_if(|statuses| is_rare_status(statuses)) {
        return Some(statuses.values.into_iter().map(|bucket| once(stored(bucket))).collect());
    }
    if let Some(origins) = rest.origin.take_if(|origins| is_rare_origin(origins)) {
        let walks = origins
            .values
            .into_iter()
            .map(|origin| once(format!("r.origin = '{origin}'")));
        return Some(walks.collect());
    }
    let kinds = rest.kind.take_if(|kinds| !kinds.not)?;
    let words = kinds.values.iter().map(ToString::to_string).collect();
    Some(vec![Walk::of(Each::Word("r.type", words))])
}

/// Failures by their causes: `operation_runs_reason_idx` has nothing else, and the tenants to look at on the way.
fn by_cause(tab: Tab, rest: &mut RunFilter) -> Option<Vec<Walk>> {
    let are_codes =
        |causes: &mut Choice<Cause>| !causes.not && causes.values.iter().all(|cause| cause.code().is_some());
    if tab != Tab::Failed {
        return None;
    }
    let causes = rest.reason.take_if(are_codes)?;
    let codes = causes.values.iter().map(ToString::to_string).collect();
    let failures = "r.outcome in ('failed', 'blocked')".to_owned();
    Some(vec![Walk::with(Each::Word("r.reason_code", codes), failures)])
}

fn stored(bucket: Bucket) -> String {
    match bucket.stored() {
        (RunStatus::Completed, outcome) => format!("r.outcome = '{outcome}'"),
        (status, _) => format!("r.status = '{status}'"),
    }
}

/// The outcomes of a tab that the filter's states leave, each as a condition.
fn outcomes(tab: Tab, rest: &mut RunFilter) -> Vec<Option<String>> {
    let statuses = rest.status.take();
    buckets(tab)
        .iter()
        .filter(|bucket| {
            statuses
                .as_ref()
                .is_none_or(|choice| choice.values.contains(bucket) != choice.not)
        })
        .map(|bucket| Some(stored(*bucket)))
        .collect()
}

/// The states that a tab is about.
const fn buckets(tab: Tab) -> &'static [Bucket] {
    match tab {
        Tab::All => &Bucket::ALL,
        Tab::Active => &[Bucket::Queued, Bucket::Running],
        Tab::Succeeded => &[Bucket::Succeeded],
        Tab::Partial => &[Bucket::Partial],
        Tab::Failed => &[Bucket::Failed, Bucket::Blocked],
    }
}

/// Whether the filter's states leave anything of a tab: a contradiction has no index that would find out quickly.
fn statuses_meet(tab: Tab, rest: &mut RunFilter) -> bool {
    let Some(choice) = &rest.status else {
        return true;
    };
    let left = |bucket: &&Bucket| choice.values.contains(bucket) != choice.not;
    let all = buckets(tab).iter().filter(left).count();
    if tab != Tab::All && all == buckets(tab).len() && !tab.by_completion() {
        // The tab says it already.
        rest.status = None;
    }
    all > 0
}

/// The people a filter is about, if it is about people and nobody else.
fn people(access: &Access, initiators: Option<&Choice<Initiator>>) -> Option<Vec<Uuid>> {
    let Choice { not: false, values, .. } = initiators? else {
        return None;
    };
    // A set: who names themself twice, as "me" and by id, has one walk, and each run once.
    let people: Option<BTreeSet<Uuid>> = values
        .iter()
        .map(|initiator| match initiator {
            Initiator::Me => Some(access.user.0),
            Initiator::User(id) => Some(id.0),
            Initiator::System => None,
        })
        .collect();
    Some(people?.into_iter().collect())
}

/// Nearly every run succeeds, so walking those in order finds them at once.
fn is_rare_status(choice: &Choice<Bucket>) -> bool {
    !choice.not && !choice.values.contains(&Bucket::Succeeded)
}

/// Those of `operation_runs_rare_origin_idx`.
fn is_rare_origin(choice: &Choice<Origin>) -> bool {
    !choice.not
        && choice
            .values
            .iter()
            .all(|origin| matches!(origin, Origin::System | Origin::Api | Origin::Import))
}
