//! The runs that a person waits for.

use chrono::{DateTime, Utc};
use domain::filter::{RunFilter, Tab};
use domain::id::RunId;
use sqlx::QueryBuilder;

use super::predicate::push_where;
use crate::Result;
use crate::access::Access;
use crate::scope::ScopedTx;

/// More than anybody follows.
const MOST: i64 = 20;

/// Active runs that the person started or joined, newest first.
pub async fn active(tx: &mut ScopedTx, access: &Access, now: DateTime<Utc>) -> Result<Vec<RunId>> {
    let mut sql = QueryBuilder::new("select r.id from operation_runs r");
    let everything = RunFilter {
        tab: Tab::Active,
        ..RunFilter::default()
    };
    push_where(&mut sql, access, &everything, Tab::Active, now);
    sql.push(" and (r.initiator_id = ").push_bind(access.user.0);
    sql.push(" or exists (select from operation_run_followers f where f.run_id = r.id and f.user_id = ")
        .push_bind(access.user.0);
    sql.push(format_args!(")) order by r.created_at desc, r.id desc limit {MOST}"));
    let ids: Vec<uuid::Uuid> = sql.build_query_scalar().fetch_all(&mut **tx).await?;
    Ok(ids.into_iter().map(RunId).collect())
}
