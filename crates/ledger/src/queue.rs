//! The engine, behind one seam: River on the same PostgreSQL, in its own schema.
//!
//! There is one job kind. It carries a run's id and an epoch and names no tenant; what to do is in the run. Each operation has
//! a queue of its own, so a worker fetches no job of an operation that it has not registered (R23). The engine's own
//! unique jobs, retries and back-off are not used: the run row is the one place of truth, and a run that waits for
//! Microsoft Graph waits inside its job. `docs/ARCHITECTURE.md` says what else was considered.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::id::RunId;
use domain::operation::OperationType;
use riverqueue::database::{PostgresDatabase, SchemaName};
use riverqueue::{BoxError, Client, InsertOpts, JobArgs, JobListParams, JobState, WorkContext, WorkOutcome};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

use crate::{Error, Result};

/// The engine's schema.
pub const SCHEMA: &str = "river";

/// How soon after a notification a worker fetches again. River's default of 100 ms is the time that a start would wait.
const FETCH_COOLDOWN: Duration = Duration::from_millis(5);
/// How often a worker looks without having been notified.
const FETCH_POLL: Duration = Duration::from_millis(500);
/// The longest a job may take: above every operation's own limit, which ends the run; this one only ends a job that has
/// outlived it. River's default is one minute.
const JOB_TIMEOUT: Duration = OperationType::LONGEST.saturating_add(Duration::from_hours(1));
/// Jobs that are asked for at a time.
const JOBS_PAGE: u32 = 1000;

/// The engine's queue of an operation. Its names allow no dots.
pub fn queue_of(kind: OperationType) -> String {
    kind.as_str().replace('.', "-")
}

/// The one job kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JobArgs)]
#[river(kind = "operation_run")]
pub struct RunJob {
    /// The run.
    pub run_id: Uuid,
    /// The epoch it was enqueued for; a later one makes this job a no-op.
    pub epoch: i32,
}

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
        self.context.job_complete_tx(tx).await.map(|_| ()).map_err(engine)
    }
}

/// What becomes of a job that a worker has held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// It is done, whatever became of the run.
    Done,
    /// It should not exist.
    Discard,
    /// Any worker may take it, after this long.
    Again(Duration),
}

impl From<JobOutcome> for WorkOutcome {
    fn from(outcome: JobOutcome) -> Self {
        match outcome {
            JobOutcome::Done => Self::Complete,
            JobOutcome::Discard => Self::Discard,
            JobOutcome::Again(pause) => Self::Snooze(pause),
        }
    }
}

/// A job that a run is believed to have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) job: i64,
    pub(crate) kind: OperationType,
}

/// Puts runs into the engine. Clones are the same.
#[derive(Clone, Debug)]
pub struct Queue {
    client: Client,
}

fn engine(error: impl std::fmt::Display) -> Error {
    Error::Queue(error.to_string())
}

fn database(pool: &PgPool) -> Result<PostgresDatabase> {
    Ok(PostgresDatabase::new(pool.clone()).with_schema(SchemaName::new(SCHEMA).map_err(engine)?))
}

impl Queue {
    pub(crate) fn new(pool: &PgPool) -> Result<Self> {
        let client = Client::builder(database(pool)?)
            .fetch_cooldown(FETCH_COOLDOWN)
            .build()
            .map_err(engine)?;
        Ok(Self { client })
    }

    /// Enqueues a run in the transaction of whoever admits it (R05), under a savepoint: if the engine refuses, the rest of
    /// the transaction is as it was.
    pub(crate) async fn enqueue(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        run: RunId,
        epoch: i32,
        kind: OperationType,
        priority: i16,
    ) -> Result<i64> {
        let mut savepoint = sqlx::Acquire::begin(&mut **tx).await?;
        let options = InsertOpts::default()
            .with_queue(queue_of(kind))
            .with_max_attempts(1)
            .with_priority(priority);
        let inserted = self
            .client
            .insert(RunJob { run_id: run.0, epoch })
            .opts(options)
            .tx(&mut savepoint)
            .await;
        match inserted {
            Ok(job) => {
                savepoint.commit().await?;
                Ok(job.id())
            }
            Err(error) => {
                savepoint.rollback().await?;
                Err(engine(error))
            }
        }
    }

