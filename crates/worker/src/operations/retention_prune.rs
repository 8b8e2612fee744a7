//! `retention.prune`: removes a workspace's expired runs, batch by batch, until none is left.

use domain::counts::Counts;
use domain::operation::OperationType;
use ledger::retention;
use ledger::runs::end::Ending;

use super::{NoInputs, Operation, Run, WholeWorkspace};
use crate::execution::{Execution, OperationResult};

const PHASE: &str = "Removing expired runs";

/// See the module.
#[derive(Debug)]
pub struct RetentionPrune;

impl Operation for RetentionPrune {
    const TYPE: OperationType = OperationType::RetentionPrune;
    type Inputs = NoInputs;
    type Target = WholeWorkspace;

    async fn run(run: Run<Self>) -> OperationResult {
        let Execution { ledger, attempt, .. } = &run.execution;
        let mut counts = Counts::default();
        loop {
            let removed = retention::remove_batch(ledger, attempt).await?;
            if removed == 0 {
                break;
            }
            counts.succeeded = counts.succeeded.saturating_add(removed);
            counts.processed = counts.succeeded;
            let mut tx = attempt.transaction(ledger).await?;
            attempt.progress(&mut tx, counts, PHASE).await?;
            tx.commit().await?;
            // Others get a turn: nobody waits for housekeeping.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        counts.total = Some(counts.processed);
        Ok(Ending::Counted(counts))
    }
}
