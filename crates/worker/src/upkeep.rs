//! What every worker does beside its runs, so that it depends on no schedule: partitions for items and audit entries of the time ahead, a
//! schedule for each workspace's retention, and the items that nobody can reach. Each fails for itself, is tried again at the next
//! turn, and stops nothing.

use std::time::Duration;

use ledger::retention::{self, Leftovers};
use ledger::{Ledger, audit, schedules};
use tokio_util::sync::CancellationToken;

/// Weeks change slowly; a workspace that was just made waits this long for its schedule at most.
const EVERY: Duration = Duration::from_mins(5);

/// Does it now and then, until `stop` is cancelled.
pub(crate) async fn run(ledger: Ledger, stop: CancellationToken) {
    let mut leftovers = Leftovers::default();
    let turns = async {
        loop {
            turn(&ledger, &mut leftovers).await;
            tokio::time::sleep(EVERY).await;
        }
    };
    let _: Option<()> = stop.run_until_cancelled(turns).await;
}

async fn turn(ledger: &Ledger, leftovers: &mut Leftovers) {
    match retention::tend_partitions(ledger).await {
        Ok(0) => {}
        Ok(dropped) => tracing::info!(dropped, "{dropped} partitions of items dropped"),
        Err(error) => tracing::warn!(%error, cause = ?error, "partitions of items could not be tended"),
    }
    match audit::ensure_partitions(ledger).await {
        Ok(0) => {}
        Ok(made) => tracing::info!(made, "{made} months of audit entries made"),
        Err(error) => tracing::warn!(%error, cause = ?error, "months of audit entries could not be made"),
    }
    match schedules::add_missing_retention(ledger).await {
        Ok(0) => {}
        Ok(added) => tracing::info!(
            added,
            "{added} workspaces had no schedule for their retention and have one now"
        ),
        Err(error) => tracing::warn!(%error, cause = ?error, "schedules for retention could not be added"),
    }
    match leftovers.sweep(ledger).await {
        Ok(0) => {}
        Ok(removed) => tracing::info!(removed, "{removed} items without their run removed"),
        Err(error) => tracing::warn!(%error, cause = ?error, "items without their run could not be removed"),
    }
}
