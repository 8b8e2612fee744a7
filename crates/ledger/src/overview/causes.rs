//! Failures by cause.
//!
//! `operation_runs_reason_idx` holds nothing but failures, with what has to be looked at: the workspace's part of it is read, and
//! of a healthy ledger that is a few percent of its runs.

use chrono::{DateTime, Utc};
use domain::overview::{FailureCause, causes_filter};
use domain::view::TenantRef;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::Result;
use crate::access::Access;
use crate::runs::predicate::push_where;
use crate::scope::ScopedTx;

/// So many causes are told apart.
const CAUSES: usize = 20;
/// So many tenants of a cause are named.
const NAMED: usize = 3;

/// The causes of the failures in the default window, most runs first.
pub(super) async fn count(
    tx: &mut ScopedTx,
    access: &Access,
    tenants: &[TenantRef],
    now: DateTime<Utc>,
) -> Result<Vec<FailureCause>> {
    let filter = causes_filter();
    let mut sql = QueryBuilder::<Postgres>::new(
        "select r.reason_code, count(*), count(distinct r.tenant_id),
            coalesce(array_agg(distinct r.tenant_id) filter (where r.tenant_id is not null), '{}') from operation_runs r",
    );
    push_where(&mut sql, access, &filter, filter.tab, now);
    sql.push(format_args!(
        " group by r.reason_code order by count(*) desc, r.reason_code limit {CAUSES}"
    ));
    let found: Vec<(Option<String>, i64, i64, Vec<Uuid>)> = sql.build_query_as().fetch_all(&mut **tx).await?;
    let number = |found: i64| u32::try_from(found).unwrap_or(u32::MAX);
    Ok(found
        .into_iter()
        .map(|(reason, runs, affected, ids)| FailureCause {
            reason,
            runs: number(runs),
            tenants: number(affected),
            named: tenants
                .iter()
                .filter(|tenant| ids.contains(&tenant.id.0))
                .take(NAMED)
                .cloned()
                .collect(),
        })
        .collect())
}
