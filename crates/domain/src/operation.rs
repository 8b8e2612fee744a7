//! The catalogue of operation types (DESIGN §4).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::access::Capability;

/// When a second start is the same operation as the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityKind {
    /// While a run of the identity is active, a second start joins it (R02).
    WhileActive,
    /// Every start makes a run (R03).
    PerClick,
    /// At most once ever per schedule and fire time (R04).
    PerFireTime,
    /// One run per object, ever: a restore.
    OneEver,
}

/// Who goes first when runs wait for the same target scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i16)]
pub enum Priority {
    /// A person is waiting for it.
    Interactive = 1,
    /// A schedule's run.
    Scheduled = 2,
    /// Nobody is waiting for it.
    Housekeeping = 3,
}

macro_rules! operations {
    ($($variant:ident $name:literal $label:literal $identity:ident $capability:ident $repeatable:literal $start:literal)*) => {
        /// An entry of the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum OperationType {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl OperationType {
            /// The whole catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable name, as stored and as in URLs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What people call it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// When two starts are the same operation.
            pub const fn identity(self) -> IdentityKind {
                match self { $(Self::$variant => IdentityKind::$identity),* }
            }

            /// The key that guards viewing and starting it.
            pub const fn capability(self) -> Capability {
                match self { $(Self::$variant => Capability::$capability),* }
            }

            /// Whether executing it again after a crash is safe (R14); otherwise the run ends as `worker.lost`.
            pub const fn is_repeatable(self) -> bool {
                match self { $(Self::$variant => $repeatable),* }
            }

            /// The words on the control that starts it; empty where only a scheduler does.
            pub const fn start_label(self) -> &'static str {
                match self { $(Self::$variant => $start),* }
            }
        }
    };
}

operations! {
    InventorySync "inventory.sync" "Inventory sync" WhileActive InventorySync true "Sync now"
    PolicySync "policy.sync" "Policy sync" WhileActive InventorySync true "Sync now"
    PolicyCaptureSnapshot "policy.capture_snapshot" "Policy snapshot" WhileActive InventorySync true "Capture snapshot"
    PolicyDefinitionsSync "policy.definitions.sync" "Policy names sync" WhileActive InventorySync true "Sync names"
    DirectoryGroupsSync "directory.groups.sync" "Group sync" WhileActive DirectorySync true "Sync now"
    DirectoryRoleDefinitionsSync "directory.role_definitions.sync" "Role definition sync" WhileActive DirectorySync true "Sync now"
    DriftGenerate "drift.generate" "Drift generation" WhileActive DriftGenerate true "Generate now"
    BackupSetAddPolicies "backup_set.add_policies" "Add policies to backup set" WhileActive BackupManage true "Add policies"
    BackupSetImport "backup_set.import" "Backup set import" WhileActive BackupManage true "Import"
    BackupSetExport "backup_set.export" "Backup set export" WhileActive BackupManage true "Export"
    BackupSetVerify "backup_set.verify" "Backup set check" WhileActive BackupRun true "Verify"
    BackupScheduleRunNow "backup_schedule.run_now" "Backup, run now" PerClick BackupRun true "Run now"
    BackupScheduleRetry "backup_schedule.retry" "Backup, retry" PerClick BackupRun true "Retry"
    BackupScheduleScheduled "backup_schedule.scheduled" "Scheduled backup" PerFireTime BackupRun true ""
    BackupScheduleRetention "backup_schedule.retention" "Backup retention" WhileActive BackupRun true ""
    RestorePreview "restore.preview" "Restore preview" WhileActive RestoreExecute true "Preview"
    RestoreExecute "restore.execute" "Restore" OneEver RestoreExecute false "Restore"
    ProviderCheck "provider.check" "Connection check" WhileActive TenantManage true "Check"
    RetentionPrune "retention.prune" "Retention" WhileActive WorkspaceManage true ""
}

impl OperationType {
    /// What to call a stored name on screen; a name nobody knows is never passed off as something else.
    pub fn label_of(stored: &str) -> &'static str {
        stored.parse::<Self>().map_or("Unknown operation", Self::label)
    }
}

/// A name that is not in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown operation type")]
pub struct UnknownOperation;

impl FromStr for OperationType {
    type Err = UnknownOperation;
    fn from_str(text: &str) -> Result<Self, UnknownOperation> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownOperation)
    }
}

impl fmt::Display for OperationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for OperationType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for OperationType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_an_unknown_one_is_called_so() {
        for kind in OperationType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            assert_eq!(OperationType::label_of(kind.as_str()), kind.label());
        }
        assert_eq!(OperationType::label_of("what.ever"), "Unknown operation");
    }
}
