//! Roles and keys, and which role holds which key how far (DESIGN §4). Which key guards an operation is said by the catalogue
//! ([`operation`](crate::operation)), which this knows nothing of.
//!
//! The role is held per workspace. What somebody may reach within it is entitlement, not another role, and is looked up
//! where the data is.

use crate::words::{closed_words, words};

words! {
    /// A member's role in a workspace. What one of a newer release may do is not known here, so nothing (R23).
    Role {
        /// Everything.
        Owner = "owner",
        /// Everything but the workspace's own settings and members.
        Manager = "manager",
        /// Day-to-day operations.
        Operator = "operator",
        /// Looks, does not touch.
        Readonly = "readonly",
    }
}

closed_words! {
    /// A key that a role may hold; each operation type is guarded by one.
    Capability {
        /// `inventory.sync`
        InventorySync = "inventory.sync",
        /// `directory.sync`
        DirectorySync = "directory.sync",
        /// `drift.generate`, acknowledging findings included.
        DriftGenerate = "drift.generate",
        /// `backup.run`
        BackupRun = "backup.run",
        /// `backup.manage`: sets, schedules, and the payloads themselves.
        BackupManage = "backup.manage",
        /// `restore.execute`
        RestoreExecute = "restore.execute",
        /// `policy.values`: values of settings in versions, diffs, findings and plans; who has it not reads "changed".
        PolicyValues = "policy.values",
        /// `tenant.manage`: connections and tenants. To look: names, state, permissions, expiry, never a credential.
        TenantManage = "tenant.manage",
        /// `audit.view`
        AuditView = "audit.view",
        /// `workspace.manage`: settings, retention, alert rules, members, tokens of others.
        WorkspaceManage = "workspace.manage",
    }
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
    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Manager => "Manager",
            Self::Operator => "Operator",
            Self::Readonly => "Readonly",
            Self::Unknown => "Unknown role",
        }
    }

    /// How far this role's key opens, if it holds it at all.
    pub const fn level(self, key: Capability) -> Option<Level> {
        use Capability as C;
        match (key, self) {
            (_, Self::Unknown) => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r23_a_role_of_tomorrow_is_one_and_opens_nothing() {
        let read: Role = serde_json::from_str("\"auditor\"").unwrap();
        assert_eq!((read, Role::read("auditor")), (Role::Unknown, Role::Unknown));
        assert_eq!(read.label(), "Unknown role");
        for key in Capability::ALL {
            assert_eq!(read.level(key), None, "{key}");
        }
        for &role in Role::ALL {
            assert_eq!(Role::read(role.as_str()), role);
            assert_ne!(role, Role::Unknown);
        }
        assert!("unknown".parse::<Role>().is_err(), "nobody is given it");
    }
}
