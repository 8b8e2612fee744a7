//! The engine, behind one seam: River on the same PostgreSQL, in its own schema.
//!
//! There is one job kind. It carries a run's id and an epoch and names no tenant; what to do is in the run. The engine's own
//! unique jobs, retries and back-off are not used: the run row is the one place of truth, and a run that waits for
//! Microsoft Graph waits inside its job. `docs/ARCHITECTURE.md` says what else was considered.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::id::RunId;
use riverqueue::database::{PostgresDatabase, SchemaName};
use riverqueue::{Client, InsertOpts, JobArgs, JobState};
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Postgres, Transaction};
use uuid::Uuid;

use crate::{Error, Result};

/// The engine's schema.
pub const SCHEMA: &str = "river";

/// The engine's queue. One is enough: admission bounds what is in it, and the priority says who goes first.
pub const QUEUE: &str = "runs";

/// How soon after a notification a worker fetches again. River's default of 100 ms is the time that a start would wait.
const FETCH_COOLDOWN: Duration = Duration::from_millis(5);
/// How often a worker looks without having been notified.
const FETCH_POLL: Duration = Duration::from_millis(500);
/// The longest a job may take, above every operation's own limit. River's default is one minute.
const JOB_TIMEOUT: Duration = Duration::from_hours(2);

/// The one job kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JobArgs)]
#[river(kind = "operation_run")]
pub struct RunJob {
    /// The run.
    pub run_id: Uuid,
    /// The epoch it was enqueued for; a later one makes this job a no-op.
    pub epoch: i32,
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
        priority: i16,
    ) -> Result<i64> {
        let mut savepoint = sqlx::Acquire::begin(&mut **tx).await?;
        let options = InsertOpts::default()
            .with_queue(QUEUE)
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

    /// Whether the engine still means to execute a job, or has given it to a worker later than `since`.
    ///
    /// A job that a worker got earlier and whose run nobody has begun was fetched by a process that died in that moment. The
    /// engine itself would notice after the job's time limit, which is hours.
    pub(crate) async fn is_waiting(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        job: i64,
        since: DateTime<Utc>,
    ) -> Result<bool> {
        let found = self.client.jobs().get(job).tx(tx).await;
        match found {
            Ok(row) if row.state == JobState::Running => Ok(row
                .attempted_at
                .is_none_or(|at| at.as_microsecond() > since.timestamp_micros())),
            Ok(row) => Ok(row.finalized_at.is_none()),
            Err(riverqueue::Error::NotFound(_)) => Ok(false),
            Err(error) => Err(engine(error)),
        }
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
    /// An engine that executes at most `slots` jobs at a time in this process.
    ///
    /// `drain` is how long a graceful stop waits for jobs before it cancels them.
    pub fn new<F, Fut>(ledger: &crate::Ledger, slots: usize, drain: Duration, work: F) -> Result<Self>
    where
        F: Fn(RunJob, riverqueue::WorkContext) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = std::result::Result<riverqueue::WorkOutcome, riverqueue::BoxError>> + Send + 'static,
    {
        let mut workers = riverqueue::Workers::new();
        workers
            .add_fn(move |context: riverqueue::WorkContext, job: riverqueue::Job<RunJob>| work(job.args, context))
            .map_err(engine)?;
        let client = Client::builder(database(ledger.pool())?)
            .fetch_cooldown(FETCH_COOLDOWN)
            .workers(workers)
            .queue(
                QUEUE,
                riverqueue::QueueConfig::new(slots).with_fetch_poll_interval(FETCH_POLL),
            )
            .job_timeout(JOB_TIMEOUT)
            .soft_stop_timeout(drain)
            .build()
            .map_err(engine)?;
        Ok(Self { client })
    }

    /// Works until `stop` is done, then lets jobs finish within the drain time.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let mut handle = self.client.start_with_graceful_stop(stop).map_err(engine)?;
        handle.wait().await.map_err(engine)
    }
}
