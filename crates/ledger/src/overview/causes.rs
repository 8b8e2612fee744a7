//! Failures by cause, summed from the tallies.

use chrono::{DateTime, Utc};
use domain::overview::FailureCause;
use domain::view::TenantRef;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::tallies;
use crate::Result;
use crate::access::Access;
use crate::scope::ScopedTx;

/// So many tenants of a cause are named.
const NAMED: usize = 3;

/// The causes of the failures in the default window, most runs first.
pub(super) async fn count(
    tx: &mut ScopedTx,
    access: &Access,
    tenants: &[TenantRef],
    now: DateTime<Utc>,
) -> Result<Vec<FailureCause>> {
    let mut sql = QueryBuilder::new("");
    tallies::push_causes(&mut sql, access, now);
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
