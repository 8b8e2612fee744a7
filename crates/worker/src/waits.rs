//! Waiting for Microsoft Graph, made visible on the run (R17).

use std::time::Duration;

use chrono::TimeDelta;
use domain::reason::ReasonCode;
use graph::{Contract, Observer, Oddity};

use crate::execution::Execution;

/// Tells the run of each wait. A wait that cannot be told of is waited all the same.
#[derive(Debug, Clone)]
pub(crate) struct Waits(pub(crate) Execution);

/// Shorter waits are not worth two writes and a flicker.
const VISIBLE: Duration = Duration::from_millis(500);

impl Observer for Waits {
    async fn waiting(&self, reason: ReasonCode, delay: Duration) {
        if delay < VISIBLE {
            return;
        }
        let Execution { ledger, attempt, .. } = &self.0;
        let until = ledger.now() + TimeDelta::from_std(delay).unwrap_or_default();
        if let Err(error) = attempt.waiting(ledger, until, reason).await {
            tracing::debug!(run.id = %attempt.run, %error, "a wait of run {} could not be shown", attempt.run);
        }
    }

    async fn resumed(&self) {
        let Execution { ledger, attempt, .. } = &self.0;
        if let Err(error) = attempt.resumed(ledger).await {
            tracing::debug!(run.id = %attempt.run, %error, "the end of a wait of run {} could not be shown", attempt.run);
        }
    }

    async fn noticed(&self, contract: Contract, oddity: Oddity) {
        let Execution { ledger, attempt, .. } = &self.0;
        let kind = match oddity {
            Oddity::BegunAnew => "listing_begun_anew",
            Oddity::EndedOnOldLink => "listing_ended",
        };
        let noted = async {
            let mut tx = attempt.transaction(ledger).await?;
            attempt.note(&mut tx, ledger.now(), kind, contract.label()).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::debug!(run.id = %attempt.run, %error, "a fact of run {} could not be recorded", attempt.run);
        }
    }
}
