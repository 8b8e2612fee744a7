//! Every statement of the ledger with its predicates removed (R10): what row-level security alone lets through is nothing.
//!
//! The statements are those of `.sqlx`, which has every checked one, and the dynamic ones as they are sent ([`captured`]).
//! Nobody edits their text: in this database `=` and `scope_sees_tenant` are functions that say yes ([`loose`]), found first
//! by statements and never by policies, which were bound to the true ones when they were made. So no comparison of a
//! workspace, tenant, run or person restricts anything any more.

mod captured;
mod listener;
mod loose;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sqlx::{AssertSqlSafe, PgPool};

use self::loose::{Binding, Found, Prober};
use crate::support::World;

/// Tables that every statement joins to others, whose policies then leave nothing of them either.
const BESIDE_OTHERS: [&str; 1] = ["member_tenants"];

/// A statement and the tables with policies that it touches.
#[derive(Debug)]
struct Statement {
    sql: String,
    tables: BTreeSet<String>,
    /// With which values the owner finds something: otherwise that others find nothing would say nothing.
    binding: Binding,
}

/// Every table with a policy, and whether the policies know about tenants.
async fn tables(owner: &PgPool) -> Vec<(String, bool)> {
    sqlx::query_as(
        "select c.relname::text, bool_or(coalesce(p.qual, '') like '%scope_sees_tenant%')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_policies p on p.schemaname = n.nspname and p.tablename = c.relname
        where c.relrowsecurity and not c.relispartition group by 1 order by 1",
    )
    .fetch_all(owner)
    .await
    .unwrap()
}

/// The texts of `.sqlx`.
fn checked() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.sqlx");
    let mut found: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let description: serde_json::Value = serde_json::from_str(&text).unwrap();
            description["query"].as_str().unwrap().to_owned()
        })
        .collect();
    found.sort_unstable();
    assert!(found.len() > 80, "the checked statements were not found");
    found
}

async fn statements(owner: &mut Prober, all: &[String]) -> Vec<Statement> {
    let mut texts = checked();
    texts.extend(captured::dynamic().await);
    let mut statements = Vec::new();
    for sql in texts {
        let names = sql.split('\'').step_by(2); // Not what stands in quotes.
        let words: BTreeSet<&str> = names
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'))
            .collect();
        let tables: BTreeSet<String> = all
            .iter()
            .filter(|table| words.contains(table.as_str()))
            .cloned()
            .collect();
        if tables.is_empty() {
            continue;
        }
        let sql = owner.typed(&sql).await;
        let binding = match owner.what_finds_something(&sql).await {
            Ok(binding) => binding,
            // A filter that nothing can meet is not even asked.
            Err(_) if sql.contains(" where false") => continue,
            Err(last) => panic!("also the owner finds nothing with, so nothing is proven of\n{sql}\n{last:?}"),
        };
        statements.push(Statement { sql, tables, binding });
    }
    statements
}

/// What got through first, if anything did. `scope` is the settings of a transaction.
async fn leak<'a>(
    roles: &mut [Prober],
    scope: &str,
    statements: impl Iterator<Item = &'a Statement>,
) -> Option<(&'a str, Found)> {
    for statement in statements {
        for role in &mut *roles {
            let found = role.run(scope, &statement.sql, &statement.binding).await;
            if !found.is_nothing() {
                return Some((&statement.sql, found));
            }
        }
    }
    None
}

#[tokio::test]
async fn r10_without_its_predicates_no_statement_reaches_anything_foreign() {
    let world = World::new().await;
    let tables = tables(&world.owner).await;
    let names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
    assert!(names.len() > 12, "{names:?}");
    let workspace = loose::prepare(&world, &names).await;
    let mut owner = Prober::connect(&world.database.owner_url(), workspace).await;
    let statements = statements(&mut owner, &names).await;
    assert!(statements.len() > 70, "{}", statements.len());
    let mut roles = [
        Prober::connect(&world.database.web_url(), workspace).await,
        Prober::connect(&world.database.worker_url(), workspace).await,
    ];

    // Somebody of another workspace. Not the system, which only workers can claim to be and whose statements are run here too.
    let elsewhere = loose::scope("gen_random_uuid()::text", "*");
    let found = leak(&mut roles, &elsewhere, statements.iter()).await;
    assert!(found.is_none(), "{found:#?}");

    // Somebody of this workspace who is entitled to none of its tenants.
    let of_tenants: BTreeSet<&str> = tables
        .iter()
        .filter(|(_, by_tenant)| *by_tenant)
        .map(|(name, _)| name.as_str())
        .collect();
    let not_entitled = loose::scope(&format!("'{workspace}'"), "");
    let second_line: Vec<&Statement> = statements
        .iter()
        .filter(|statement| statement.tables.iter().all(|table| of_tenants.contains(table.as_str())))
        .collect();
    assert!(second_line.len() > 40, "{}", second_line.len());
    let found = leak(&mut roles, &not_entitled, second_line.into_iter()).await;
    assert!(found.is_none(), "{found:#?}");

    // And this test would have seen it: without the policies of one table, some statement reaches it, whichever it is.
    for table in &names {
        switch(&world.owner, table, "disable").await;
        let touching = statements.iter().filter(|statement| statement.tables.contains(table));
        let found = leak(&mut roles, &elsewhere, touching).await;
        assert!(
            found.is_some() || BESIDE_OTHERS.contains(&table.as_str()),
            "nothing noticed that {table} lost its policies"
        );
        switch(&world.owner, table, "enable").await;
    }
    let found = leak(&mut roles, &elsewhere, statements.iter()).await;
    assert!(found.is_none(), "{found:#?}");
}

async fn switch(owner: &PgPool, table: &str, how: &str) {
    sqlx::query(AssertSqlSafe(format!("alter table {table} {how} row level security")))
        .execute(owner)
        .await
        .unwrap();
}
