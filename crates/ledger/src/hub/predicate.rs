//! The hub's filter as SQL, built from the filters present.
//!
//! Never `$1 is null or …`: a cached generic plan cannot use an index for that. The list, its counts and its poll are built
//! from the same predicate, so every number agrees with the list it stands over (R20).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::cause::Cause;
use domain::cursor::RunKey;
use domain::filter::{Bucket, Choice, Field, Initiator, RunFilter, Tab};
use domain::id::{TenantId, UserId};
use domain::operation::OperationType;
use domain::page;
use domain::status::{Origin, RunStatus};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::days::window;
use super::search::Search;
use crate::access::Access;

/// Which side of a run: what comes after it is older.
pub type Side = page::Side<RunKey>;

/// The first line of isolation; row-level security is the second. Whether the scope reaches all tenants is asked once, and the
/// rows of others one by one; the functions are explained where they are defined.
pub(crate) const SEES_TENANT: &str = " and ((select scope_sees_every_tenant()) or scope_sees_tenant(r.tenant_id))";

/// The column that window, order and cursor of a tab go by.
pub(crate) const fn sort_column(tab: Tab) -> &'static str {
    if tab.by_completion() {
        "r.completed_at"
    } else {
        "r.created_at"
    }
}

/// `where …` of a tab under a filter, as far as `access` reaches. The tab is given apart, because the counts of all tabs stand
/// over every one of them.
pub(crate) fn push_where(
    sql: &mut QueryBuilder<Postgres>,
    access: &Access,
    filter: &RunFilter,
    tab: Tab,
    now: DateTime<Utc>,
) {
    push_where_without_tab(sql, access, filter, tab, now);
    push_tab(sql, tab);
}

/// As [`push_where`], but for which runs the tab is about; its window is there.
pub(crate) fn push_where_without_tab(
    sql: &mut QueryBuilder<Postgres>,
    access: &Access,
    filter: &RunFilter,
    tab: Tab,
    now: DateTime<Utc>,
) {
    sql.push(" where r.workspace_id = ").push_bind(access.workspace.id.0);
    sql.push(SEES_TENANT);
    push_viewable(sql, access.role);
    let of_tab = RunFilter { tab, ..filter.clone() };
    if let Some((from, to)) = window(&of_tab, now) {
        let column = sort_column(tab);
        sql.push(format_args!(" and {column} >= ")).push_bind(from);
        if let Some(to) = to {
            sql.push(format_args!(" and {column} < ")).push_bind(to);
        }
    }
    push_choices(sql, access.user, filter);
    if let Some(text) = &filter.q {
        Search::new(text).push_condition(sql, access);
    }
}

/// ` and …`: which runs a tab is about. Of literals, so that the planner sees which partial index applies.
pub(crate) fn push_tab(sql: &mut QueryBuilder<Postgres>, tab: Tab) {
    if tab == Tab::All {
        return;
    }
    let mut between = "";
    sql.push(if tab == Tab::Active {
        " and r.status in ("
    } else {
        " and r.outcome in ("
    });
    for bucket in tab.buckets() {
        let (status, outcome) = bucket.stored();
        let word = if status.is_active() {
            status.as_str()
        } else {
            outcome.as_str()
        };
        sql.push(format_args!("{between}'{word}'"));
        between = ", ";
    }
    sql.push(")");
}

/// A run's state as a condition, of literals.
pub(crate) fn is_in(bucket: Bucket) -> String {
    match bucket.stored() {
        (RunStatus::Completed, outcome) => format!("r.outcome = '{outcome}'"),
        (status, _) => format!("r.status = '{status}'"),
    }
}

/// The people among initiators; the system is none.
pub(crate) fn people(viewer: UserId, initiators: &[Initiator]) -> Vec<Uuid> {
    // A set: who names themself twice, as "me" and by id, is one person.
    let people: BTreeSet<Uuid> = initiators
        .iter()
        .filter_map(|initiator| match initiator {
            Initiator::Me => Some(viewer.0),
            Initiator::User(id) => Some(id.0),
            Initiator::System => None,
        })
        .collect();
    people.into_iter().collect()
}

/// Types that a role holds no key for are not listed. Only who holds every key sees types that this release does not know.
pub(crate) fn push_viewable(sql: &mut QueryBuilder<Postgres>, role: Role) {
    if role != Role::Owner {
        let types: Vec<&str> = role.viewable().map(OperationType::as_str).collect();
        sql.push(" and r.type = any (").push_bind(types).push(")");
    }
}

