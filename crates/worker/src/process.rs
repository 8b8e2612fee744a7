//! A worker process: engine, heartbeat and reconciler, until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::reason::ReasonCode;
use futures::FutureExt;
use graph::{Credentials, GraphClient};
use ledger::queue::{Engine, RunJob};
use ledger::runs::end::Ending;
use ledger::runs::execute::{self, Attempt, Begun};
use ledger::runs::progress;
use ledger::{Error, Ledger, reconcile};
use riverqueue::{BoxError, WorkContext, WorkOutcome};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::active::Active;
use crate::execution::{Answer, Execution, Interruption};
use crate::{Settings, operations};

/// What a worker works with.
#[derive(Debug, Clone)]
pub struct Worker {
    /// The ledger, connected as a worker.
    pub ledger: Ledger,
    /// Microsoft Graph.
    pub graph: GraphClient,
    /// How the product signs in to tenants.
    pub credentials: Credentials,
    /// Times and sizes.
    pub settings: Settings,
}

/// How long to wait before the database is tried again.
const DATABASE_PAUSE: Duration = Duration::from_millis(500);
/// How long a job of an operation that this release does not know is left for a newer worker.
const UNKNOWN_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct Process {
    worker: Worker,
    name: String,
    active: Active,
}

/// Works until `stop` is cancelled, then lets runs finish within the drain time and hands the others back.
///
/// `name` identifies the process among workers and must be unique for its life.
pub async fn run(worker: Worker, name: String, stop: CancellationToken) -> ledger::Result<()> {
    let process = Arc::new(Process {
        worker,
        name,
        active: Active::default(),
    });
    // Beats until the last run has ended, which is after `stop`.
    let done = CancellationToken::new();
    let beating = tokio::spawn(beat(Arc::clone(&process), done.clone()));
    let repairing = tokio::spawn(repair(Arc::clone(&process), stop.clone()));
    let Settings { slots, drain, .. } = process.worker.settings;
    let working = Arc::clone(&process);
    let engine = Engine::new(&process.worker.ledger, slots, drain, move |job, context| {
        let process = Arc::clone(&working);
        async move { Ok::<WorkOutcome, BoxError>(process.work(job, &context).await) }
    })?;
    let ended = engine.run(stop.clone().cancelled_owned()).await;
    stop.cancel();
    done.cancel();
    // Neither fails: they end when they are told to.
    let _ = tokio::join!(beating, repairing);
    ended
}

/// Beats for all runs of the process in one statement, and stops those that belong to somebody else by now.
async fn beat(process: Arc<Process>, done: CancellationToken) {
    let mut ticks = tokio::time::interval(process.worker.settings.heartbeat);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while done.run_until_cancelled(ticks.tick()).await.is_some() {
        let keys = process.active.keys();
        match progress::heartbeat(&process.worker.ledger, &process.name, &keys).await {
            Ok(lost) => {
                for run in lost {
                    tracing::warn!(run.id = %run, "run {run} was given to another worker");
                    process.active.lose(run);
                }
            }
            Err(error) => tracing::warn!(%error, "no heartbeat"),
        }
    }
}

async fn repair(process: Arc<Process>, stop: CancellationToken) {
    let Settings {
        lease,
        reconcile: every,
        ..
    } = process.worker.settings;
    let lease = TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX);
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        match reconcile::pass(&process.worker.ledger, lease).await {
            Ok(repairs) if repairs != reconcile::Repairs::default() => tracing::info!(?repairs, "reconciled"),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "could not reconcile"),
        }
    }
}

impl Process {
    /// One job, to its end. Never an error to the engine: the run row says how it went.
    async fn work(&self, job: RunJob, context: &WorkContext) -> WorkOutcome {
        match execute::begin(&self.worker.ledger, job, &self.name, context).await {
            Ok(Begun::Attempt(attempt)) => self.attempt(*attempt, context).await,
            Ok(Begun::Refused(reason)) => {
                tracing::info!(run.id = %job.run_id, %reason, "run {} was refused at execution", job.run_id);
                WorkOutcome::Complete
            }
            Ok(Begun::Stale) => WorkOutcome::Complete,
            Ok(Begun::Unknown(kind)) => {
                tracing::warn!(run.id = %job.run_id, kind, "run {} is of a type that this release does not know", job.run_id);
                WorkOutcome::Snooze(UNKNOWN_PAUSE)
            }
            Ok(Begun::NoRun) => {
                tracing::error!(run.id = %job.run_id, "job without a run {}", job.run_id);
                WorkOutcome::Discard
            }
            Err(error) => {
                tracing::warn!(run.id = %job.run_id, %error, "run {} could not begin", job.run_id);
                WorkOutcome::Snooze(DATABASE_PAUSE)
            }
        }
    }

