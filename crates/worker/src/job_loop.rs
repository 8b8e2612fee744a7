//! A worker process: engine, heartbeat and reconciler, until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::id::RunId;
use domain::reason::ReasonCode;
use futures::FutureExt;
use graph::{Credentials, GraphClient};
use ledger::engine::{JobContext, JobOutcome, RunJob};
use ledger::runs::end::Ending;
use ledger::runs::execute::{self, Attempt, Begun, Claim};
use ledger::runs::progress;
use ledger::{Error, Ledger, reconcile};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::active::Active;
use crate::execution::{Execution, Interruption, OperationResult};
use crate::slots::{Slot, Slots};
use crate::{Registry, Settings, upkeep};

/// What a worker works with.
#[derive(Debug, Clone)]
pub struct Worker {
    /// The ledger, connected as a worker.
    pub ledger: Ledger,
    pub graph: GraphClient,
    /// How the product signs in to tenants.
    pub credentials: Credentials,
    pub settings: Settings,
    /// What it executes, and nothing else.
    pub registry: Registry,
}

/// How long to wait before the database is tried again.
const DATABASE_PAUSE: Duration = Duration::from_millis(500);
/// How long a job that was fetched waits for a slot here before it is given back, so that another process with a free one may
/// have it. Well below any lease: what is fetched and not begun for that long counts as lost.
const SLOT_PATIENCE: Duration = Duration::from_secs(5);
/// And how soon it may be fetched again.
const SLOT_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug)]
struct JobLoop {
    worker: Worker,
    name: String,
    active: Active,
    slots: Slots,
    /// That the process was told to stop, which is not the same as that the engine wants a job to.
    stop: CancellationToken,
}

/// Works until `stop` is cancelled, then lets runs finish within the drain time and hands the others back.
///
/// `name` identifies the process among workers and must be unique for its life.
pub async fn run(mut worker: Worker, name: String, stop: CancellationToken) -> ledger::Result<()> {
    worker.ledger = worker.ledger.with_operations(worker.registry.operations());
    let process = Arc::new(JobLoop {
        slots: Slots::new(worker.settings.slots),
        worker,
        name,
        active: Active::default(),
        stop: stop.clone(),
    });
    // Beats until the last run has ended, which is after `stop`.
    let done = CancellationToken::new();
    let beating = tokio::spawn(beat(Arc::clone(&process), done.clone()));
    let repairing = tokio::spawn(repair(Arc::clone(&process), stop.clone()));
    let tending = tokio::spawn(upkeep::run(process.worker.ledger.clone(), stop.clone()));
    let Settings { slots, drain, .. } = process.worker.settings;
    let working = Arc::clone(&process);
    let engine = process.worker.ledger.engine(slots, drain, move |job, context| {
        let process = Arc::clone(&working);
        async move { process.work(job, &context).await }
    })?;
    let ended = engine.run(stop.clone().cancelled_owned()).await;
    stop.cancel();
    done.cancel();
    // Neither fails: they end when they are told to.
    let _ = tokio::join!(beating, repairing, tending);
    ended
}

