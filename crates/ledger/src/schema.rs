//! The migrations of this release, and whether a database has them.

use sqlx::PgPool;
use sqlx::migrate::Migrator;

use crate::engine;
use crate::error::{Error, Result};

/// Ours.
pub(crate) static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// What to do about a database that is behind.
const REMEDY: &str = "run `tenantatlas migrate` of this release with the owner's DATABASE_URL";

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
    if versions.engine < engine::SCHEMA_VERSION {
        return Err(Error::NotMigrated(format!(
            "the job engine's schema is of version {}, and this release needs {}; {REMEDY}",
            versions.engine,
            engine::SCHEMA_VERSION
        )));
    }
    Ok(())
}

/// What tells this set of migrations from another.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> Vec<u8> {
    MIGRATOR
        .iter()
        .flat_map(|migration| migration.checksum.to_vec())
        .collect()
}
