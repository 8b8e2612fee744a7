//! How many runs ended how, by day: `operation_run_tallies`, which the database keeps (migration `…61_run_tallies`).
//!
//! They stand for the list's predicate and are not built from it. So which types somebody may view is said by the same function,
//! windows are whole days as the filter's are, and a test compares every sum with its list (R20).

use chrono::{DateTime, NaiveDate, Utc};
use domain::filter::{RunFilter, UtcDays};
use domain::overview::{causes_filter, chart_filter};
use sqlx::{Postgres, QueryBuilder};

use crate::access::Access;
use crate::hub::predicate::{SEES_TENANT, push_tab, push_viewable};

/// So many causes are told apart.
const CAUSES: usize = 20;

/// The days of the chart by outcome. Answers the first of them.
pub(crate) fn push_days(sql: &mut QueryBuilder<Postgres>, access: &Access, now: DateTime<Utc>) -> NaiveDate {
    let from = first_day(&chart_filter(), now);
    sql.push("select r.created_on, r.outcome, sum(r.runs)::bigint");
    push_from(sql, access);
    sql.push(" and r.created_on >= ").push_bind(from).push(" group by 1, 2");
    from
}

/// The causes of failures, most runs first, with how many tenants and which.
pub(crate) fn push_causes(sql: &mut QueryBuilder<Postgres>, access: &Access, now: DateTime<Utc>) {
    let filter = causes_filter();
    sql.push(
        "select r.reason_code, sum(r.runs)::bigint, count(distinct r.tenant_id),
            coalesce(array_agg(distinct r.tenant_id) filter (where r.tenant_id is not null), '{}')",
    );
    push_from(sql, access);
    push_tab(sql, filter.tab);
    sql.push(" and r.completed_on >= ").push_bind(first_day(&filter, now));
    sql.push(format_args!(
        " group by r.reason_code order by 2 desc, r.reason_code limit {CAUSES}"
    ));
}

fn first_day(filter: &RunFilter, now: DateTime<Utc>) -> NaiveDate {
    filter.window(now, &UtcDays).map_or(now, |(from, _)| from).date_naive()
}

/// ` from … where …` of the tallies that `access` reaches.
fn push_from(sql: &mut QueryBuilder<Postgres>, access: &Access) {
    sql.push(" from operation_run_tallies r where r.workspace_id = ")
        .push_bind(access.workspace.id.0);
    sql.push(SEES_TENANT);
    push_viewable(sql, access.role);
}
