//! What the tests of several crates arrange with: a real database each, people and permits, and made-up runs.
//!
//! `.ci/postgres` provides the server and the roles through `DATABASE_URL`, `WEB_DATABASE_URL` and `WORKER_DATABASE_URL`. A
//! test that finds none fails and says so: skipping would be a test that cannot fail.
#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::panic,
    reason = "for tests only"
)]

mod database;
mod people;
mod runs;

use std::sync::Arc;

use ledger::clock::Clock;
pub use ledger::testing::{attempt, prune, unchecked};
use sqlx::PgPool;

pub use self::database::TestDatabase;
pub use self::people::{Entered, enter, start, tenant, user};
pub use self::runs::{RunBuilder, run, run_of_workspace, write};

/// The demo's people, workspaces and tenants in any migrated database.
pub async fn seed_people(owner_url: &str, clock: &Arc<dyn Clock>) {
    demo::seed_people(owner_url, clock).await.expect("demo data");
}

/// The demo's 90 days of history, for tests that want more than the people.
pub async fn seed_history(owner: &PgPool, clock: &Arc<dyn Clock>) {
    let mut owner = owner.acquire().await.expect("a connection");
    demo::seed_history(&mut owner, clock.now()).await.expect("demo history");
}

/// How much of something, for the long versions of tests.
#[expect(clippy::disallowed_methods, reason = "tests are configured by the environment alone")]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The same as a number.
pub fn number(name: &str, default: u64) -> u64 {
    setting(name).map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name}: a number"))
    })
}

/// A number that the database answers with.
pub async fn count(owner: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(owner).await.expect("a count")
}

/// Every table there is with its schema, the engine's too. For tests that look into all of them.
pub async fn tables(owner: &PgPool) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(owner)
    .await
    .expect("the tables are listed");
    assert!(tables.len() > 20, "{tables:?}");
    tables
}
