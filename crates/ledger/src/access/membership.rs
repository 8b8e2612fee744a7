//! Who somebody is in a workspace, from the database functions that say so.

use std::ops::Deref;

use domain::access::{Capability, Level, Role};
use domain::id::{RunId, TenantId, UserId, WorkspaceId};
use domain::view::WorkspaceRef;

use crate::db::fresh;
use crate::scope::Tenants;
use crate::{Error, Ledger, Result};

/// Who somebody is in a workspace. Plain data: it proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub user: UserId,
    /// The workspace.
    pub workspace: WorkspaceRef,
    /// The role there.
    pub role: Role,
    /// The tenants there.
    pub tenants: Tenants,
}

/// Who somebody is in a workspace, as the database has it. Cannot be made or changed outside of this file.
///
/// ```compile_fail
/// fn promoted(mut member: ledger::access::Membership) -> ledger::access::Membership {
///     member.role = domain::access::Role::Owner;
///     member
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership(Member);

impl Deref for Membership {
    type Target = Member;
    fn deref(&self) -> &Member {
        &self.0
    }
}

impl Membership {
    /// The key that is missing to start something, if it is: for a control that is shown disabled with its reason. Allows nothing.
    pub fn missing_to_start(&self, key: Capability) -> Option<Capability> {
        match self.role.level(key) {
            Some(Level::Start) => None,
            _ => Some(key),
        }
    }
}

/// A run that somebody may reach, before it is known whether they hold its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunTarget {
    pub(crate) member: Membership,
    pub(crate) run: RunId,
    pub(crate) tenant: Option<TenantId>,
    /// Its type, as stored.
    pub(crate) kind: String,
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
    pub(crate) fn into_membership(self, user: UserId) -> Result<Membership> {
        let missing = || Error::Stored("an access grant without its columns".to_owned());
        let role = self.role.as_deref().ok_or_else(missing)?;
        let tenants = if self.all_tenants.unwrap_or(false) {
            Tenants::All
        } else {
            Tenants::Listed(self.tenant_ids.unwrap_or_default().into_iter().map(TenantId).collect())
        };
        Ok(Membership(Member {
            user,
            workspace: WorkspaceRef {
                id: WorkspaceId(self.workspace_id.ok_or_else(missing)?),
                name: self.workspace_name.ok_or_else(missing)?,
            },
            role: Role::read(role),
            tenants,
        }))
    }
}

/// What a person is in a workspace; `None` if it does not exist or they are not a member.
pub async fn for_workspace(ledger: &Ledger, user: UserId, workspace: WorkspaceId) -> Result<Option<Membership>> {
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
    grant.map(|grant| grant.into_membership(user)).transpose()
}

/// What a person is in a tenant's workspace; `None` if it does not exist or they are not entitled to it.
pub async fn for_tenant(ledger: &Ledger, user: UserId, tenant: TenantId) -> Result<Option<Membership>> {
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
    grant.map(|grant| grant.into_membership(user)).transpose()
}

/// A run and what a person is in its workspace, whatever workspace they have selected; `None` if there is no such run, or they
/// are not a member of its workspace, or not entitled to its tenant.
pub async fn for_run(ledger: &Ledger, user: UserId, run: RunId) -> Result<Option<RunTarget>> {
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
    let Some(mut grant) = grant else { return Ok(None) };
    Ok(Some(RunTarget {
        run,
        tenant: grant.tenant_id.map(TenantId),
        kind: (grant.kind.take()).ok_or_else(|| Error::Stored("a run without its type".to_owned()))?,
        member: grant.into_membership(user)?,
    }))
}
