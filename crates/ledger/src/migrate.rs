//! Migrations: ours, then the engine's.

use std::sync::Arc;
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Executor, PgConnection, PgPool};

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::hub::search;
use crate::runs::resolution;
use crate::{audit, engine, names, retention};

/// Brings the database of `owner_url` to what this release needs. Safe to run twice, also at the same time: sqlx holds an
/// advisory lock.
pub async fn run(owner_url: &str, clock: &Arc<dyn Clock>) -> Result<()> {
    let pool = PgPoolOptions::new().max_connections(3).connect(owner_url).await?;
    let turn = await_turn(&pool).await?;
    apply(&migrator(), &pool).await?;
    engine::migrate(&pool).await?;
    let now = clock.now();
    // Without them items go to the rest, which is slower and no more than that; every worker tries again.
    if let Err(error) = retention::make_partitions_ahead(&pool, now).await {
        tracing::warn!(%error, cause = ?error, "partitions of items could not be made yet");
    }
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

/// Ours, on a database that may be of a newer release already: that one's migrations are none of this one's business (R23).
fn migrator() -> Migrator {
    let mut migrator = sqlx::migrate!("../../migrations");
    migrator.set_ignore_missing(true);
    migrator
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

/// Applies the migrations up to a version, as an earlier release did.
#[cfg(feature = "testing")]
pub(crate) async fn up_to(owner_url: &str, version: i64) -> Result<()> {
    let pool = PgPoolOptions::new().max_connections(2).connect(owner_url).await?;
    let earlier = crate::schema::MIGRATOR
        .iter()
        .filter(|migration| migration.version <= version)
        .cloned();
    apply(&Migrator::with_migrations(earlier.collect()), &pool).await?;
    pool.close().await;
    Ok(())
}
