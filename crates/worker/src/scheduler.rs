//! The scheduler: serves schedules as they become due. Any number of them may run; the ledger sees to it that each fire is
//! recorded once (R04).

use std::time::Duration;

use ledger::{Ledger, schedules};
use tokio_util::sync::CancellationToken;

/// The longest sleep: a schedule that is made meanwhile is served no later.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Serves schedules until `stop` is cancelled. A database that is away is waited for.
pub async fn run(ledger: Ledger, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match schedules::serve_one(&ledger).await {
            Ok(true) => continue,
            Ok(false) => {}
            // One that cannot be served is put off and no error: the database is away.
            Err(error) => tracing::warn!(%error, cause = ?error, "schedules could not be served"),
        }
        let until = match schedules::next_due(&ledger).await {
            Ok(Some(at)) => (at - ledger.now())
                .to_std()
                .unwrap_or(Duration::ZERO)
                .clamp(Duration::from_millis(20), LONGEST_SLEEP),
            Ok(None) | Err(_) => LONGEST_SLEEP,
        };
        stop.run_until_cancelled(tokio::time::sleep(until)).await;
    }
}
