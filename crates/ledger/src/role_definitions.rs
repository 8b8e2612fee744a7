//! The role definitions of a tenant's directory as last seen. Written by `directory.role_definitions.sync` alone; read by pages, which
//! never ask Microsoft for a name (R13).

use chrono::{DateTime, TimeDelta, Utc};
use domain::cursor::{Cursor, DirectoryKey};
use domain::display_name::{kept, shown};
use domain::id::TenantId;
use domain::names::search_key;
use domain::page::Page;
use domain::receipt::ReceiptKind;
use domain::view::{BoundedCount, RoleDefinitionRow};
use sqlx::{FromRow, Postgres, QueryBuilder};

use crate::access::permit::key::DirectorySync;
use crate::names::push_search;
use crate::runs::execute::Attempt;
use crate::scope::ScopedTx;
use crate::{Error, Result};

/// Rows of a page.
pub const PAGE: usize = 100;
/// Counts stop here.
const COUNT_BOUND: u32 = 1000;
/// Roles that no sync has seen for so long are removed.
const FORGET_DAYS: i64 = 90;
/// The longest name that is kept, in characters.
const NAME_MAX: usize = 300;

/// A role as a sync has seen it.
#[derive(Debug, Clone)]
pub struct SeenRoleDefinition {
    /// Its id in the tenant.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// What it is in every tenant, if Microsoft has built it in.
    pub template_id: Option<String>,
    /// Whether Microsoft has built it in.
    pub built_in: bool,
    /// Whether it can be assigned.
    pub enabled: bool,
}

fn tenant_of(attempt: &Attempt) -> Result<TenantId> {
    let within = attempt
        .receipt
        .as_ref()
        .is_some_and(|receipt| receipt.allows_all(ReceiptKind::RoleDefinitions).is_ok());
    attempt.tenant.filter(|_| within).ok_or(Error::ScopeExceeded)
}

