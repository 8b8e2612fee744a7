//! Who may reach what: from a person and an id to an [`Access`], in one query that answers the same whether the thing does not
//! exist or is not theirs (R11).

use domain::access::{Capability, Level, Role};
use domain::id::{RunId, TenantId, UserId, WorkspaceId};
use domain::view::WorkspaceRef;

use crate::db::fresh;
use crate::scope::{Scope, Tenants};
use crate::{Error, Ledger, Result};

/// What a person is in a workspace, established by the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The person.
    pub user: UserId,
    /// The workspace.
    pub workspace: WorkspaceRef,
    /// The role there.
    pub role: Role,
    /// The tenants there.
    pub tenants: Tenants,
    /// The tenant of the thing asked for, if it has one.
    pub tenant: Option<TenantId>,
    /// The type of the run asked for, as stored.
    pub kind: Option<String>,
}

impl Access {
    /// Everything the person may reach in the workspace.
    pub fn scope(&self) -> Scope {
        Scope {
            workspace: self.workspace.id,
            tenants: self.tenants.clone(),
            user: Some(self.user),
        }
    }

    /// The key that is missing to start something, if it is.
    pub const fn missing_to_start(&self, key: Capability) -> Option<Capability> {
        match self.role.level(key) {
            Some(Level::Start) => None,
            _ => Some(key),
        }
    }

    /// The key that is missing to see the run asked for, if it is. A type that this release does not know is guarded by
    /// the strictest key.
    pub fn missing_to_view(&self) -> Option<Capability> {
        let kind = self.kind.as_deref()?;
        let key = kind.parse::<domain::operation::OperationType>().map_or(
            Capability::WorkspaceManage,
            domain::operation::OperationType::capability,
        );
        if self.role.level(key).is_some() {
            None
        } else {
            Some(key)
        }
    }
}

/// What the look-ups of the database answer.
pub(crate) struct Grant {
    pub(crate) workspace_id: Option<uuid::Uuid>,
    pub(crate) workspace_name: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) all_tenants: Option<bool>,
    pub(crate) tenant_ids: Option<Vec<uuid::Uuid>>,
    pub(crate) tenant_id: Option<uuid::Uuid>,
    pub(crate) kind: Option<String>,
}

impl Grant {
    pub(crate) fn into_access(self, user: UserId) -> Result<Access> {
        let missing = || Error::Stored("an access grant without its columns".to_owned());
        let role = self.role.as_deref().ok_or_else(missing)?;
        let tenants = if self.all_tenants.unwrap_or(false) {
            Tenants::All
        } else {
            Tenants::Listed(self.tenant_ids.unwrap_or_default().into_iter().map(TenantId).collect())
        };
        Ok(Access {
            user,
            workspace: WorkspaceRef {
                id: WorkspaceId(self.workspace_id.ok_or_else(missing)?),
                name: self.workspace_name.ok_or_else(missing)?,
            },
            role: role.parse().map_err(|_| Error::Stored(format!("role {role}")))?,
            tenants,
            tenant: self.tenant_id.map(TenantId),
            kind: self.kind,
        })
    }
}

/// What a person is in a workspace; `None` if it does not exist or they are not a member.
pub async fn for_workspace(ledger: &Ledger, user: UserId, workspace: WorkspaceId) -> Result<Option<Access>> {
    let grant = fresh(|| {
        sqlx::query_as!(
            Grant,
            "select workspace_id, workspace_name, role, all_tenants, tenant_ids, tenant_id, type as kind from access_to_workspace($1, $2)",
            user.0,
            workspace.0
        )
        .fetch_optional(ledger.pool())
    })
    .await?;
    grant.map(|grant| grant.into_access(user)).transpose()
}

/// What a person is in a tenant's workspace; `None` if it does not exist or they are not entitled to it.
pub async fn for_tenant(ledger: &Ledger, user: UserId, tenant: TenantId) -> Result<Option<Access>> {
    let grant = fresh(|| {
        sqlx::query_as!(
            Grant,
            "select workspace_id, workspace_name, role, all_tenants, tenant_ids, tenant_id, type as kind from access_to_tenant($1, $2)",
            user.0,
            tenant.0
        )
        .fetch_optional(ledger.pool())
    })
    .await?;
    grant.map(|grant| grant.into_access(user)).transpose()
}

/// What a person is in a run's workspace, whatever workspace they have selected; `None` if there is no such run, or they are
/// not a member of its workspace, or not entitled to its tenant.
pub async fn for_run(ledger: &Ledger, user: UserId, run: RunId) -> Result<Option<Access>> {
    let grant = fresh(|| {
        sqlx::query_as!(
            Grant,
            "select workspace_id, workspace_name, role, all_tenants, tenant_ids, tenant_id, type as kind from access_to_run($1, $2)",
            user.0,
            run.0
        )
        .fetch_optional(ledger.pool())
    })
    .await?;
    grant.map(|grant| grant.into_access(user)).transpose()
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A run's page.
    Run(RunId),
    /// A tenant's page.
    Tenant(TenantId),
}

/// An access that was established earlier in the same request, with what it was for.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// What was asked for.
    pub asked: Asked,
    /// The access to it.
    pub access: Access,
}
