//! Migrations: ours, then the engine's.

use std::sync::Arc;


use sqlx::PgPool;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;

use crate::clock::Clock;
use crate::{Error, Result, queue, retention};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// What to do about a database that is behind.
const REMEDY: &str = "run `tenantatlas migrate` of this release with the owner's DATABASE_URL";

/// Brings the database of `owner_url` to what this release needs. Safe to run twice, also at the same time: sqlx holds an
/// advisory lock.
pub async fn run(owner_url: &str, clock: &Arc<dyn Clock>) -> Result<()> {
    let pool = PgPoolOptions::new().max_connections(2).connect(owner_url).await?;
    migrator().run(&pool).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(cause) => Error::from(cause),
        other => Error::NotMigrated(other.to_string()),
    })?;
    queue::migrate(&pool).await?;
    // Without them items go to the rest, which is slower and no more than that; every worker tries again.
    if let Err(error) = retention::make_partitions_ahead(&pool, clock.now()).await {
        tracing::warn!(%error, cause = ?error, "partitions of items could not be made yet");
    }
    pool.close().await;
    Ok(())
}

/// Ours, on a database that may be of a newer release already: that one's migrations are none of this one's business (R23).
fn migrator() -> Migrator {
    let mut migrator = sqlx::migrate!("../../migrations");
    migrator.set_ignore_missing(true);
    migrator
}

/// Whether the database has every migration of this release. It may have more: a newer release only adds to what an older one
/// needs, so the two work side by side (R23).
pub(crate) async fn check(pool: &PgPool) -> Result<()> {
    let versions = sqlx::query!(r#"select ours as "ours!", engine as "engine!" from schema_versions()"#)
        .fetch_one(pool)
        .await
        .map_err(|error| match &error {
            // From before there was this function, or without any schema.
            sqlx::Error::Database(refusal) if refusal.code().as_deref() == Some("42883") => {
                Error::NotMigrated(format!("it is of an older release; {REMEDY}"))
            }
            _ => Error::from(error),
        })?;
    let missing: Vec<i64> = MIGRATOR
        .iter()
        .map(|migration| migration.version)
        .filter(|version| !versions.ours.contains(version))
        .collect();
    if let Some(first) = missing.first() {
        return Err(Error::NotMigrated(format!(
            "{} of this release's migrations are missing, the first of them {first}; {REMEDY}",
            missing.len()
        )));
    }
    if versions.engine < queue::SCHEMA_VERSION {
        return Err(Error::NotMigrated(format!(
            "the job engine's schema is of version {}, and this release needs {}; {REMEDY}",
            versions.engine,
            queue::SCHEMA_VERSION
        )));
    }
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
