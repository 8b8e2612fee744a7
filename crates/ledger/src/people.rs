//! The person who looks, for the shell around every page.

use domain::id::{TenantId, UserId, WorkspaceId};
use domain::view::{TenantRef, WorkspaceRef};

use crate::scope::{self, ScopedTx};
use crate::{Ledger, Result};

/// The workspaces a person is a member of, by name.
pub async fn workspaces_of(ledger: &Ledger, user: UserId) -> Result<Vec<WorkspaceRef>> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    let rows = sqlx::query!(
        "select w.id, w.name from members m join workspaces w on w.id = m.workspace_id where m.user_id = $1 order by w.name, w.id",
        user.0
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| WorkspaceRef {
            id: WorkspaceId(row.id),
            name: row.name,
        })
        .collect())
}

/// The tenants of the scope, by name.
pub async fn tenants(tx: &mut ScopedTx, workspace: WorkspaceId) -> Result<Vec<TenantRef>> {
    let rows = sqlx::query!(
        "select id, name from tenants where workspace_id = $1 and scope_sees_tenant(id) order by name, id",
        workspace.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| TenantRef {
            id: TenantId(row.id),
            name: row.name,
        })
        .collect())
}
