//! Made-up runs of the demo's tenants.

use chrono::{DateTime, Utc};
pub use demo::RunBuilder;
use domain::id::RunId;
use sqlx::PgPool;
use uuid::Uuid;

/// A run of a tenant, by its name, to be changed and written.
pub async fn run(owner: &PgPool, tenant: &str, created_at: DateTime<Utc>) -> RunBuilder {
    let (workspace, id, entra): (Uuid, Uuid, Uuid) =
        sqlx::query_as("select workspace_id, id, entra_tenant_id from tenants where name = $1")
            .bind(tenant)
            .fetch_one(owner)
            .await
            .expect("a tenant of that name");
    RunBuilder::new(workspace, Some(id), tenant, &format!("entra:{entra}"), created_at)
}

/// A run of a workspace as a whole, by its name.
pub async fn run_of_workspace(owner: &PgPool, workspace: &str, created_at: DateTime<Utc>) -> RunBuilder {
    let id: Uuid = sqlx::query_scalar("select id from workspaces where name = $1")
        .bind(workspace)
        .fetch_one(owner)
        .await
        .expect("a workspace of that name");
    RunBuilder::new(id, None, workspace, &format!("workspace:{id}"), created_at)
}

/// Writes runs; answers their ids in the order given.
pub async fn write(owner: &PgPool, runs: impl IntoIterator<Item = RunBuilder>) -> Vec<RunId> {
    let mut owner = owner.acquire().await.expect("a connection");
    RunBuilder::insert_all(&mut owner, runs)
        .await
        .expect("the runs are written")
}
