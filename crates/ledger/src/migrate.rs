//! Migrations: ours, then the engine's.

use std::sync::Arc;

use riverqueue::database::SchemaName;
use riverqueue::migrate::PostgresMigrator;
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;

use crate::clock::Clock;
use crate::queue::SCHEMA;
use crate::{Error, Result, retention};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// Brings the database of `owner_url` to what this release needs. Safe to run twice, also at the same time: sqlx holds an
/// advisory lock.
pub async fn run(owner_url: &str, clock: &Arc<dyn Clock>) -> Result<()> {
    let pool = PgPoolOptions::new().max_connections(2).connect(owner_url).await?;
    MIGRATOR.run(&pool).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(cause) => Error::from(cause),
        other => Error::NotMigrated(other.to_string()),
    })?;
    PostgresMigrator::new(pool.clone())
        .with_schema(SchemaName::new(SCHEMA).map_err(|error| Error::Queue(error.to_string()))?)
        .migrate_up()
        .await
        .map_err(|error| Error::Queue(error.to_string()))?;
    // Without them items go to the rest, which is slower and no more than that; every worker tries again.
    if let Err(error) = retention::make_partitions_ahead(&pool, clock.now()).await {
        tracing::warn!(%error, cause = ?error, "partitions of items could not be made yet");
    }
    pool.close().await;
    Ok(())
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
