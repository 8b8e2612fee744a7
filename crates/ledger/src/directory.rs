//! The directory cache: groups as last seen in a tenant. Written by `directory.groups.sync` alone; read by pages, which never
//! ask Microsoft for a name (R13).

use chrono::{DateTime, TimeDelta, Utc};
use domain::cursor::{Cursor, DirectoryKey};
use domain::display_name::{kept, shown};
use domain::id::TenantId;
use domain::names::search_key;
use domain::page::Page;
use domain::receipt::ReceiptKind;
use domain::view::{BoundedCount, GroupRow};
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
/// Groups that no sync has seen for so long are removed.
const FORGET_DAYS: i64 = 90;
/// The longest name that is kept, in characters.
const NAME_MAX: usize = 300;

/// A group as a sync has seen it.
#[derive(Debug, Clone)]
pub struct SeenGroup {
    /// Its id in the tenant.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// `security`, `microsoft365`, `distribution` or `unknown`.
    pub group_type: &'static str,
    /// Whether it can be given access.
    pub security_enabled: bool,
    /// Whether it has a mailbox.
    pub mail_enabled: bool,
}

fn tenant_of(attempt: &Attempt) -> Result<TenantId> {
    let within = attempt
        .receipt
        .as_ref()
        .is_some_and(|receipt| receipt.allows_all(ReceiptKind::Groups).is_ok());
    attempt.tenant.filter(|_| within).ok_or(Error::ScopeExceeded)
}

/// Upserts groups. The receipt is checked here, next to the write (R16).
pub async fn upsert_groups(tx: &mut ScopedTx, attempt: &Attempt, seen: &[SeenGroup], now: DateTime<Utc>) -> Result<()> {
    let tenant = tenant_of(attempt)?;
    // Not shortened: the cut id would be another object's, so the database refuses one that is too long.
    let ids: Vec<String> = seen.iter().map(|group| group.external_id.clone()).collect();
    let names: Vec<String> = seen.iter().map(|group| kept(&group.name, NAME_MAX)).collect();
    let keys: Vec<String> = names.iter().map(|name| search_key(name)).collect();
    let types: Vec<String> = seen.iter().map(|group| group.group_type.to_owned()).collect();
    let security: Vec<bool> = seen.iter().map(|group| group.security_enabled).collect();
    let mail: Vec<bool> = seen.iter().map(|group| group.mail_enabled).collect();
    sqlx::query!(
        "insert into directory_groups (tenant_id, external_id, workspace_id, name, group_type, security_enabled, mail_enabled,
            first_seen_at, last_seen_at, last_seen_run_id, search_key)
        select distinct on (new.external_id) $1, new.external_id, $2, new.name, new.group_type, new.security, new.mail, $3, $3, $4,
            new.search_key
        from unnest($5::text[], $6::text[], $7::text[], $8::boolean[], $9::boolean[], $10::text[])
            as new (external_id, name, group_type, security, mail, search_key)
        on conflict (tenant_id, external_id) do update set name = excluded.name, search_key = excluded.search_key,
            group_type = excluded.group_type,
            security_enabled = excluded.security_enabled, mail_enabled = excluded.mail_enabled,
            last_seen_at = excluded.last_seen_at, last_seen_run_id = excluded.last_seen_run_id, missing_since = null",
        tenant.0,
        attempt.workspace.0,
        now,
        attempt.run.0,
        &ids,
        &names,
        &types,
        &security,
        &mail,
        &keys
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// After a complete listing: the groups that it did not contain are not in the tenant any more. Answers how many that are that were
/// still there before.
pub async fn conclude_groups(tx: &mut ScopedTx, attempt: &Attempt, now: DateTime<Utc>) -> Result<u64> {
    let tenant = tenant_of(attempt)?;
    let missing = sqlx::query!(
        "update directory_groups set missing_since = $3
        where tenant_id = $1 and last_seen_run_id <> $2 and missing_since is null",
        tenant.0,
        attempt.run.0,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(missing.rows_affected())
}

/// Removes groups that no sync has seen for a long time. After a complete sync only: otherwise a tenant that could not be read
/// for months would lose its names.
pub async fn forget_groups(tx: &mut ScopedTx, attempt: &Attempt, now: DateTime<Utc>) -> Result<u64> {
    let tenant = tenant_of(attempt)?;
    let forgotten = sqlx::query!(
        "delete from directory_groups where tenant_id = $1 and last_seen_at < $2",
        tenant.0,
        now - TimeDelta::days(FORGET_DAYS)
    )
    .execute(&mut **tx)
    .await?;
    Ok(forgotten.rows_affected())
}

#[derive(FromRow)]
struct StoredGroup {
    external_id: String,
    name: String,
    group_type: String,
    last_seen_at: DateTime<Utc>,
    missing_since: Option<DateTime<Utc>>,
}

/// `from … where …` of the list and of its count (R20): a tenant's groups whose name begins with a text, however it is written.
fn push_groups(sql: &mut QueryBuilder<Postgres>, tenant: TenantId, search: Option<&str>) {
    sql.push(" from directory_groups where tenant_id = ")
        .push_bind(tenant.0)
        .push(" and ((select scope_sees_every_tenant()) or scope_sees_tenant(tenant_id))");
    push_search(sql, search);
}

/// A page of a tenant's groups by name, those that begin with `search`, after a place.
pub async fn groups(
    tx: &mut ScopedTx<DirectorySync>,
    tenant: TenantId,
    search: Option<&str>,
    after: Option<&Cursor<DirectoryKey>>,
) -> Result<Page<GroupRow>> {
    let mut sql = QueryBuilder::new("select external_id, name, group_type, last_seen_at, missing_since");
    push_groups(&mut sql, tenant, search);
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
    let stored: Vec<StoredGroup> = sql.build_query_as().fetch_all(&mut **tx).await?;
    let page = Page::onward(stored, PAGE, |group| DirectoryKey {
        name: group.name.clone(),
        external_id: group.external_id.clone(),
    });
    Ok(page.map(|group| GroupRow {
        external_id: group.external_id,
        name: shown(&group.name).into_owned(),
        group_type: group.group_type,
        last_seen_at: group.last_seen_at,
        missing_since: group.missing_since,
    }))
}

/// How many groups of the list are in the tenant, on all pages, bounded.
pub async fn count_groups(
    tx: &mut ScopedTx<DirectorySync>,
    tenant: TenantId,
    search: Option<&str>,
) -> Result<BoundedCount> {
    bounded_count(tx, tenant, search, " and missing_since is null").await
}

/// How many groups of the list are not in the tenant any more, on all pages, bounded.
pub async fn count_missing_groups(
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
    push_groups(&mut sql, tenant, search);
    sql.push(format_args!("{and} limit {}) as bounded", COUNT_BOUND + 1));
    let found: i64 = sql.build_query_scalar().fetch_one(&mut **tx).await?;
    Ok(BoundedCount::counted(found, COUNT_BOUND))
}
