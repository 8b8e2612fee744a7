//! The engine's side of a worker process.

use std::time::Duration;

use domain::operation::OperationType;
use riverqueue::{BoxError, Client, WorkContext, WorkOutcome};
use sqlx::{PgPool, Postgres, Transaction};

use super::job::{JobOutcome, RunJob, database, failed, queue_of};
use super::queue::FETCH_COOLDOWN;
use crate::error::Result;
use crate::operations::Operations;

/// How often a worker looks without having been notified.
const FETCH_POLL: Duration = Duration::from_millis(500);
/// The longest a job may take: above every operation's own limit, which ends the run; this one only ends a job that has
/// outlived it. River's default is one minute.
const JOB_TIMEOUT: Duration = OperationType::LONGEST.saturating_add(Duration::from_hours(1));

/// A job as a worker holds it.
#[derive(Debug, Clone)]
pub struct JobContext {
    context: WorkContext,
    /// The engine's priority: lower goes first.
    pub priority: i16,
}

impl JobContext {
    /// Done when the engine wants the job to stop: its process stops, or the job was cancelled or has outlived every limit.
    pub async fn cancelled(&self) {
        self.context.cancellation_token().cancelled().await;
    }

    /// Completes the job in the transaction of whatever it has done.
    pub(crate) async fn complete(&self, tx: &mut Transaction<'static, Postgres>) -> Result<()> {
        self.context.job_complete_tx(tx).await.map(|_| ()).map_err(failed)
    }
}

/// The engine's side of a worker process: fetches jobs and hands them to `work`, until it is stopped.
#[derive(Debug)]
pub struct Engine {
    client: Client,
}

impl Engine {
    /// An engine that fetches jobs of these operations, at most `slots` of each; see [`Ledger::engine`](crate::Ledger::engine).
    ///
    /// The engine's own bound is per queue; that of the process as a whole is for `work` to keep. `drain` is how long a graceful
    /// stop waits for jobs before it cancels them.
    pub(crate) fn new<F, Fut>(
        pool: &PgPool,
        operations: &Operations,
        slots: usize,
        drain: Duration,
        work: F,
    ) -> Result<Self>
    where
        F: Fn(RunJob, JobContext) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = JobOutcome> + Send + 'static,
    {
        let mut workers = riverqueue::Workers::new();
        workers
            .add_fn(move |context: WorkContext, job: riverqueue::Job<RunJob>| {
                let priority = job.row.priority;
                let outcome = work(job.args, JobContext { context, priority });
                async move { Ok::<WorkOutcome, BoxError>(outcome.await.into()) }
            })
            .map_err(failed)?;
        let mut client = Client::builder(database(pool)?)
            .fetch_cooldown(FETCH_COOLDOWN)
            .workers(workers)
            .job_timeout(JOB_TIMEOUT)
            .soft_stop_timeout(drain);
        for kind in operations.iter() {
            let config = riverqueue::QueueConfig::new(slots).with_fetch_poll_interval(FETCH_POLL);
            client = client.queue(queue_of(kind), config);
        }
        let client = client.build().map_err(failed)?;
        Ok(Self { client })
    }

    /// Works until `stop` is done, then lets jobs finish within the drain time.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let mut handle = self.client.start_with_graceful_stop(stop).map_err(failed)?;
        handle.wait().await.map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_waits_longer_than_any_operation() {
        for kind in OperationType::ALL {
            assert!(kind.time_limit() < JOB_TIMEOUT, "{kind}");
        }
    }
}