/// Upserts roles. The receipt is checked here, next to the write (R16).
pub async fn upsert(
    tx: &mut ScopedTx,
    attempt: &Attempt,
    seen: &[SeenRoleDefinition],
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tenant_of(attempt)?;
    // Not shortened: the cut id would be another object's, so the database refuses one that is too long.
    let ids: Vec<String> = seen.iter().map(|role| role.external_id.clone()).collect();
    let names: Vec<String> = seen.iter().map(|role| kept(&role.name, NAME_MAX)).collect();
    let keys: Vec<String> = names.iter().map(|name| search_key(name)).collect();
    let templates: Vec<Option<String>> = seen.iter().map(|role| role.template_id.clone()).collect();
    let built_in: Vec<bool> = seen.iter().map(|role| role.built_in).collect();
    let enabled: Vec<bool> = seen.iter().map(|role| role.enabled).collect();
    sqlx::query!(
        "insert into directory_role_definitions (tenant_id, external_id, workspace_id, name, search_key, template_id, built_in, enabled,
            first_seen_at, last_seen_at, last_seen_run_id)
        select distinct on (new.external_id) $1, new.external_id, $2, new.name, new.search_key, new.template_id, new.built_in,
            new.enabled, $3, $3, $4
        from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::boolean[], $10::boolean[])
            as new (external_id, name, search_key, template_id, built_in, enabled)
        on conflict (tenant_id, external_id) do update set name = excluded.name, search_key = excluded.search_key,
            template_id = excluded.template_id, built_in = excluded.built_in, enabled = excluded.enabled,
            last_seen_at = excluded.last_seen_at, last_seen_run_id = excluded.last_seen_run_id, missing_since = null",
        tenant.0,
        attempt.workspace.0,
        now,
        attempt.run.0,
        &ids,
        &names,
        &keys,
        &templates as &[Option<String>],
        &built_in,
        &enabled
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// After a complete listing: removes roles that no sync has seen for a long time, and marks those that it did not contain as not in
/// the tenant any more. Answers how many those are that were still there before.
pub async fn conclude(tx: &mut ScopedTx, attempt: &Attempt, now: DateTime<Utc>) -> Result<u64> {
    let tenant = tenant_of(attempt)?;
    sqlx::query!(
        "delete from directory_role_definitions where tenant_id = $1 and last_seen_at < $2",
        tenant.0,
        now - TimeDelta::days(FORGET_DAYS)
    )
    .execute(&mut **tx)
    .await?;
    let missing = sqlx::query!(
        "update directory_role_definitions set missing_since = $3
        where tenant_id = $1 and last_seen_run_id <> $2 and missing_since is null",
        tenant.0,
        attempt.run.0,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(missing.rows_affected())
}

#[derive(FromRow)]
struct Stored {
    external_id: String,
    name: String,
    built_in: bool,
    enabled: bool,
    last_seen_at: DateTime<Utc>,
    missing_since: Option<DateTime<Utc>>,
}

/// `from … where …` of the list and of its count (R20): a tenant's roles whose name begins with a text, however it is written.
fn push_roles(sql: &mut QueryBuilder<Postgres>, tenant: TenantId, search: Option<&str>) {
    sql.push(" from directory_role_definitions where tenant_id = ")
        .push_bind(tenant.0)
        .push(" and ((select scope_sees_every_tenant()) or scope_sees_tenant(tenant_id))");
    push_search(sql, search);
}

/// A page of a tenant's roles by name, those that begin with `search`, after a place.
pub async fn page(
    tx: &mut ScopedTx<DirectorySync>,
    tenant: TenantId,
    search: Option<&str>,
    after: Option<&Cursor<DirectoryKey>>,
) -> Result<Page<RoleDefinitionRow>> {
    let mut sql = QueryBuilder::new("select external_id, name, built_in, enabled, last_seen_at, missing_since");
    push_roles(&mut sql, tenant, search);
    if let Some(after) = after {
        sql.push(" and (name collate names, external_id) > (")
            .push_bind(after.name.clone())
            .push(", ")
            .push_bind(after.external_id.clone())
            .push(")");
    }
    sql.push(format_args!(
        " order by name collate names, external_id limit {}",
        PAGE + 1
    ));
    let stored: Vec<Stored> = sql.build_query_as().fetch_all(&mut **tx).await?;
    let page = Page::onward(stored, PAGE, |role| DirectoryKey {
        name: role.name.clone(),
        external_id: role.external_id.clone(),
    });
    Ok(page.map(|role| RoleDefinitionRow {
        external_id: role.external_id,
        name: shown(&role.name).into_owned(),
        built_in: role.built_in,
        enabled: role.enabled,
        last_seen_at: role.last_seen_at,
        missing_since: role.missing_since,
    }))
}

/// How many roles of the list are in the tenant, on all pages, bounded.
pub async fn count(tx: &mut ScopedTx<DirectorySync>, tenant: TenantId, search: Option<&str>) -> Result<BoundedCount> {
    bounded_count(tx, tenant, search, " and missing_since is null").await
}

/// How many roles of the list are not in the tenant any more, on all pages, bounded.
pub async fn count_missing(
    tx: &mut ScopedTx<DirectorySync>,
    tenant: TenantId,
    search: Option<&str>,
) -> Result<BoundedCount> {
    bounded_count(tx, tenant, search, " and missing_since is not null").await
}

async fn bounded_count(
    tx: &mut ScopedTx<DirectorySync>,
    tenant: TenantId,
    search: Option<&str>,
    and: &'static str,
) -> Result<BoundedCount> {
    let mut sql = QueryBuilder::new("select count(*) from (select 1");
    push_roles(&mut sql, tenant, search);
    sql.push(format_args!("{and} limit {}) as bounded", COUNT_BOUND + 1));
    let found: i64 = sql.build_query_scalar().fetch_one(&mut **tx).await?;
    Ok(BoundedCount::new(u32::try_from(found).unwrap_or(u32::MAX), COUNT_BOUND))
}
