//! The table.

use std::time::Duration;

use chrono::TimeDelta;

use super::spec::{Availability, IdentityKind, OperationSpec, Priority, Subject, TargetKind};
use crate::access::Capability;
use crate::receipt::ReceiptKind;

/// Makes of each row a value of [`OperationType`] and an entry of [`OPERATIONS`] at the same place. A row that leaves a field out
/// does not compile, and a type without a row cannot be written down.
macro_rules! operations {
    ($($operation:ident { $($field:ident: $value:expr,)* })*) => {
        /// An operation of the catalogue.
        ///
        /// What is stored or on the wire may be of a newer release and not be here: it is kept as the text that it is, and shown as
        /// unknown ([`OperationType::label_of`]).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum OperationType {
            $(#[doc = concat!("See the row `", stringify!($operation), "` of the table.")] $operation,)*
        }

        impl OperationType {
            /// The whole catalogue.
            pub const ALL: &[Self] = &[$(Self::$operation),*];
        }

        /// The catalogue, a row for each operation, in the order in which lists show them.
        pub const OPERATIONS: &[OperationSpec] = &[$(OperationSpec {
            operation: OperationType::$operation,
            $($field: $value,)*
        }),*];
    };
}

/// A page that owns operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerPage {
    /// The policies of a tenant.
    Inventory,
    /// The groups of a tenant's directory.
    Groups,
    /// The roles of a tenant's directory.
    Roles,
}

/// For what other pages and decisions build on: names and policies of yesterday are good enough, older ones mislead.
const DAILY: Option<TimeDelta> = Some(TimeDelta::days(1));
/// For what changes seldom, or whose change is noticed by the others.
const WEEKLY: Option<TimeDelta> = Some(TimeDelta::days(7));

