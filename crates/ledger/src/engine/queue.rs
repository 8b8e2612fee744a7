//! Putting runs into the engine, and asking it about their jobs.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::id::RunId;
use domain::operation::OperationType;
use riverqueue::{Client, InsertOpts, JobListParams, JobState};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::job::{RunJob, database, failed, queue_of};
use crate::error::Result;

/// How soon after a notification a worker fetches again. River's default of 100 ms is the time that a start would wait.
pub(super) const FETCH_COOLDOWN: Duration = Duration::from_millis(5);
/// Jobs that are asked for at a time.
const JOBS_PAGE: u32 = 1000;

/// A job that a run is believed to have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) job: i64,
    pub(crate) kind: OperationType,
}

/// Puts runs into the engine. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    client: Client,
}

impl Queue {
    pub(crate) fn new(pool: &PgPool) -> Result<Self> {
        let client = Client::builder(database(pool)?)
            .fetch_cooldown(FETCH_COOLDOWN)
            .build()
            .map_err(failed)?;
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
                Err(failed(error))
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
            let found = self.client.jobs().list(params).tx(&mut *tx).await.map_err(failed)?;
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
        self.client.jobs().cancel(job).tx(tx).await.map(|_| ()).map_err(failed)
    }
}
