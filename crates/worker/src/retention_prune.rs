//! `retention.prune`: removes a workspace's expired runs, batch by batch, until none is left.

use domain::counts::Counts;
use ledger::retention;
use ledger::runs::end::Ending;

use crate::execution::{Answer, Execution};

const PHASE: &str = "Removing expired runs";

pub(crate) async fn execute(execution: &Execution) -> Answer {
    let Execution { ledger, attempt, .. } = execution;
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
