//! Which module executes which operation type.

use domain::operation::OperationType;
use domain::reason::ReasonCode;
use ledger::runs::end::Ending;

use crate::execution::{Answer, Execution};
use crate::{groups_sync, inventory_sync, retention_prune};

/// Executes a run according to its type.
pub(crate) async fn execute(execution: &Execution) -> Answer {
    match execution.attempt.kind {
        OperationType::InventorySync => inventory_sync::execute(execution).await,
        OperationType::DirectoryGroupsSync => groups_sync::execute(execution).await,
        OperationType::RetentionPrune => retention_prune::execute(execution).await,
        other => Ok(Ending::Failed(
            ReasonCode::OperationUnsupported,
            format!("no worker of this release executes {other}"),
        )),
    }
}