fn push_choices(sql: &mut QueryBuilder<Postgres>, viewer: UserId, filter: &RunFilter) {
    if filter.matches_nothing() {
        sql.push(" and false");
        return;
    }
    for field in Field::ALL {
        push_field(sql, viewer, filter, field);
    }
}

fn push_field(sql: &mut QueryBuilder<Postgres>, viewer: UserId, filter: &RunFilter, field: Field) {
    match field {
        // Of the tab and its window, and of the search: they are conditions of their own.
        Field::Tab | Field::From | Field::To | Field::Zone | Field::Q => {}
        Field::Tenant => {
            if let Some(Choice { not, values, .. }) = &filter.tenant {
                let ids: Vec<Uuid> = values.iter().map(|TenantId(id)| *id).collect();
                // A run of the workspace as a whole is in none of the tenants.
                sql.push(if *not {
                    " and (r.tenant_id is null or r.tenant_id <> all ("
                } else {
                    " and (r.tenant_id = any ("
                });
                sql.push_bind(ids).push("))");
            }
        }
        Field::Type => {
            if let Some(Choice { not, values, .. }) = &filter.kind {
                push_words(sql, "r.type", *not, values.iter().map(|kind| kind.as_str()).collect());
            }
        }
        Field::Status => {
            if let Some(Choice { not, values, .. }) = &filter.status {
                push_buckets(sql, *not, values);
            }
        }
        Field::Origin => {
            if let Some(Choice { not, values, .. }) = &filter.origin {
                let origins = values.iter().map(|origin: &Origin| origin.as_str());
                push_words(sql, "r.origin", *not, origins.collect());
            }
        }
        Field::Initiator => {
            if let Some(Choice { not, values, .. }) = &filter.initiator {
                push_initiators(sql, viewer, *not, values);
            }
        }
        Field::Reason => {
            if let Some(Choice { not, values, .. }) = &filter.reason {
                push_causes(sql, *not, values);
            }
        }
    }
}

fn push_words(sql: &mut QueryBuilder<Postgres>, column: &'static str, not: bool, words: Vec<&'static str>) {
    let compared = if not { "<> all" } else { "= any" };
    sql.push(format_args!(" and {column} {compared} ("))
        .push_bind(words)
        .push(")");
}

fn push_buckets(sql: &mut QueryBuilder<Postgres>, not: bool, buckets: &[Bucket]) {
    sql.push(if not { " and not (" } else { " and (" });
    for (at, bucket) in buckets.iter().enumerate() {
        sql.push(if at == 0 { "" } else { " or " }).push(is_in(*bucket));
    }
    sql.push(")");
}

fn push_initiators(sql: &mut QueryBuilder<Postgres>, viewer: UserId, not: bool, initiators: &[Initiator]) {
    let system = initiators.contains(&Initiator::System);
    // `is true`: of a run without an initiator the comparison is neither, and "not" must include it.
    sql.push(if not { " and not (" } else { " and (" });
    sql.push("(r.initiator_id = any (")
        .push_bind(people(viewer, initiators))
        .push(")) is true");
    if system {
        sql.push(" or r.initiator_id is null");
    }
    sql.push(")");
}

fn push_causes(sql: &mut QueryBuilder<Postgres>, not: bool, causes: &[Cause]) {
    let codes: Vec<String> = causes.iter().filter_map(Cause::code).map(str::to_owned).collect();
    // `is true`: of a run without a reason the comparison is neither, and "not" must include it.
    sql.push(if not { " and not (" } else { " and (" });
    sql.push("(r.reason_code = any (").push_bind(codes).push(")) is true");
    if causes.contains(&Cause::None) {
        sql.push(" or r.reason_code is null");
    }
    sql.push(")");
}

/// Rows on one side of a cursor.
pub(crate) fn push_side(sql: &mut QueryBuilder<Postgres>, tab: Tab, side: Side) {
    let (sign, cursor) = match side {
        Side::After(cursor) => ('<', cursor),
        Side::Before(cursor) => ('>', cursor),
    };
    let at = DateTime::from_timestamp_micros(cursor.at).unwrap_or_default();
    sql.push(format_args!(" and ({}, r.id) {sign} (", sort_column(tab)))
        .push_bind(at)
        .push(", ")
        .push_bind(cursor.id.0)
        .push(")");
}
