//! The person who looks, for the shell around every page.

use domain::filter::RunFilter;
use domain::id::{TenantId, UserId, WorkspaceId};
use domain::view::{PersonRef, TenantRef, WorkspaceRef};

use crate::access::Access;
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

/// The people who have started runs that the scope reaches, by name.
pub async fn initiators(tx: &mut ScopedTx, workspace: WorkspaceId) -> Result<Vec<PersonRef>> {
    let rows = sqlx::query!(
        "select u.id, u.name from users u
        where exists (select from operation_run_initiators i
            where i.workspace_id = $1 and i.user_id = u.id and scope_sees_tenant(i.tenant_id))
        order by u.name, u.id",
        workspace.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PersonRef {
            id: UserId(row.id),
            name: row.name,
        })
        .collect())
}

/// Whom and what a filter may name: the tenants and the people that somebody knows.
#[derive(Debug, Clone)]
pub struct Known {
    tenants: Vec<TenantRef>,
    people: Vec<PersonRef>,
}

impl Known {
    /// The filter, in which everything else is unknown (R11).
    pub fn judge(&self, filter: RunFilter) -> RunFilter {
        filter.as_known_to(
            |tenant| self.tenants.iter().any(|known| known.id == tenant),
            |person| self.people.iter().any(|known| known.id == person),
        )
    }
}

/// What somebody's filter may name.
pub async fn known(tx: &mut ScopedTx, access: &Access) -> Result<Known> {
    Ok(Known {
        tenants: tenants(tx, access.workspace.id).await?,
        people: initiators(tx, access.workspace.id).await?,
    })
}