/// Beats for all runs of the process in one statement, and stops those that belong to somebody else by now.
async fn beat(process: Arc<JobLoop>, done: CancellationToken) {
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

async fn repair(process: Arc<JobLoop>, stop: CancellationToken) {
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

impl JobLoop {
    /// One job, to its end. The run row says how it went.
    async fn work(&self, job: RunJob, context: &JobContext) -> JobOutcome {
        let Some(_slot) = self.slot(context).await else {
            return JobOutcome::Again(SLOT_PAUSE);
        };
        let claim = Claim {
            worker: &self.name,
            lease: self.worker.settings.lease,
        };
        match execute::begin(&self.worker.ledger, job, claim, context).await {
            Ok(Begun::Attempt(attempt)) => {
                self.attempt(*attempt, context).await;
                JobOutcome::Done
            }
            Ok(Begun::Refused(reason)) => {
                tracing::info!(run.id = %job.run_id, %reason, "run {} was refused at execution", job.run_id);
                JobOutcome::Done
            }
            Ok(Begun::Stale) => JobOutcome::Done,
            Ok(Begun::Unknown(kind)) => {
                // In a queue of ours there is none; whoever knows the run will find that it has no job.
                tracing::error!(run.id = %job.run_id, kind, "the job of run {} is in the queue of another operation", job.run_id);
                JobOutcome::Discard
            }
            Ok(Begun::NoRun) => {
                tracing::error!(run.id = %job.run_id, "job without a run {}", job.run_id);
                JobOutcome::Discard
            }
            Err(error) => {
                tracing::warn!(run.id = %job.run_id, %error, "run {} could not begin", job.run_id);
                JobOutcome::Again(DATABASE_PAUSE)
            }
        }
    }

    /// One of the process's slots; `None` if there is none for now, or if the process stops.
    async fn slot(&self, context: &JobContext) -> Option<Slot> {
        let patience = SLOT_PATIENCE.min(self.worker.settings.lease / 4);
        tokio::select! {
            biased;
            slot = self.slots.take(context.priority) => Some(slot),
            () = self.stop.cancelled() => None,
            () = context.cancelled() => None,
            () = tokio::time::sleep(patience) => None,
        }
    }

    async fn attempt(&self, attempt: Attempt, context: &JobContext) {
        let (run, epoch) = attempt.key();
        let active = self.active.enter(run, epoch);
        let limit = self.worker.registry.limit(attempt.operation);
        let execution = Execution {
            ledger: self.worker.ledger.clone(),
            graph: self.worker.graph.clone(),
            credentials: self.worker.credentials.clone(),
            attempt: attempt.clone(),
        };
        let end = tokio::select! {
            answer = caught(&self.worker.registry, execution) => answered(&attempt, answer),
            () = active.lost.cancelled() => End::None,
            () = tokio::time::sleep(limit) => {
                tracing::warn!(run.id = %run, "run {run} took longer than {} s and is stopped", limit.as_secs());
                let minutes = limit.as_secs().div_ceil(60);
                End::With(Ending::Failed(ReasonCode::OperationTimeout, format!("stopped at its limit of {minutes} min")))
            }
            () = context.cancelled() => End::Back(if self.stop.is_cancelled() {
                "the worker is stopping"
            } else {
                "its job was cancelled"
            }),
        };
        self.settle(&attempt, &end, context).await;
    }

    /// Writes how the attempt ended, however long the database takes to come back; unless somebody else has taken the run over
    /// by then.
    async fn settle(&self, attempt: &Attempt, end: &End, context: &JobContext) {
        let ledger = &self.worker.ledger;
        loop {
            let settled = match end {
                End::With(ending) => attempt.finish(ledger, ending, context).await,
                End::Back(why) => attempt.hand_back(ledger, why, context).await,
                End::None => return,
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

/// How an attempt came to its end.
enum End {
    With(Ending),
    /// The run goes back, for the reason given.
    Back(&'static str),
    /// The run is somebody else's by now.
    None,
}

fn answered(attempt: &Attempt, answer: OperationResult) -> End {
    let run = attempt.run;
    match answer {
        Ok(ending) => End::With(ending),
        Err(Interruption::Ledger(error)) if error.is_unavailable() => {
            tracing::warn!(run.id = %run, %error, "run {run} lost the database and is handed back");
            End::Back("the worker lost the database")
        }
        Err(Interruption::Ledger(Error::Fenced)) => End::None,
        Err(Interruption::Ledger(error)) => {
            tracing::error!(run.id = %run, correlation.id = %attempt.correlation, %error, cause = ?error, "run {run} failed");
            End::With(ending_of(&error))
        }
    }
}

fn internal_error() -> Ending {
    Ending::Failed(
        ReasonCode::InternalError,
        ReasonCode::InternalError.technician().to_owned(),
    )
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
async fn caught(registry: &Registry, execution: Execution) -> OperationResult {
    let run: RunId = execution.attempt.run;
    let correlation = execution.attempt.correlation;
    let Some(executing) = registry.execute(execution) else {
        // Cannot be: the ledger begins nothing that is not registered.
        return Ok(internal_error());
    };
    let done = std::panic::AssertUnwindSafe(executing).catch_unwind().await;
    done.unwrap_or_else(|_| {
        tracing::error!(run.id = %run, correlation.id = %correlation, "run {run} panicked");
        Ok(internal_error())
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
