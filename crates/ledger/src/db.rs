//! The connection pool, and the only ways to begin a transaction.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgPool, Postgres, Transaction};

use crate::clock::Clock;
use crate::engine::{Engine, JobContext, JobOutcome, Queue, RunJob};
use crate::error::{Error, Result};
use crate::operations::Operations;
use crate::password::Hashing;
use crate::turns::Turns;

/// As what a process connects to the database; what either may do there differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseRole {
    /// Answers browsers.
    Web,
    /// Executes runs.
    Worker,
}

/// How to connect.
#[derive(Debug)]
pub struct Connect<'a> {
    /// A PostgreSQL URL. Not shown by `Debug` of anything that keeps it.
    pub url: &'a str,
    /// As what.
    pub role: DatabaseRole,
    /// The most connections to hold.
    pub max_connections: u32,
    /// The clock that all times come from.
    pub clock: Arc<dyn Clock>,
}

/// A handle to the ledger; clones are the same.
#[derive(Clone, Debug)]
pub struct Ledger {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    queue: Queue,
    role: DatabaseRole,
    operations: Operations,
    hashing: Arc<Hashing>,
    turns: Arc<Turns>,
}

/// How long a request waits for a connection before it is told that the database is not available.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a connection that nobody uses is trusted to be there.
const TRUSTED: Duration = Duration::from_millis(500);

/// More connections than a pool has that were trusted and had gone.
const MOST_GONE: usize = 64;

/// How far the machine's clock and the database's may be apart before that is said.
pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(5);

/// How often the database is asked for its time. The monotonic clock goes on in between, and stands still while a machine sleeps.
const CLOCK_EVERY: Duration = Duration::from_secs(10);

/// An answer that took longer is not believed.
const SLOWEST_CLOCK: Duration = Duration::from_secs(1);

/// How long one statement of the web may take: nobody waits longer, and a browser that left cannot be told.
const WEB_STATEMENT_TIMEOUT: &str = "10s";

/// How long a transaction may do nothing. None of ours waits for anything but the database, so one that does belongs to a process
/// that is frozen or cut off; the locks it holds would keep its runs from being given to another (R14).
const IDLE_TRANSACTION_TIMEOUT: &str = "10s";

