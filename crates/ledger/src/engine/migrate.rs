//! The engine's own migrations.

use sqlx::PgPool;

use super::job::{failed, schema_name};
use crate::error::Result;

/// The engine's version of its schema that this release was built for.
pub(crate) const SCHEMA_VERSION: i64 = riverqueue::migrate::MIGRATION_VERSION_LATEST;

/// Brings the engine's schema to what this release needs.
pub(crate) async fn migrate(owner: &PgPool) -> Result<()> {
    riverqueue::migrate::PostgresMigrator::new(owner.clone())
        .with_schema(schema_name()?)
        .migrate_up()
        .await
        .map(|_| ())
        .map_err(failed)
}
