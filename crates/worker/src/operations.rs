//! Which module executes which operation type.

use domain::operation::OperationType;
use domain::reason::ReasonCode;
use ledger::runs::end::Ending;

use crate::execution::{Answer, Execution};
use crate::inventory_sync;

/// Executes a run according to its type.
pub(crate) async fn execute(execution: &Execution) -> Answer {
    match execution.attempt.kind {
        OperationType::InventorySync => inventory_sync::execute(execution).await,
        other => Ok(Ending::Failed(ReasonCode::OperationUnsupported, format!("no worker of this release executes {other}"))),
    }
}
