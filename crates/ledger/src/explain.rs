//! How PostgreSQL executes the statements of the hub, for tests and benchmarks: the very statements, explained.

use domain::filter::{RunFilter, Tab};
use domain::id::RunId;
use domain::items::ItemFilter;
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::access::Access;
use crate::access::permit::{OneRun, Permit};
use crate::hub::days::window;
use crate::hub::index_scan::{Plan, Wanted};
use crate::hub::list::{COUNT_BOUND, PAGE, push_count, push_page, push_pinned, push_rows, push_tabs};
use crate::hub::poll::{NEWER_BOUND, push_visible};
use crate::hub::predicate::{Side, push_where, sort_column};
use crate::overview::tallies;
use crate::run_page::items;
use crate::{Ledger, Result};

/// A statement of the hub.
#[derive(Debug, Clone, Copy)]
pub enum Statement<'a> {
    /// Rows of a page.
    Rows(Option<Side>),
    /// The first page as it is asked for: with the old active runs above it.
    FirstPage,
    /// The count of a tab.
    Count(Tab),
    /// The counts of all tabs, as they are asked for when none is known.
    Counts,
    /// How many are newer than a cursor.
    Newer(Side),
    /// Old active runs above the first page, the part of [`Self::FirstPage`] that they are.
    Pinned,
    /// Rows that a page asks for again.
    Visible(&'a [RunId]),
    /// The days of the overview's chart.
    Days,
    /// The causes of failures on the overview.
    Causes,
}

/// A plan that was executed.
#[derive(Debug, Clone)]
pub struct Explained(Value);

/// Executes a statement and answers how it was done.
pub async fn explain(
    ledger: &Ledger,
    access: &Access,
    filter: &RunFilter,
    statement: Statement<'_>,
) -> Result<Explained> {
    let now = ledger.now();
    let mut sql = QueryBuilder::<Postgres>::new("explain (analyze, buffers, timing off, format json) ");
    match statement {
        Statement::Rows(side) => push_rows(&mut sql, access, filter, Wanted::rows(side, PAGE + 1, now)),
        Statement::FirstPage => push_page(&mut sql, access, filter, Wanted::rows(None, PAGE + 1, now)),
        Statement::Counts => push_tabs(&mut sql, access, filter, &Tab::ALL, now),
        Statement::Count(tab) => {
            sql.push("select ");
            push_count(&mut sql, access, filter, tab, None, COUNT_BOUND, now);
        }
        Statement::Newer(side) => {
            sql.push("select ");
            push_count(&mut sql, access, filter, filter.tab, Some(side), NEWER_BOUND, now);
        }
        Statement::Pinned => {
            let from = window(filter, now).map_or(now, |(from, _)| from);
            push_pinned(&mut sql, access, filter, from, now);
        }
        Statement::Visible(ids) => push_visible(&mut sql, access, ids),
        Statement::Days => {
            tallies::push_days(&mut sql, access, now);
        }
        Statement::Causes => tallies::push_causes(&mut sql, access, now),
    }
    let mut tx = access.scope().begin_walking(ledger).await?;
    let plan: Value = sql.build_query_scalar().fetch_one(&mut *tx).await?;
    Ok(Explained(plan))
}

/// Executes the statement of a page of items and answers how it was done.
pub async fn explain_items(ledger: &Ledger, access: &Permit<OneRun>, filter: &ItemFilter) -> Result<Value> {
    let mut tx = access.scope().begin(ledger).await?;
    let mut sql = QueryBuilder::<Postgres>::new("explain (analyze, buffers, timing off, format json) ");
    items::push_page(&mut sql, access, filter);
    Ok(sql.build_query_scalar().fetch_one(&mut *tx).await?)
}