    /// Which of these jobs the engine still means to execute, or has given to a worker later than `since`.
    ///
    /// A job that a worker got earlier and whose run nobody has begun was fetched by a process that died in that moment. The
    /// engine itself would notice after the job's time limit, which is hours. A job in another queue than its operation's is
    /// one that nobody serves.
    pub(crate) async fn waiting(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        expected: &[Expected],
        since: DateTime<Utc>,
    ) -> Result<HashSet<i64>> {
        let mut waiting = HashSet::new();
        for page in expected.chunks(JOBS_PAGE as usize) {
            let params = JobListParams::default()
                .ids(page.iter().map(|expected| expected.job))
                .limit(JOBS_PAGE);
            let found = self.client.jobs().list(params).tx(&mut *tx).await.map_err(engine)?;
            for job in found.jobs {
                let in_its_queue = page
                    .iter()
                    .any(|expected| expected.job == job.id && queue_of(expected.kind) == job.queue);
                let alive = match job.state {
                    JobState::Running => job
                        .attempted_at
                        .is_none_or(|at| at.as_microsecond() > since.timestamp_micros()),
                    _ => job.finalized_at.is_none(),
                };
                if in_its_queue && alive {
                    waiting.insert(job.id);
                }
            }
        }
        Ok(waiting)
    }

    /// Gives jobs that wait a higher priority, each at least the one beside its id; answers how many had a lower one. The engine serves a
    /// queue strictly by priority and knows no age: without this, a job would wait for as long as more urgent ones keep coming.
    ///
    /// What a worker holds is left as it is. A function of ours on the engine's table, because the engine has none for it.
    pub(crate) async fn raise(&self, tx: &mut PgConnection, wanted: &[(i64, i16)]) -> Result<u64> {
        let (ids, priorities): (Vec<i64>, Vec<i16>) = wanted.iter().copied().unzip();
        let raised = sqlx::query_scalar!(r#"select raise_jobs($1, $2) as "raised!""#, &ids, &priorities)
            .fetch_one(tx)
            .await?;
        Ok(raised.unsigned_abs())
    }

    /// Asks the engine to drop a job that is not wanted any more, in the transaction of whoever replaces it.
    pub(crate) async fn cancel(&self, tx: &mut Transaction<'_, Postgres>, job: i64) -> Result<()> {
        self.client.jobs().cancel(job).tx(tx).await.map(|_| ()).map_err(engine)
    }
}

/// The engine's side of a worker process: fetches jobs and hands them to `work`, until it is stopped.
#[derive(Debug)]
pub struct Engine {
    client: Client,
}

impl Engine {
    /// An engine that fetches jobs of the operations that `ledger` has registered, at most `slots` of each.
    ///
    /// The engine's own bound is per queue; that of the process as a whole is for `work` to keep. `drain` is how long a graceful
    /// stop waits for jobs before it cancels them.
    pub fn new<F, Fut>(ledger: &crate::Ledger, slots: usize, drain: Duration, work: F) -> Result<Self>
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
            .map_err(engine)?;
        let mut client = Client::builder(database(ledger.pool())?)
            .fetch_cooldown(FETCH_COOLDOWN)
            .workers(workers)
            .job_timeout(JOB_TIMEOUT)
            .soft_stop_timeout(drain);
        for kind in ledger.operations().iter() {
            let config = riverqueue::QueueConfig::new(slots).with_fetch_poll_interval(FETCH_POLL);
            client = client.queue(queue_of(kind), config);
        }
        let client = client.build().map_err(engine)?;
        Ok(Self { client })
    }

    /// Works until `stop` is done, then lets jobs finish within the drain time.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let mut handle = self.client.start_with_graceful_stop(stop).map_err(engine)?;
        handle.wait().await.map_err(engine)
    }
}

/// The engine's version of its schema that this release was built for.
pub(crate) const SCHEMA_VERSION: i64 = riverqueue::migrate::MIGRATION_VERSION_LATEST;

/// Brings the engine's schema to what this release needs.
pub(crate) async fn migrate(owner: &PgPool) -> Result<()> {
    riverqueue::migrate::PostgresMigrator::new(owner.clone())
        .with_schema(SchemaName::new(SCHEMA).map_err(engine)?)
        .migrate_up()
        .await
        .map(|_| ())
        .map_err(engine)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn r23_every_operation_has_a_queue_of_its_own() {
        let queues: BTreeSet<String> = OperationType::ALL.iter().map(|kind| queue_of(*kind)).collect();
        assert_eq!(queues.len(), OperationType::ALL.len());
        assert!(queues.contains("directory-role_definitions-sync"));
    }

    #[test]
    fn the_engine_waits_longer_than_any_operation() {
        for kind in OperationType::ALL {
            assert!(kind.time_limit() < JOB_TIMEOUT, "{kind}");
        }
    }
}
