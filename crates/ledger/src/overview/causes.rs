//! Failures by cause, summed from the tallies.

use chrono::{DateTime, Utc};
use domain::overview::{FailureCause, causes_filter};
use domain::view::TenantRef;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::tallies;
use crate::Result;
use crate::access::Access;
use crate::runs::predicate::push_tab;
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
    let from = filter.window(now).map_or(now, |(from, _)| from).date_naive();
    let mut sql = QueryBuilder::<Postgres>::new(
        "select r.reason_code, sum(r.runs)::bigint, count(distinct r.tenant_id),
            coalesce(array_agg(distinct r.tenant_id) filter (where r.tenant_id is not null), '{}')",
    );
    tallies::push_from(&mut sql, access);
    push_tab(&mut sql, filter.tab);
    sql.push(" and r.completed_on >= ").push_bind(from);
    sql.push(format_args!(
        " group by r.reason_code order by 2 desc, r.reason_code limit {CAUSES}"
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
