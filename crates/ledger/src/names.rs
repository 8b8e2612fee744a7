//! Order and search of names (DESIGN §4, "Names"): the collation `names` and the stored search keys.

use domain::names::{SEARCH_KEY_VERSION, search_key};
use sqlx::{PgPool, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::error::Result;

/// The tables of the directory's objects, which have their names and search keys like the inventory.
const DIRECTORY: [&str; 2] = ["directory_groups", "directory_role_definitions"];

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
            let directory = DIRECTORY
                .map(|table| format!("reindex table concurrently {table}; "))
                .concat();
            format!(
                "names are in the order of ICU {now} and were indexed in that of {then}: as the owner, run \
                `reindex table concurrently inventory_items; {directory}alter collation {collation} refresh version`"
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

/// Gives names of the inventory and of groups the search key that they lack, and, if the keys were made by other rules, another one
/// where it differs. In batches; answers how many. For the owner. Rows that a sync has locked are left to it: it writes their keys.
pub(crate) async fn backfill(pool: &PgPool) -> Result<u64> {
    let version = sqlx::query_scalar!("select version from backfills where name = $1", BACKFILL)
        .fetch_optional(pool)
        .await?;
    let which = if version == Some(SEARCH_KEY_VERSION) {
        Which::Missing
    } else {
        Which::All
    };
    let mut filled = of_inventory(pool, which).await?;
    filled += of_groups(pool, which).await?;
    filled += of_role_definitions(pool, which).await?;
    if which == Which::All {
        sqlx::query!(
            "insert into backfills (name, place, version) values ($1, $2, $3)
            on conflict (name) do update set version = excluded.version",
            BACKFILL,
            Uuid::nil(),
            SEARCH_KEY_VERSION
        )
        .execute(pool)
        .await?;
    }
    Ok(filled)
}

/// The name under which it is kept by which rules the keys were made.
const BACKFILL: &str = "search_key";

/// Which names are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Those without a key.
    Missing,
    /// Every one: the rules are others.
    All,
}

struct Named {
    tenant_id: Uuid,
    /// Of objects of the inventory.
    policy_type: String,
    external_id: String,
    name: String,
    search_key: Option<String>,
}

impl Named {
    /// The key that it should have, unless it has it.
    fn wanted(&self) -> Option<String> {
        let key = search_key(&self.name);
        (self.search_key.as_ref() != Some(&key)).then_some(key)
    }
}

async fn of_inventory(pool: &PgPool, which: Which) -> Result<u64> {
    let (mut tenant, mut kind, mut id) = (Uuid::nil(), String::new(), String::new());
    let mut filled = 0;
    loop {
        let found = match which {
            Which::Missing => {
                sqlx::query_as!(
                    Named,
                    "select tenant_id, policy_type, external_id, name, search_key from inventory_items
                    where (tenant_id, policy_type, external_id) > ($1, $2, $3) and search_key is null
                    order by tenant_id, policy_type, external_id limit $4",
                    tenant,
                    kind,
                    id,
                    BATCH
                )
                .fetch_all(pool)
                .await?
            }
            Which::All => {
                sqlx::query_as!(
                    Named,
                    "select tenant_id, policy_type, external_id, name, search_key from inventory_items
                    where (tenant_id, policy_type, external_id) > ($1, $2, $3)
                    order by tenant_id, policy_type, external_id limit $4",
                    tenant,
                    kind,
                    id,
                    BATCH
                )
                .fetch_all(pool)
                .await?
            }
        };
        let Some(last) = found.last() else { return Ok(filled) };
        (tenant, kind, id) = (last.tenant_id, last.policy_type.clone(), last.external_id.clone());
        let wrong: Vec<(&Named, String)> = found.iter().filter_map(|row| Some((row, row.wanted()?))).collect();
        if wrong.is_empty() {
            continue;
        }
        let tenants: Vec<Uuid> = wrong.iter().map(|(row, _)| row.tenant_id).collect();
        let kinds: Vec<String> = wrong.iter().map(|(row, _)| row.policy_type.clone()).collect();
        let ids: Vec<String> = wrong.iter().map(|(row, _)| row.external_id.clone()).collect();
        let names: Vec<String> = wrong.iter().map(|(row, _)| row.name.clone()).collect();
        let keys: Vec<String> = wrong.into_iter().map(|(_, key)| key).collect();
        let done = sqlx::query!(
            "with made as (select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
                as made (tenant_id, policy_type, external_id, name, search_key)),
            free as (select i.tenant_id, i.policy_type, i.external_id, made.search_key
                from inventory_items i join made using (tenant_id, policy_type, external_id, name)
                where i.search_key is distinct from made.search_key for update of i skip locked)
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

/// Of tables of the directory's objects, whose key is the tenant and an id. Made from the table's name, so that the statements are checked.
macro_rules! of_directory {
    ($($name:ident $table:literal $missing:ident;)*) => {$(
        async fn $name(pool: &PgPool, which: Which) -> Result<u64> {
            let (mut tenant, mut id) = (Uuid::nil(), String::new());
            let mut filled = 0;
            loop {
                let found = match which {
                    Which::Missing => $missing(pool, tenant, &id).await?,
                    Which::All => {
                        sqlx::query_as!(
                            Named,
                            r#"select tenant_id, '' as "policy_type!", external_id, name, search_key from "# + $table
                                + " where (tenant_id, external_id) > ($1, $2) order by tenant_id, external_id limit $3",
                            tenant,
                            id,
                            BATCH
                        )
                        .fetch_all(pool)
                        .await?
                    }
                };
                let Some(last) = found.last() else { return Ok(filled) };
                (tenant, id) = (last.tenant_id, last.external_id.clone());
                let wrong: Vec<(&Named, String)> = found.iter().filter_map(|row| Some((row, row.wanted()?))).collect();
                if wrong.is_empty() {
                    continue;
                }
                let tenants: Vec<Uuid> = wrong.iter().map(|(row, _)| row.tenant_id).collect();
                let ids: Vec<String> = wrong.iter().map(|(row, _)| row.external_id.clone()).collect();
                let names: Vec<String> = wrong.iter().map(|(row, _)| row.name.clone()).collect();
                let keys: Vec<String> = wrong.into_iter().map(|(_, key)| key).collect();
                let done = sqlx::query!(
                    "with made as (select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
                        as made (tenant_id, external_id, name, search_key)),
                    free as (select o.tenant_id, o.external_id, made.search_key
                        from " + $table + " o join made using (tenant_id, external_id, name) for update of o skip locked)
                    update " + $table + " o set search_key = free.search_key from free
                    where o.tenant_id = free.tenant_id and o.external_id = free.external_id",
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
    )*};
}

of_directory! {
    of_groups "directory_groups" groups_without_key;
    of_role_definitions "directory_role_definitions" none;
}

async fn groups_without_key(pool: &PgPool, tenant: Uuid, id: &str) -> Result<Vec<Named>> {
    let found = sqlx::query_as!(
        Named,
        r#"select tenant_id, '' as "policy_type!", external_id, name, search_key from directory_groups
        where (tenant_id, external_id) > ($1, $2) and search_key is null order by tenant_id, external_id limit $3"#,
        tenant,
        id,
        BATCH
    )
    .fetch_all(pool)
    .await?;
    Ok(found)
}

/// Of a table that was made with its keys, none is without one.
fn none(_: &PgPool, _: Uuid, _: &str) -> std::future::Ready<Result<Vec<Named>>> {
    std::future::ready(Ok(Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::TestDatabase;

    #[tokio::test]
    async fn an_order_of_another_icu_is_warned_of_with_statements_that_mend_it() {
        let owner = TestDatabase::new().await.owner().await;
        let run = async |sql: &str| {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
                .execute(&owner)
                .await
                .unwrap();
        };
        assert_eq!(outdated(&owner, COLLATION).await.unwrap(), None, "just made");
        assert_eq!(outdated(&owner, "no_such_collation").await.unwrap(), None);
        // As it is after the library was exchanged.
        run("create collation of_before (provider = icu, locale = 'und-u-kn-true', version = '1.0')").await;
        let warning = outdated(&owner, "of_before").await.unwrap().expect("a warning");
        assert!(warning.contains("indexed in that of 1.0"), "{warning}");
        let (_, remedy) = warning.split_once('`').unwrap();
        for statement in remedy.trim_end_matches('`').split(';') {
            run(statement).await;
        }
        assert_eq!(outdated(&owner, "of_before").await.unwrap(), None, "{remedy}");
    }
}
