//! Order and search of names (DESIGN §4, "Names"): the collation `names` and the stored search keys.

use domain::names::search_key;
use sqlx::{PgPool, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::error::Result;

/// The collation of every list of names.
pub(crate) const COLLATION: &str = "names";

/// Names of one transaction, which keeps a sync from writing their rows until it has ended: few, as of runs in `runs::resolution`.
const BATCH: i64 = 200;

/// What to be warned of: the library that gives names their order has another version than when the indexes were built. Lists go
/// on; a page may begin at the wrong place, and a name be shown twice or not at all, until the indexes are built anew.
pub(crate) async fn outdated(pool: &PgPool, collation: &str) -> Result<Option<String>> {
    let versions = sqlx::query!(
        r#"select collversion as "then?", pg_collation_actual_version(oid) as "now?" from pg_collation where collname = $1"#,
        collation
    )
    .fetch_optional(pool)
    .await?;
    Ok(versions.and_then(|versions| {
        let (then, now) = (versions.then?, versions.now?);
        (then != now).then(|| {
            format!(
                "names are in the order of ICU {now} and were indexed in that of {then}: as the owner, run \
                `reindex table concurrently inventory_items; reindex table concurrently directory_groups; \
                alter collation {collation} refresh version`"
            )
        })
    }))
}

/// The first text, in the order of code points, after every text that begins with this one; none if it consists of the last
/// character over and over.
pub(crate) fn after_all_with(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // The range leaves out the surrogates by itself.
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

/// ` and …`: rows whose `search_key` begins with the text's. A range, because it can use an index under row-level security. A text
/// that nothing is left of, such as one of spaces, restricts nothing.
pub(crate) fn push_search(sql: &mut QueryBuilder<Postgres>, text: Option<&str>) {
    let key = text.map(search_key).unwrap_or_default();
    if key.is_empty() {
        return;
    }
    if let Some(below) = after_all_with(&key) {
        sql.push(" and search_key < ").push_bind(below);
    }
    sql.push(" and search_key >= ").push_bind(key);
}

/// Gives names of the inventory and of groups the search key that they lack, in batches; answers how many. For the owner. Rows that
/// a sync has locked are left to it: it writes their keys.
pub(crate) async fn backfill(pool: &PgPool) -> Result<u64> {
    Ok(of_inventory(pool).await? + of_groups(pool).await?)
}

async fn of_inventory(pool: &PgPool) -> Result<u64> {
    let (mut tenant, mut kind, mut id) = (Uuid::nil(), String::new(), String::new());
    let mut filled = 0;
    loop {
        let found = sqlx::query!(
            "select tenant_id, policy_type, external_id, name from inventory_items
            where (tenant_id, policy_type, external_id) > ($1, $2, $3) and search_key is null
            order by tenant_id, policy_type, external_id limit $4",
            tenant,
            kind,
            id,
            BATCH
        )
        .fetch_all(pool)
        .await?;
        let Some(last) = found.last() else { return Ok(filled) };
        (tenant, kind, id) = (last.tenant_id, last.policy_type.clone(), last.external_id.clone());
        let tenants: Vec<Uuid> = found.iter().map(|row| row.tenant_id).collect();
        let kinds: Vec<String> = found.iter().map(|row| row.policy_type.clone()).collect();
        let ids: Vec<String> = found.iter().map(|row| row.external_id.clone()).collect();
        let names: Vec<String> = found.iter().map(|row| row.name.clone()).collect();
        let keys: Vec<String> = found.iter().map(|row| search_key(&row.name)).collect();
        let done = sqlx::query!(
            "with made as (select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
                as made (tenant_id, policy_type, external_id, name, search_key)),
            free as (select i.tenant_id, i.policy_type, i.external_id, made.search_key
                from inventory_items i join made using (tenant_id, policy_type, external_id, name)
                where i.search_key is null for update of i skip locked)
            update inventory_items i set search_key = free.search_key from free
            where i.tenant_id = free.tenant_id and i.policy_type = free.policy_type and i.external_id = free.external_id",
            &tenants,
            &kinds,
            &ids,
            &names,
            &keys
        )
        .execute(pool)
        .await?;
        filled += done.rows_affected();
    }
}

async fn of_groups(pool: &PgPool) -> Result<u64> {
    let (mut tenant, mut id) = (Uuid::nil(), String::new());
    let mut filled = 0;
    loop {
        let found = sqlx::query!(
            "select tenant_id, external_id, name from directory_groups
            where (tenant_id, external_id) > ($1, $2) and search_key is null
            order by tenant_id, external_id limit $3",
            tenant,
            id,
            BATCH
        )
        .fetch_all(pool)
        .await?;
        let Some(last) = found.last() else { return Ok(filled) };
        (tenant, id) = (last.tenant_id, last.external_id.clone());
        let tenants: Vec<Uuid> = found.iter().map(|row| row.tenant_id).collect();
        let ids: Vec<String> = found.iter().map(|row| row.external_id.clone()).collect();
        let names: Vec<String> = found.iter().map(|row| row.name.clone()).collect();
        let keys: Vec<String> = found.iter().map(|row| search_key(&row.name)).collect();
        let done = sqlx::query!(
            "with made as (select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
                as made (tenant_id, external_id, name, search_key)),
            free as (select g.tenant_id, g.external_id, made.search_key
                from directory_groups g join made using (tenant_id, external_id, name)
                where g.search_key is null for update of g skip locked)
            update directory_groups g set search_key = free.search_key from free
            where g.tenant_id = free.tenant_id and g.external_id = free.external_id",
            &tenants,
            &ids,
            &names,
            &keys
        )
        .execute(pool)
        .await?;
        filled += done.rows_affected();
    }
}