/// The first rows of a list, and how many there are up to the bound: as the hub finds them by merged walks, and as the plain
/// predicate does. They have to be the same.
pub async fn both_ways(ledger: &Ledger, access: &Access, filter: &RunFilter) -> Result<[(Vec<Uuid>, i64); 2]> {
    let (now, tab, limit) = (ledger.now(), filter.tab, 200);
    let mut walked = QueryBuilder::<Postgres>::new("select id from (");
    let mut counted = QueryBuilder::<Postgres>::new("select ");
    Plan::new(access, filter, tab).push_ids(&mut walked, access, Wanted::rows(None, limit, now));
    walked.push(") walked order by at desc, id desc");
    push_count(&mut counted, access, filter, tab, None, COUNT_BOUND, now);

    let column = sort_column(tab);
    let mut plain = QueryBuilder::<Postgres>::new("select r.id from operation_runs r");
    push_where(&mut plain, access, filter, tab, now);
    plain.push(format_args!(" order by {column} desc, r.id desc limit {limit}"));
    let mut all = QueryBuilder::<Postgres>::new("select count(*) from operation_runs r");
    push_where(&mut all, access, filter, tab, now);

    let mut tx = access.scope().begin(ledger).await?;
    let walked = walked.build_query_scalar().fetch_all(&mut *tx).await?;
    let counted: i64 = counted.build_query_scalar().fetch_one(&mut *tx).await?;
    let plain = plain.build_query_scalar().fetch_all(&mut *tx).await?;
    let all: i64 = all.build_query_scalar().fetch_one(&mut *tx).await?;
    Ok([(walked, counted), (plain, all.min(i64::from(COUNT_BOUND) + 1))])
}

/// The statements of the hub's first page as a script for `pgbench`, values in place: what a request costs PostgreSQL.
pub fn script(ledger: &Ledger, access: &Access, filter: &RunFilter) -> String {
    let now = ledger.now();
    let workspace = access.workspace.id;
    let mut rows = QueryBuilder::<Postgres>::new("");
    push_page(&mut rows, access, filter, Wanted::rows(None, PAGE + 1, now));
    let mut counts = QueryBuilder::<Postgres>::new("");
    push_tabs(&mut counts, access, filter, &Tab::ALL, now);
    let from = window(filter, now).map_or(now, |(from, _)| from);
    let in_place = |sql: &QueryBuilder<Postgres>| {
        let mut text = String::new();
        let whole = sql.sql();
        let mut pieces = whole.as_str().split('$');
        text.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let value = if text.ends_with("workspace_id = ") {
                format!("'{workspace}'::uuid")
            } else {
                format!("'{from}'::timestamptz")
            };
            text.push_str(&value);
            text.push_str(piece.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        text
    };
    format!(
        "select s.id, s.last_seen_at, s.expires_at, u.name, u.email, a.* from sessions s join users u on u.id = s.user_id
    left join lateral access_to_workspace(s.user_id, s.workspace_id) a on true
    where s.id = (select id from sessions where user_id = '{user}' order by id limit 1);
begin;
select set_config('app.workspace_id', '{workspace}', true), set_config('app.tenants', '*', true), set_config('app.user_id', '{user}', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true);
{};
{};
rollback;
",
        in_place(&rows),
        in_place(&counts),
        user = access.user,
    )
}

impl Explained {
    /// Milliseconds of planning and execution.
    pub fn milliseconds(&self) -> f64 {
        let of = |name: &str| self.0[0][name].as_f64().unwrap_or(f64::NAN);
        of("Planning Time") + of("Execution Time")
    }

    /// Pages of 8 kB that were looked at.
    pub fn buffers(&self) -> u64 {
        let root = &self.0[0]["Plan"];
        ["Shared Hit Blocks", "Shared Read Blocks"]
            .into_iter()
            .filter_map(|name| root[name].as_u64())
            .sum()
    }

    /// Every node of the plan.
    pub fn nodes(&self) -> Vec<&Value> {
        fn below<'a>(node: &'a Value, found: &mut Vec<&'a Value>) {
            found.push(node);
            for child in node["Plans"].as_array().into_iter().flatten() {
                below(child, found);
            }
        }
        let mut found = Vec::new();
        below(&self.0[0]["Plan"], &mut found);
        found
    }

    /// The whole plan, to be read by people.
    pub fn text(&self) -> String {
        format!("{:#}", self.0)
    }
}
