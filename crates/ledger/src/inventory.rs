//! The inventory: policies as last seen in a tenant. Written by `inventory.sync` alone.

use chrono::{DateTime, Utc};
use domain::cursor::{Cursor, PolicyKey};
use domain::display_name::{kept, shown};
use domain::id::TenantId;
use domain::names::search_key;
use domain::page::Page;
use domain::policy::PolicyType;
use domain::view::{BoundedCount, InventoryRow};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};

use crate::access::permit::key::InventorySync;
use crate::names::push_search;
use crate::runs::execute::Attempt;
use crate::scope::ScopedTx;
use crate::{Error, Result};

/// Rows of a page.
pub const PAGE: usize = 100;
/// Counts stop here.
const COUNT_BOUND: u32 = 1000;
/// The longest name that is kept, in characters.
const NAME_MAX: usize = 300;

/// A policy as a sync has seen it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its id in the tenant.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Its platform, in Graph's words.
    pub platform: Option<String>,
    /// When it was last changed in the tenant.
    pub modified_at: Option<DateTime<Utc>>,
    /// Whitelisted metadata, an object.
    pub meta: Value,
}

fn tenant_of(attempt: &Attempt, kind: PolicyType) -> Result<TenantId> {
    let within = attempt
        .receipt
        .as_ref()
        .is_some_and(|receipt| receipt.allows_policy(kind).is_ok());
    attempt.tenant.filter(|_| within).ok_or(Error::ScopeExceeded)
}

/// Upserts policies of one type. What has not changed changes nothing but when it was last seen, and by which run.
///
/// The receipt is checked here, next to the write (R16).
pub async fn upsert(
    tx: &mut ScopedTx,
    attempt: &Attempt,
    kind: PolicyType,
    seen: &[Seen],
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tenant_of(attempt, kind)?;
    // Not shortened: the cut id would be another object's, so the database refuses one that is too long.
    let ids: Vec<String> = seen.iter().map(|policy| policy.external_id.clone()).collect();
    let names: Vec<String> = seen.iter().map(|policy| kept(&policy.name, NAME_MAX)).collect();
    let keys: Vec<String> = names.iter().map(|name| search_key(name)).collect();
    let platforms: Vec<Option<String>> = seen.iter().map(|policy| policy.platform.clone()).collect();
    let modified: Vec<Option<DateTime<Utc>>> = seen.iter().map(|policy| policy.modified_at).collect();
    let metas: Vec<Value> = seen.iter().map(|policy| policy.meta.clone()).collect();
    sqlx::query!(
        "insert into inventory_items (tenant_id, policy_type, external_id, workspace_id, name, platform, modified_at, meta,
            first_seen_at, last_seen_at, last_seen_run_id, search_key)
        select distinct on (new.external_id) $1, $2, new.external_id, $3, new.name, new.platform, new.modified_at, new.meta, $4, $4, $5,
            new.search_key
        from unnest($6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::jsonb[], $11::text[])
            as new (external_id, name, platform, modified_at, meta, search_key)
        on conflict (tenant_id, policy_type, external_id) do update set name = excluded.name, search_key = excluded.search_key,
            platform = excluded.platform,
            modified_at = excluded.modified_at, meta = excluded.meta, last_seen_at = excluded.last_seen_at,
            last_seen_run_id = excluded.last_seen_run_id, missing_since = null",
        tenant.0,
        kind.as_str(),
        attempt.workspace.0,
        now,
        attempt.run.0,
        &ids,
        &names,
        &platforms as &[Option<String>],
        &modified as &[Option<DateTime<Utc>>],
        &metas,
        &keys
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// After a complete listing of a type: the policies that it did not contain are not in the tenant any more. Answers how many that
/// are that were still there before.
pub async fn conclude(tx: &mut ScopedTx, attempt: &Attempt, kind: PolicyType, now: DateTime<Utc>) -> Result<u64> {
    let tenant = tenant_of(attempt, kind)?;
    let missing = sqlx::query!(
        "update inventory_items set missing_since = $4
        where tenant_id = $1 and policy_type = $2 and last_seen_run_id <> $3 and missing_since is null",
        tenant.0,
        kind.as_str(),
        attempt.run.0,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(missing.rows_affected())
}

/// Type, id, name, platform, changed, seen, missing.
type Stored = (
    String,
    String,
    String,
    Option<String>,
    Option<DateTime<Utc>>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

/// `from … where …` of the list and of its count (R20): a tenant's policies whose name begins with a text, however it is written.
fn push_policies(sql: &mut QueryBuilder<Postgres>, tenant: TenantId, search: Option<&str>) {
    sql.push(" from inventory_items where tenant_id = ")
        .push_bind(tenant.0)
        .push(" and ((select scope_sees_every_tenant()) or scope_sees_tenant(tenant_id))");
    push_search(sql, search);
}

/// A page of a tenant's inventory by name, those that begin with `search`, after a place.
pub async fn page(
    tx: &mut ScopedTx<InventorySync>,
    tenant: TenantId,
    search: Option<&str>,
    after: Option<&Cursor<PolicyKey>>,
) -> Result<Page<InventoryRow>> {
    let mut sql =
        QueryBuilder::new("select policy_type, external_id, name, platform, modified_at, last_seen_at, missing_since");
    push_policies(&mut sql, tenant, search);
    if let Some(after) = after {
        sql.push(" and (name collate names, policy_type, external_id) > (");
        sql.push_bind(after.name.clone())
            .push(", ")
            .push_bind(after.kind.clone())
            .push(", ")
            .push_bind(after.external_id.clone())
            .push(")");
    }
    sql.push(format_args!(
        " order by name collate names, policy_type, external_id limit {}",
        PAGE + 1
    ));
    let stored: Vec<Stored> = sql.build_query_as().fetch_all(&mut **tx).await?;
    let page = Page::onward(stored, PAGE, |(kind, id, name, ..)| PolicyKey {
        name: name.clone(),
        kind: kind.clone(),
        external_id: id.clone(),
    });
    Ok(page.map(
        |(kind, external_id, name, platform, modified_at, last_seen_at, missing_since)| InventoryRow {
            kind,
            external_id,
            name: shown(&name).into_owned(),
            platform,
            modified_at,
            last_seen_at,
            missing_since,
        },
    ))
}

/// How many policies of the list are in the tenant, on all pages, bounded. Those that are not there any more do not count.
pub async fn count(tx: &mut ScopedTx<InventorySync>, tenant: TenantId, search: Option<&str>) -> Result<BoundedCount> {
    bounded_count(tx, tenant, search, " and missing_since is null").await
}

/// How many policies of the list are not in the tenant any more, on all pages, bounded.
pub async fn count_missing(
    tx: &mut ScopedTx<InventorySync>,
    tenant: TenantId,
    search: Option<&str>,
) -> Result<BoundedCount> {
    bounded_count(tx, tenant, search, " and missing_since is not null").await
}

async fn bounded_count(
    tx: &mut ScopedTx<InventorySync>,
    tenant: TenantId,
    search: Option<&str>,
    and: &'static str,
) -> Result<BoundedCount> {
    let mut sql = QueryBuilder::new("select count(*) from (select 1 as one");
    push_policies(&mut sql, tenant, search);
    sql.push(and);
    sql.push(format_args!(" limit {}) as bounded", COUNT_BOUND + 1));
    let found: i64 = sql.build_query_scalar().fetch_one(&mut **tx).await?;
    Ok(BoundedCount::counted(found, COUNT_BOUND))
}
