//! Roles and keys, and which role holds which key how far (DESIGN §4). Which key guards an operation is said by the catalogue
//! ([`operation`](crate::operation)), which this knows nothing of.
//!
//! The role is held per workspace. What somebody may reach within it is entitlement, not another role, and is looked up
//! where the data is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A member's role in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Owner,
    /// Everything but the workspace's own settings and members.
    Manager,
    /// Day-to-day operations.
    Operator,
    /// Looks, does not touch.
    Readonly,
}

/// A key that a role may hold; each operation type is guarded by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Capability {
    /// `inventory.sync`
    #[serde(rename = "inventory.sync")]
    InventorySync,
    /// `directory.sync`
    #[serde(rename = "directory.sync")]
    DirectorySync,
    /// `drift.generate`, acknowledging findings included.
    #[serde(rename = "drift.generate")]
    DriftGenerate,
    /// `backup.run`
    #[serde(rename = "backup.run")]
    BackupRun,
    /// `backup.manage`: sets, schedules, and the payloads themselves.
    #[serde(rename = "backup.manage")]
    BackupManage,
    /// `restore.execute`
    #[serde(rename = "restore.execute")]
    RestoreExecute,
    /// `policy.values`: values of settings in versions, diffs, findings and plans; who has it not reads "changed".
    #[serde(rename = "policy.values")]
    PolicyValues,
    /// `tenant.manage`: connections and tenants. To look: names, state, permissions, expiry, never a credential.
    #[serde(rename = "tenant.manage")]
    TenantManage,
    /// `audit.view`
    #[serde(rename = "audit.view")]
    AuditView,
    /// `workspace.manage`: settings, retention, alert rules, members, tokens of others.
    #[serde(rename = "workspace.manage")]
    WorkspaceManage,
}

/// How far a key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// See the runs, without payloads.
    View,
    /// See and start.
    Start,
}

impl Role {
    /// Every role, most powerful first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Manager, Self::Operator, Self::Readonly];

    /// The word as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Operator => "operator",
            Self::Readonly => "readonly",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Manager => "Manager",
            Self::Operator => "Operator",
            Self::Readonly => "Readonly",
        }
    }

    /// How far this role's key opens, if it holds it at all.
    pub const fn level(self, key: Capability) -> Option<Level> {
        use Capability as C;
        match (key, self) {
            (C::InventorySync | C::DirectorySync | C::DriftGenerate | C::BackupRun, Self::Readonly) => {
                Some(Level::View)
            }
            (C::InventorySync | C::DirectorySync | C::DriftGenerate | C::BackupRun, _) => Some(Level::Start),
            (C::BackupManage | C::RestoreExecute, Self::Owner | Self::Manager) => Some(Level::Start),
            (C::BackupManage | C::RestoreExecute, Self::Operator | Self::Readonly) => Some(Level::View),
            (C::PolicyValues, Self::Owner | Self::Manager | Self::Operator) => Some(Level::Start),
            (C::TenantManage, Self::Owner | Self::Manager) => Some(Level::Start),
            (C::TenantManage, Self::Operator | Self::Readonly) => Some(Level::View),
            (C::AuditView, Self::Owner | Self::Manager) => Some(Level::Start),
            (C::WorkspaceManage, Self::Owner) => Some(Level::Start),
            _ => None,
        }
    }
}

impl Capability {
    /// Every key.
    pub const ALL: [Self; 10] = [
        Self::InventorySync,
        Self::DirectorySync,
        Self::DriftGenerate,
        Self::BackupRun,
        Self::BackupManage,
        Self::RestoreExecute,
        Self::PolicyValues,
        Self::TenantManage,
        Self::AuditView,
        Self::WorkspaceManage,
    ];

    /// The key's name, as in refusals.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InventorySync => "inventory.sync",
            Self::DirectorySync => "directory.sync",
            Self::DriftGenerate => "drift.generate",
            Self::BackupRun => "backup.run",
            Self::BackupManage => "backup.manage",
            Self::RestoreExecute => "restore.execute",
            Self::PolicyValues => "policy.values",
            Self::TenantManage => "tenant.manage",
            Self::AuditView => "audit.view",
            Self::WorkspaceManage => "workspace.manage",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A role nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown role; expected owner, manager, operator or readonly")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}
