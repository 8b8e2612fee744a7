//! A database each, copied from a migrated template with the demo's people.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::RunId;
use ledger::clock::{Clock, SystemClock};
use ledger::{Connect, DatabaseRole, Ledger, ids, migrate, testing};
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tokio::sync::OnceCell;

/// A database of one test.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    urls: Urls,
}

#[derive(Debug, Clone)]
struct Urls {
    owner: PgConnectOptions,
    web: PgConnectOptions,
    worker: PgConnectOptions,
}

static TEMPLATE: OnceCell<String> = OnceCell::const_new();

#[expect(clippy::disallowed_methods, reason = "tests are configured by the environment alone")]
fn url(name: &str) -> PgConnectOptions {
    let url = std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run the tests through `.ci/postgres` (see CONTRIBUTING.md)"));
    url.parse().unwrap_or_else(|_| panic!("{name} is not a PostgreSQL URL"))
}

impl Urls {
    fn of_environment() -> Self {
        Self {
            owner: url("DATABASE_URL"),
            web: url("WEB_DATABASE_URL"),
            worker: url("WORKER_DATABASE_URL"),
        }
    }

    fn text(options: &PgConnectOptions, database: &str) -> String {
        options.clone().database(database).to_url_lossy().to_string()
    }
}

async fn connect(options: &PgConnectOptions, database: &str) -> PgConnection {
    PgConnection::connect_with(&options.clone().database(database))
        .await
        .expect("connecting to the test server")
}

/// Names what is in the template, so that one of before is known for it: the migrations, and the people of the demo.
fn fingerprint() -> String {
    let mut hash = Sha256::new();
    hash.update(testing::migrations());
    hash.update(include_bytes!("../../demo/src/lib.rs"));
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    format!("{:016x}", u64::from_be_bytes(first))
}

/// Makes the template, once per set of migrations: its name tells which. Several test processes may try at once.
async fn template(urls: &Urls) -> String {
    let name = format!("template_{}", fingerprint());
    let mut server = connect(&urls.owner, "postgres").await;
    server.execute("select pg_advisory_lock(7261)").await.expect("lock");
    sweep(&mut server, &name).await;
    let there: Option<i32> = sqlx::query_scalar("select 1 from pg_database where datname = $1")
        .bind(&name)
        .fetch_optional(&mut server)
        .await
        .expect("looking for the template");
    if there.is_none() {
        let building = format!("{name}_building");
        for statement in [
            format!("drop database if exists {building}"),
            format!("create database {building}"),
        ] {
            server
                .execute(AssertSqlSafe(statement))
                .await
                .expect("creating the template");
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let owner = Urls::text(&urls.owner, &building);
        migrate::run(&owner, &clock).await.expect("migrating the template");
        demo::seed_people(&owner, &clock).await.expect("demo data");
        server
            .execute(AssertSqlSafe(format!("alter database {building} rename to {name}")))
            .await
            .expect("naming the template");
    }
    server.close().await.expect("closing");
    name
}

/// The name of a test's database: the time is in it, by which [`sweep`] knows those of earlier runs.
fn name_at(now: DateTime<Utc>) -> String {
    format!("test_{}", ids::new::<RunId>(now).0.simple())
}

/// Removes what earlier runs left on a server that is kept: databases of more than an hour ago, and templates of other
/// migrations. One that is in use after all refuses, and stays.
async fn sweep(server: &mut PgConnection, template: &str) {
    let hour_ago = name_at(SystemClock.now() - TimeDelta::hours(1));
    let old: Vec<String> = sqlx::query_scalar(
        "select datname from pg_database where (datname like 'test\\_%' and datname < $1)
            or (datname like 'template\\_%' and datname <> $2 and datname <> $2 || '_building')",
    )
    .bind(hour_ago)
    .bind(template)
    .fetch_all(&mut *server)
    .await
    .expect("looking for old databases");
    for name in old {
        if let Err(error) = server
            .execute(AssertSqlSafe(format!("drop database if exists {name}")))
            .await
        {
            tracing::debug!(%error, name, "an old test database stays");
        }
    }
}

impl TestDatabase {
    /// A fresh database with the demo's workspaces, tenants and people, and no runs.
    pub async fn new() -> Self {
        let urls = Urls::of_environment();
        let template = TEMPLATE.get_or_init(|| template(&urls)).await;
        let name = name_at(SystemClock.now());
        let mut server = connect(&urls.owner, "postgres").await;
        server
            .execute(AssertSqlSafe(format!(
                "create database {name} template {template} strategy file_copy"
            )))
            .await
            .expect("creating the test database");
        server.close().await.expect("closing");
        Self { name, urls }
    }

    /// A migrated database in which there is nothing.
    pub async fn empty() -> Self {
        let urls = Urls::of_environment();
        let name = name_at(SystemClock.now());
        let mut server = connect(&urls.owner, "postgres").await;
        server
            .execute(AssertSqlSafe(format!("create database {name}")))
            .await
            .expect("creating the test database");
        server.close().await.expect("closing");
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        migrate::run(&Urls::text(&urls.owner, &name), &clock)
            .await
            .expect("migrating the test database");
        Self { name, urls }
    }

    /// A database of an earlier release: with the migrations up to a version, and nothing in it.
    pub async fn of_release(version: i64) -> Self {
        let urls = Urls::of_environment();
        let name = format!("test_{}", uuid::Uuid::from_bytes(rand::random()).simple());
        let mut server = connect(&urls.owner, "postgres").await;
        server
            .execute(AssertSqlSafe(format!("create database {name}")))
            .await
            .expect("creating the test database");
        server.close().await.expect("closing");
        let database = Self { name, urls };
        testing::migrate_up_to(&database.owner_url(), version)
            .await
            .expect("migrating to an earlier release");
        database
    }

    /// The URL of the owner.
    pub fn owner_url(&self) -> String {
        Urls::text(&self.urls.owner, &self.name)
    }

    /// The URL of the web.
    pub fn web_url(&self) -> String {
        Urls::text(&self.urls.web, &self.name)
    }

    /// The URL of the worker.
    pub fn worker_url(&self) -> String {
        Urls::text(&self.urls.worker, &self.name)
    }

    /// A pool of the owner, who sees everything: for arranging and for asserting.
    pub async fn owner(&self) -> PgPool {
        let options = self.urls.owner.clone().database(&self.name).disable_statement_logging();
        PgPoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await
            .expect("connecting as the owner")
    }

    /// The ledger as the web sees it.
    pub async fn web(&self, clock: Arc<dyn Clock>) -> Ledger {
        self.ledger(DatabaseRole::Web, clock, 10).await
    }

    /// The ledger as a worker sees it.
    pub async fn worker(&self, clock: Arc<dyn Clock>) -> Ledger {
        self.ledger(DatabaseRole::Worker, clock, 10).await
    }

    /// The ledger as a process with so many connections sees it.
    pub async fn ledger(&self, role: DatabaseRole, clock: Arc<dyn Clock>, max_connections: u32) -> Ledger {
        let url = if role == DatabaseRole::Web {
            self.web_url()
        } else {
            self.worker_url()
        };
        Ledger::connect(Connect {
            url: &url,
            role,
            max_connections,
            clock,
        })
        .await
        .expect("connecting to the test database")
    }

    /// Removes the database. Not on drop: a server that is kept is swept by the next run, and only many big ones matter before.
    pub async fn remove(self) {
        let mut server = connect(&self.urls.owner, "postgres").await;
        server
            .execute(AssertSqlSafe(format!("drop database {} with (force)", self.name)))
            .await
            .expect("dropping the test database");
    }
}
