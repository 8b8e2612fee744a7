//! Migrations: ours, then the engine's.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use riverqueue::database::SchemaName;
use riverqueue::migrate::PostgresMigrator;
use sqlx::error::DatabaseError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Executor, PgConnection, PgPool};

use crate::clock::Clock;
use crate::queue::SCHEMA;
use crate::runs::{resolution, search};
use crate::{Error, Result, audit, names};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// How many days of item partitions exist ahead of time.
const PARTITIONS_AHEAD_DAYS: i64 = 28;
/// And behind, for history that is imported or made up for the demo.
const PARTITIONS_BEHIND_DAYS: i64 = 98;

/// Brings the database of `owner_url` to what this release needs. Safe to run twice, also at the same time: sqlx holds an
/// advisory lock.
pub async fn run(owner_url: &str, clock: &Arc<dyn Clock>) -> Result<()> {
    let pool = PgPoolOptions::new().max_connections(3).connect(owner_url).await?;
    let turn = await_turn(&pool).await?;
    apply(&MIGRATOR, &pool).await?;
    PostgresMigrator::new(pool.clone())
        .with_schema(SchemaName::new(SCHEMA).map_err(|error| Error::Queue(error.to_string()))?)
        .migrate_up()
        .await
        .map_err(|error| Error::Queue(error.to_string()))?;
    let now = clock.now();
    ensure_item_partitions(&pool, now).await?;
    audit::ensure_partitions_at(&pool, now).await?;
    names::backfill(&pool).await?;
    search::correct_keys(&pool).await?;
    resolution::backfill(&pool, clock).await?;
    // Only now: while there is no index on it, a key can be written beside the row that is there, and no other index hears of it.
    pool.execute(RESOLUTION_INDEX).await?;
    drop(turn);
    pool.close().await;
    Ok(())
}

/// The later successes of a resolution key.
const RESOLUTION_INDEX: &str = "create index concurrently if not exists operation_runs_resolution_idx
    on operation_runs (resolution_key, completed_at desc) include (workspace_id, tenant_id) where outcome = 'succeeded'";

/// The number that whoever migrates holds.
const TURN: i64 = 0x7465_6e61_6e74_6174;
/// How long to wait before asking again for what somebody else has.
const PAUSE: Duration = Duration::from_millis(200);
/// How often a migration asks for a lock that writers, each for an instant, may have.
const ATTEMPTS: u32 = 150;

/// Waits until nobody else migrates this database; it is this process's turn until the answer is dropped.
///
/// By asking again and again: a session that stands waiting for a lock holds a snapshot, which building an index beside writers
/// waits to be gone, and the two would wait for each other. Hence also not the lock that sqlx takes, which nobody contends
/// for then.
async fn await_turn(pool: &PgPool) -> Result<PgConnection> {
    let mut session = pool.acquire().await?.detach();
    while !sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "mine!""#, TURN)
        .fetch_one(&mut session)
        .await?
    {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(session)
}

/// Applies what is missing. A migration that could not have its lock at once has changed nothing, and is tried again.
async fn apply(migrations: &Migrator, pool: &PgPool) -> Result<()> {
    let mut attempt = 1;
    loop {
        drop_unfinished_indexes(pool).await?;
        let cause = match migrations.run(pool).await {
            Ok(()) => return Ok(()),
            Err(MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) => cause,
            Err(other) => return Err(Error::NotMigrated(other.to_string())),
        };
        let busy = cause
            .as_database_error()
            .and_then(DatabaseError::code)
            .is_some_and(|code| code == "55P03");
        if !busy || attempt == ATTEMPTS {
            return Err(cause.into());
        }
        attempt += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Indexes that were being built beside writers when the process was stopped: there, of no use, and in the way of being built.
async fn drop_unfinished_indexes(pool: &PgPool) -> Result<()> {
    let unfinished = sqlx::query_scalar!(
        r#"select format('drop index concurrently %s', i.indexrelid::regclass) as "drop!" from pg_index i
        join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind = 'i' and not i.indisvalid and not c.relispartition"#
    )
    .fetch_all(pool)
    .await?;
    for statement in unfinished {
        // Of a name that the database itself has quoted.
        pool.execute(AssertSqlSafe(statement)).await?;
    }
    Ok(())
}

/// Makes the partitions for items of runs of the months around `now`.
pub(crate) async fn ensure_item_partitions(pool: &PgPool, now: chrono::DateTime<chrono::Utc>) -> Result<i32> {
    let made = sqlx::query_scalar!(
        r#"select ensure_item_partitions($1, $2) as "made!""#,
        now - TimeDelta::days(PARTITIONS_BEHIND_DAYS),
        now + TimeDelta::days(PARTITIONS_AHEAD_DAYS)
    )
    .fetch_one(pool)
    .await?;
    Ok(made)
}

/// Whether the database has every migration of this release. The table of migrations is not granted to the processes; that
/// the newest one's function answers is as good.
pub(crate) async fn check(pool: &PgPool) -> Result<()> {
    let there = sqlx::query_scalar!(
        r#"select (to_regprocedure('access_to_run(uuid, uuid)') is not null and to_regclass('river.river_job') is not null) as "there!""#
    )
    .fetch_one(pool)
    .await?;
    if there {
        Ok(())
    } else {
        Err(Error::NotMigrated(
            "run `tenantatlas migrate` with the owner's DATABASE_URL".to_owned(),
        ))
    }
}

/// Applies the migrations up to a version, as an earlier release did.
#[cfg(feature = "testing")]
pub(crate) async fn up_to(owner_url: &str, version: i64) -> Result<()> {
    let pool = PgPoolOptions::new().max_connections(2).connect(owner_url).await?;
    let earlier = MIGRATOR
        .iter()
        .filter(|migration| migration.version <= version)
        .cloned();
    apply(&Migrator::with_migrations(earlier.collect()), &pool).await?;
    pool.close().await;
    Ok(())
}

/// Names this set of migrations, so that tests know whether their template is of today.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> String {
    use std::fmt::Write;

    use sha2::{Digest, Sha256};

    let mut hash = Sha256::new();
    for migration in MIGRATOR.iter() {
        hash.update(&migration.checksum);
    }
    // The demo data is in the template as well.
    hash.update(include_bytes!("demo/mod.rs"));
    let mut name = String::new();
    for byte in &hash.finalize()[..8] {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}