operations! {
    InventorySync {
        name: "inventory.sync",
        label: "Inventory sync",
        start_label: Some("Sync now"),
        availability: Availability::Offered,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "inventory.sync",
        subject: Subject::Inputs,
        capability: Capability::InventorySync,
        receipt: Some(ReceiptKind::PolicyTypes),
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(1),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: DAILY,
        page: Some(OwnerPage::Inventory),
    }
    PolicySync {
        name: "policy.sync",
        label: "Policy sync",
        start_label: Some("Sync now"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "policy.sync",
        subject: Subject::Inputs,
        capability: Capability::InventorySync,
        receipt: None,
        priority: Priority::Interactive,
        // It reads the payload of every policy.
        time_limit: Duration::from_hours(2),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: DAILY,
        page: Some(OwnerPage::Inventory),
    }
    PolicyCaptureSnapshot {
        name: "policy.capture_snapshot",
        label: "Policy snapshot",
        start_label: Some("Capture snapshot"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "policy.capture_snapshot",
        subject: Subject::Inputs,
        capability: Capability::InventorySync,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_mins(15),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: None,
        page: None,
    }
    PolicyDefinitionsSync {
        name: "policy.definitions.sync",
        label: "Policy names sync",
        start_label: Some("Sync names"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "policy.definitions.sync",
        subject: Subject::Inputs,
        capability: Capability::InventorySync,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(1),
        attempts: 3,
        repeatable: true,
        schedulable: true,
        expected_every: None,
        page: None,
    }
    DirectoryGroupsSync {
        name: "directory.groups.sync",
        label: "Group sync",
        start_label: Some("Sync now"),
        availability: Availability::Offered,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "directory.groups.sync",
        subject: Subject::Inputs,
        capability: Capability::DirectorySync,
        receipt: Some(ReceiptKind::Groups),
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(1),
        attempts: 3,
        repeatable: true,
        schedulable: true,
        expected_every: DAILY,
        page: Some(OwnerPage::Groups),
    }
    DirectoryRoleDefinitionsSync {
        name: "directory.role_definitions.sync",
        label: "Role definition sync",
        start_label: Some("Sync now"),
        availability: Availability::Offered,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "directory.role_definitions.sync",
        subject: Subject::Inputs,
        capability: Capability::DirectorySync,
        receipt: Some(ReceiptKind::RoleDefinitions),
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(1),
        attempts: 3,
        repeatable: true,
        schedulable: true,
        expected_every: WEEKLY,
        page: Some(OwnerPage::Roles),
    }
    DriftGenerate {
        name: "drift.generate",
        label: "Drift generation",
        start_label: Some("Generate now"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "drift.generate",
        subject: Subject::ComparedScope,
        capability: Capability::DriftGenerate,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_mins(30),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: DAILY,
        page: None,
    }
    BackupSetAddPolicies {
        name: "backup_set.add_policies",
        label: "Add policies to backup set",
        start_label: Some("Add policies"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "backup_set.add_policies",
        subject: Subject::Inputs,
        capability: Capability::BackupManage,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(2),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: None,
        page: None,
    }
    BackupSetImport {
        name: "backup_set.import",
        label: "Backup set import",
        start_label: Some("Import"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "backup_set.import",
        subject: Subject::Inputs,
        capability: Capability::BackupManage,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(1),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: None,
        page: None,
    }
    BackupSetExport {
        name: "backup_set.export",
        label: "Backup set export",
        start_label: Some("Export"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "backup_set.export",
        subject: Subject::Inputs,
        capability: Capability::BackupManage,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(1),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: None,
        page: None,
    }
    BackupSetVerify {
        name: "backup_set.verify",
        label: "Backup set check",
        start_label: Some("Verify"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "backup_set.verify",
        subject: Subject::Inputs,
        capability: Capability::BackupRun,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(1),
        attempts: 3,
        repeatable: true,
        schedulable: true,
        expected_every: None,
        page: None,
    }
    BackupScheduleRunNow {
        name: "backup_schedule.run_now",
        label: "Backup, run now",
        start_label: Some("Run now"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::PerClick,
        family: "backup_schedule.run",
        subject: Subject::NamedSchedule,
        capability: Capability::BackupRun,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(2),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: None,
        page: None,
    }
    BackupScheduleRetry {
        name: "backup_schedule.retry",
        label: "Backup, retry",
        start_label: Some("Retry"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::PerClick,
        family: "backup_schedule.run",
        subject: Subject::NamedSchedule,
        capability: Capability::BackupRun,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_hours(2),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: None,
        page: None,
    }
    BackupScheduleScheduled {
        name: "backup_schedule.scheduled",
        label: "Scheduled backup",
        start_label: None,
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::PerFireTime,
        family: "backup_schedule.run",
        subject: Subject::Inputs,
        capability: Capability::BackupRun,
        receipt: None,
        priority: Priority::Scheduled,
        time_limit: Duration::from_hours(2),
        attempts: 3,
        repeatable: true,
        schedulable: true,
        expected_every: DAILY,
        page: None,
    }
    BackupScheduleRetention {
        name: "backup_schedule.retention",
        label: "Backup retention",
        start_label: None,
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "backup_schedule.retention",
        subject: Subject::Inputs,
        capability: Capability::BackupRun,
        receipt: None,
        priority: Priority::Scheduled,
        time_limit: Duration::from_hours(1),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: None,
        page: None,
    }
    RestorePreview {
        name: "restore.preview",
        label: "Restore preview",
        start_label: Some("Preview"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "restore.preview",
        subject: Subject::Inputs,
        capability: Capability::RestoreExecute,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_mins(30),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: None,
        page: None,
    }
    RestoreExecute {
        name: "restore.execute",
        label: "Restore",
        start_label: Some("Restore"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::OneEver,
        family: "restore.execute",
        subject: Subject::Restore,
        capability: Capability::RestoreExecute,
        receipt: None,
        priority: Priority::Interactive,
        // Object after object, each confirmed by reading it back.
        time_limit: Duration::from_hours(4),
        attempts: 1,
        repeatable: false,
        schedulable: false,
        expected_every: None,
        page: None,
    }
    ProviderCheck {
        name: "provider.check",
        label: "Connection check",
        start_label: Some("Check"),
        availability: Availability::Named,
        target: TargetKind::Tenant,
        identity: IdentityKind::WhileActive,
        family: "provider.check",
        subject: Subject::Inputs,
        capability: Capability::TenantManage,
        receipt: None,
        priority: Priority::Interactive,
        time_limit: Duration::from_mins(5),
        attempts: 3,
        repeatable: true,
        schedulable: false,
        expected_every: WEEKLY,
        page: None,
    }
    RetentionPrune {
        name: "retention.prune",
        label: "Retention",
        start_label: None,
        availability: Availability::Internal,
        target: TargetKind::Workspace,
        identity: IdentityKind::WhileActive,
        family: "retention.prune",
        subject: Subject::Inputs,
        capability: Capability::WorkspaceManage,
        receipt: Some(ReceiptKind::ExpiredHistory),
        priority: Priority::Scheduled,
        time_limit: Duration::from_hours(1),
        attempts: 3,
        repeatable: true,
        schedulable: true,
        expected_every: None,
        page: None,
    }
}
