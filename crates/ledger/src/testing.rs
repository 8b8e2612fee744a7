//! What only tests may do, behind the feature `testing`: things that in the product nobody makes but the code that is tested.
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "for tests only")]

use domain::id::{CorrelationId, RunId, TenantId, WorkspaceId};
use domain::operation::OperationType;
use sqlx::PgPool;

use crate::access::permit::{OneRun, Permit};
use crate::access::{Membership, RunTarget};
use crate::runs::execute::Attempt;
use crate::{Ledger, Result, migrate, schema};

/// Applies the migrations up to a version, as an earlier release did.
pub async fn migrate_up_to(owner_url: &str, version: i64) -> Result<()> {
    migrate::up_to(owner_url, version).await
}

/// What the migrations are, so that a template of others is known for it.
pub fn migrations() -> Vec<u8> {
    schema::fingerprint()
}

/// The attempt of a run as if an engine had given it to a worker: for what only an attempt may do, without an engine.
pub async fn attempt(owner: &PgPool, run: RunId) -> Attempt {
    let row: (uuid::Uuid, Option<uuid::Uuid>, i32, Option<serde_json::Value>) = sqlx::query_as(
        "update operation_runs set status = 'running', started_at = created_at, admitted_at = created_at, attempt = 1 where id = $1
        returning workspace_id, tenant_id, epoch, scope_receipt",
    )
    .bind(run.0)
    .fetch_one(owner)
    .await
    .expect("the run begins");
    sqlx::query("update operation_run_live set worker = 'test', heartbeat_at = now() where run_id = $1")
        .bind(run.0)
        .execute(owner)
        .await
        .expect("the run is taken");
    Attempt {
        run,
        operation: OperationType::InventorySync,
        workspace: WorkspaceId(row.0),
        tenant: row.1.map(TenantId),
        entra_tenant: None,
        inputs: serde_json::Value::Null,
        receipt: row.3.map(|receipt| serde_json::from_value(receipt).expect("a receipt")),
        correlation: CorrelationId(run.0),
        number: 1,
        epoch: row.2,
        worker: "test".to_owned(),
    }
}

/// What a run of `retention.prune` does, without the run: removes a workspace's expired runs, batch by batch, and answers how many.
pub async fn prune(ledger: &Ledger, workspace: WorkspaceId) -> Result<u32> {
    let mut all = 0;
    loop {
        let removed = crate::retention::remove_batch_of(ledger, workspace).await?;
        if removed == 0 {
            return Ok(all);
        }
        all += removed;
    }
}

/// A permit for a run as a defect might make it: whether the person may reach the run was not looked up.
pub fn unchecked(member: &Membership, run: RunId) -> Permit<OneRun> {
    let target = RunTarget {
        member: member.clone(),
        run,
        tenant: None,
        kind: OperationType::InventorySync.as_str().to_owned(),
    };
    target.permit().expect("every role may view it")
}