    async fn attempt(&self, attempt: Attempt, context: &WorkContext) -> WorkOutcome {
        let (run, epoch) = attempt.key();
        let place = self.active.enter(run, epoch);
        let execution = Execution {
            ledger: self.worker.ledger.clone(),
            graph: self.worker.graph.clone(),
            credentials: self.worker.credentials.clone(),
            attempt,
        };
        let answer = tokio::select! {
            answer = caught(&execution) => Some(answer),
            () = place.lost.cancelled() => return WorkOutcome::Complete,
            () = context.cancellation_token().cancelled() => None,
        };
        match answer {
            Some(Ok(ending)) => self.settle(&execution.attempt, Some(&ending), context).await,
            Some(Err(Interruption::Ledger(error))) if error.is_unavailable() => {
                tracing::warn!(run.id = %run, %error, "run {run} lost the database and is handed back");
                self.settle(&execution.attempt, None, context).await;
            }
            Some(Err(Interruption::Ledger(Error::Fenced))) => {}
            Some(Err(Interruption::Ledger(error))) => {
                tracing::error!(run.id = %run, correlation.id = %execution.attempt.correlation, %error, cause = ?error, "run {run} failed");
                self.settle(&execution.attempt, Some(&ending_of(&error)), context).await;
            }
            None => self.settle(&execution.attempt, None, context).await,
        }
        WorkOutcome::Complete
    }

    /// Writes how the attempt ended (`None`: handed back), however long the database takes to come back; unless somebody
    /// else has taken the run over by then.
    async fn settle(&self, attempt: &Attempt, ending: Option<&Ending>, context: &WorkContext) {
        let ledger = &self.worker.ledger;
        loop {
            let settled = match ending {
                Some(ending) => attempt.finish(ledger, ending, context).await,
                None => attempt.hand_back(ledger, context).await,
            };
            match settled {
                Ok(()) | Err(Error::Fenced) => return,
                Err(error) if error.is_unavailable() => {
                    tracing::warn!(run.id = %attempt.run, %error, "the end of run {} could not be written yet", attempt.run);
                    tokio::time::sleep(DATABASE_PAUSE).await;
                }
                Err(error) => {
                    // The reconciler will find the run silent; writing the same again would fail the same.
                    tracing::error!(run.id = %attempt.run, %error, cause = ?error, "the end of run {} was refused", attempt.run);
                    return;
                }
            }
        }
    }
}

/// How a run ends whose write the ledger refused for good.
fn ending_of(error: &Error) -> Ending {
    let reason = match error {
        Error::ScopeExceeded => ReasonCode::ScopeExceeded,
        _ => ReasonCode::InternalError,
    };
    Ending::Failed(reason, reason.technician().to_owned())
}

/// The operation, with a panic turned into an ending: a defect of one operation must not take the process down.
async fn caught(execution: &Execution) -> Answer {
    let done = std::panic::AssertUnwindSafe(operations::execute(execution))
        .catch_unwind()
        .await;
    done.unwrap_or_else(|_| {
        let run = execution.attempt.run;
        tracing::error!(run.id = %run, correlation.id = %execution.attempt.correlation, "run {run} panicked");
        Ok(Ending::Failed(
            ReasonCode::InternalError,
            ReasonCode::InternalError.technician().to_owned(),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r16_a_write_outside_of_the_receipt_ends_the_run_as_such() {
        let Ending::Failed(reason, message) = ending_of(&Error::ScopeExceeded) else {
            panic!("not failed")
        };
        assert_eq!(
            (reason, message.as_str()),
            (ReasonCode::ScopeExceeded, ReasonCode::ScopeExceeded.technician())
        );
        let Ending::Failed(reason, _) = ending_of(&Error::Stored(String::new())) else {
            panic!("not failed")
        };
        assert_eq!(reason, ReasonCode::InternalError);
    }
}
