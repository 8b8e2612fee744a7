//! How long one execution of an operation may take.

use std::time::Duration;

use crate::operation::OperationType;

impl OperationType {
    /// The longest that one attempt may take; at the limit the run ends as `operation.timeout`.
    ///
    /// Of one attempt and not of all together: what a lost worker or a deploy took is not the operation's fault, and attempts are
    /// bounded themselves. Waiting for Microsoft Graph counts, waiting for a turn or a worker does not.
    pub const fn time_limit(self) -> Duration {
        match self {
            Self::ProviderCheck => Duration::from_mins(5),
            Self::PolicyCaptureSnapshot => Duration::from_mins(15),
            Self::DriftGenerate | Self::RestorePreview => Duration::from_mins(30),
            Self::InventorySync
            | Self::DirectoryGroupsSync
            | Self::DirectoryRoleDefinitionsSync
            | Self::BackupSetImport
            | Self::BackupSetExport
            | Self::BackupScheduleRetention
            | Self::PolicyDefinitionsSync
            | Self::BackupSetVerify
            | Self::RetentionPrune => Duration::from_hours(1),
            // They read the payload of every policy.
            Self::PolicySync
            | Self::BackupSetAddPolicies
            | Self::BackupScheduleRunNow
            | Self::BackupScheduleRetry
            | Self::BackupScheduleScheduled => Duration::from_hours(2),
            // Object after object, each confirmed by reading it back.
            Self::RestoreExecute => Duration::from_hours(4),
        }
    }

    /// The longest of all limits: whatever stands above the operations must wait longer.
    pub const LONGEST: Duration = Duration::from_hours(4);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_limit_and_none_is_above_the_longest() {
        let limits = OperationType::ALL.iter().map(|kind| kind.time_limit());
        assert_eq!(limits.clone().max(), Some(OperationType::LONGEST));
        assert!(
            limits.min() > Some(Duration::from_mins(1)),
            "shorter than a throttled page waits"
        );
    }
}