impl Ledger {
    /// Prepares to connect. No connection is made yet, so a database that is down at start is no error here; see
    /// [`Self::verify`].
    pub fn new(connect: Connect<'_>) -> Result<Self> {
        let mut options: PgConnectOptions = connect.url.parse()?;
        options = options.application_name(match connect.role {
            DatabaseRole::Web => "tenantatlas-web",
            DatabaseRole::Worker => "tenantatlas-worker",
        });
        options = options.options([("idle_in_transaction_session_timeout", IDLE_TRANSACTION_TIMEOUT)]);
        if connect.role == DatabaseRole::Web {
            options = options.options([("statement_timeout", WEB_STATEMENT_TIMEOUT)]);
        }
        let pool = PgPoolOptions::new()
            .max_connections(connect.max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A connection is asked whether it is still there when it has rested: one that was used a moment ago is, and asking
            // each time would make two round trips of every first one.
            .test_before_acquire(false)
            .before_acquire(|connection, resting| {
                Box::pin(async move {
                    if resting.idle_for >= TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            // The second net behind `begin`: what comes back inside a transaction is thrown away.
            .after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_lazy_with(options);
        let queue = Queue::new(&pool)?;
        Ok(Self {
            pool,
            clock: connect.clock,
            queue,
            role: connect.role,
            operations: Operations::catalogue(),
            hashing: Arc::default(),
            turns: Arc::default(),
        })
    }

    /// The same ledger for a process that does only these operations (R23); without this it does the whole catalogue.
    #[must_use]
    pub fn with_operations(self, operations: Operations) -> Self {
        Self { operations, ..self }
    }

    /// Makes sure that the database answers, that this is not a role that sees everything (R10), and that it is migrated.
    pub async fn verify(&self) -> Result<()> {
        let role = sqlx::query!(
            r#"select current_user::text as "name!", r.rolsuper as "superuser!", r.rolbypassrls as "bypass!",
                exists (select from pg_class c where c.relname = 'operation_runs' and pg_has_role(current_user, c.relowner, 'member')) as "owner!"
            from pg_roles r where r.rolname = current_user"#
        )
        .fetch_one(&self.pool)
        .await?;
        if role.superuser || role.bypass || role.owner {
            let why = if role.superuser {
                "is a superuser"
            } else if role.bypass {
                "has BYPASSRLS"
            } else {
                "owns the tables"
            };
            return Err(Error::WrongRole(format!(
                "the database role {} {why}, so row-level security would not hold; connect as tenantatlas_web or tenantatlas_worker",
                role.name
            )));
        }
        self.ask_clock().await?;
        crate::schema::check(&self.pool).await?;
        if let Some(warning) = crate::names::outdated(&self.pool, crate::names::COLLATION).await? {
            tracing::warn!("{warning}");
        }
        Ok(())
    }

    /// Asks PostgreSQL what time it is, if that is the clock this process goes by. To be repeated now and then, see
    /// [`Self::keep_time`].
    pub async fn ask_clock(&self) -> Result<()> {
        let Some(clock) = self.clock.as_database_clock() else {
            return Ok(());
        };
        let mut connection = self.pool.acquire().await?;
        let before = Instant::now();
        let database = sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#)
            .fetch_one(&mut *connection)
            .await?;
        // Halfway: the answer is no more wrong than half of what it took. One that took long says nothing, unless it is the first.
        let took = before.elapsed();
        if took <= SLOWEST_CLOCK || clock.ahead().is_none() {
            clock.follow(database, before + took / 2);
        }
        Ok(())
    }

    /// Asks the database for its time every few seconds, for ever. In every process, beside its work; while the database is away, the
    /// last answer is good enough.
    pub async fn keep_time(self) {
        let mut told = false;
        loop {
            tokio::time::sleep(CLOCK_EVERY).await;
            if self.ask_clock().await.is_err() {
                continue;
            }
            let wrong = self.clock_is_wrong();
            if let (Some(wrong), false) = (&wrong, told) {
                tracing::warn!("{wrong}");
            }
            told = wrong.is_some();
        }
    }

    /// What is wrong with this machine's clock, if it and PostgreSQL's are more than [`CLOCK_TOLERANCE`] apart. Nothing is decided by it,
    /// but logs and other programs of the machine go by it.
    pub fn clock_is_wrong(&self) -> Option<String> {
        let ahead = self.clock.as_database_clock()?.ahead()?;
        (ahead.abs() > CLOCK_TOLERANCE).then(|| {
            let direction = if ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
            format!(
                "this machine's clock is {} s {direction} the database's, which is the one that counts; set it, or let NTP do so",
                ahead.num_seconds().abs()
            )
        })
    }

    /// [`Self::new`] and [`Self::verify`].
    pub async fn connect(connect: Connect<'_>) -> Result<Self> {
        let ledger = Self::new(connect)?;
        ledger.verify().await?;
        Ok(ledger)
    }

    /// Whether the database answers, for readiness probes.
    pub async fn ready(&self) -> Result<()> {
        self.ask_clock().await?;
        crate::schema::check(&self.pool).await
    }

    /// The present.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The clock itself, for what waits.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// The pool, for statements that need no scope: on tables of the reviewed list, and the look-ups that find a scope.
    pub(crate) const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The engine.
    pub(crate) const fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The engine's side of this process: fetches jobs of the operations it has registered, at most `slots` of each, and hands them
    /// to `work`. `drain` is how long a graceful stop waits for jobs before it cancels them.
    pub fn engine<F, Fut>(&self, slots: usize, drain: Duration, work: F) -> Result<Engine>
    where
        F: Fn(RunJob, JobContext) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = JobOutcome> + Send + 'static,
    {
        Engine::new(&self.pool, &self.operations, slots, drain, work)
    }

    /// The operations that this process has registered.
    pub const fn operations(&self) -> &Operations {
        &self.operations
    }

    /// As which role of the database this process connects.
    pub(crate) const fn role(&self) -> DatabaseRole {
        self.role
    }

    /// The passwords that are looked at.
    pub(crate) fn hashing(&self) -> &Hashing {
        &self.hashing
    }

    /// Whose turn it is, for what one person does one at a time.
    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Asks what can be asked twice: again, if the connection that was trusted turns out to be of before the database went away. Each
/// that does is out of the pool then.
pub(crate) async fn retry_on_stale_connection<T, Asked>(ask: impl Fn() -> Asked) -> sqlx::Result<T>
where
    Asked: Future<Output = sqlx::Result<T>>,
{
    for _ in 0..MOST_GONE {
        match ask().await {
            Err(error) if has_gone(&error) => {}
            answer => return answer,
        }
    }
    ask().await
}

/// Whether the connection has gone. A database that is away says so otherwise: there is no connection to be had.
fn has_gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // It was told to go: shut down, or crashed.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| matches!(&*code, "57P01" | "57P02")),
        _ => false,
    }
}

/// Begins a transaction on a task of its own, so that a caller that goes away (a browser that disconnects) cannot leave a
/// connection in the pool inside an open transaction (sqlx #4393). If nobody waits any more, the finished transaction is
/// dropped there and rolls back.
///
/// `settings` is sent in the same message as `begin`, which saves a round trip; it must consist of whole statements and
/// must not hold anything that came from outside.
pub(crate) async fn begin(pool: &PgPool, settings: String) -> Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place; see above for why it is safe here"
        )]
        retry_on_stale_connection(|| pool.begin_with(AssertSqlSafe(format!("begin; {settings}")))).await
    });
    match begun.await {
        Ok(transaction) => Ok(transaction?),
        // The runtime is going away, or the task panicked; there is no connection either way.
        Err(_) => Err(Error::Unavailable(sqlx::Error::WorkerCrashed)),
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Acquire, PgConnection};

    use super::*;
    use crate::clock::SystemClock;

    /// Of the crate that is tested here: the one that `test_support` hands out is the one that is linked to it.
    async fn connect(database: &test_support::TestDatabase, max_connections: u32) -> Ledger {
        let url = database.web_url();
        Ledger::connect(Connect {
            url: &url,
            role: DatabaseRole::Web,
            max_connections,
            clock: Arc::new(SystemClock),
        })
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn r10_a_connection_returned_inside_a_transaction_is_thrown_away() {
        let database = test_support::TestDatabase::new().await;
        let ledger = connect(&database, 1).await;
        let pool = ledger.pool();
        let session = async || -> i32 {
            sqlx::query_scalar("select pg_backend_pid()")
                .fetch_one(pool)
                .await
                .unwrap()
        };
        let before = session().await;
        assert_eq!(session().await, before, "a pool of one connection");
        let mut connection = pool.acquire().await.unwrap();
        let mut open = connection.begin().await.unwrap();
        sqlx::query("select set_config('app.workspace_id', gen_random_uuid()::text, true)")
            .execute(&mut *open)
            .await
            .unwrap();
        // Its destructor would roll back.
        std::mem::forget(open);
        drop(connection);
        assert_ne!(session().await, before, "the pool made a new one");
        let settings: String = sqlx::query_scalar("select coalesce(current_setting('app.workspace_id', true), '')")
            .fetch_one(pool)
            .await
            .unwrap();
        assert_eq!(settings, "");
    }

    #[tokio::test]
    async fn connections_of_before_the_database_went_away_are_not_noticed() {
        let database = test_support::TestDatabase::new().await;
        let ledger = connect(&database, 4).await;
        let mut other = PgConnection::connect(&database.web_url()).await.unwrap();
        let open = async || {
            let transactions = (0..4).map(|_| begin(ledger.pool(), "select 1".to_owned()));
            futures::future::join_all(transactions).await
        };
        for _ in 0..3 {
            for transaction in open().await {
                transaction.unwrap().rollback().await.unwrap();
            }
            let ended: i64 = sqlx::query_scalar(
                "select count(*) from (select pg_terminate_backend(pid, 5000) from pg_stat_activity
                where datname = current_database() and usename = current_user and pid <> pg_backend_pid()) ended",
            )
            .fetch_one(&mut other)
            .await
            .unwrap();
            assert_eq!(ended, 4);
        }
        assert!(open().await.iter().all(std::result::Result::is_ok));
    }
}
