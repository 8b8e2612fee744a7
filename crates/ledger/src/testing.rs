//! Real databases for tests: one each, copied from a migrated template with the demo data.
//!
//! `.ci/postgres` provides the server and the roles through `DATABASE_URL`, `WEB_DATABASE_URL` and `WORKER_DATABASE_URL`. A
//! test that finds none fails and says so: skipping would be a test that cannot fail.
#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::panic,
    reason = "for tests only"
)]

use std::sync::Arc;

use domain::id::{CorrelationId, RunId, TenantId, WorkspaceId};
use domain::operation::OperationType;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tokio::sync::OnceCell;

use crate::clock::{Clock, SystemClock};
use crate::runs::execute::Attempt;
use crate::{Connect, Ledger, Process, demo, migrate};

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

/// Makes the template, once per set of migrations: its name tells which. Several test processes may try at once.
async fn template(urls: &Urls) -> String {
    let name = format!("template_{}", migrate::fingerprint());
    let mut server = connect(&urls.owner, "postgres").await;
    server.execute("select pg_advisory_lock(7261)").await.expect("lock");
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

impl TestDatabase {
    /// A fresh database with the demo's workspaces, tenants and people, and no runs.
    pub async fn new() -> Self {
        let urls = Urls::of_environment();
        let template = TEMPLATE.get_or_init(|| template(&urls)).await;
        let name = format!("test_{}", uuid::Uuid::from_bytes(rand::random()).simple());
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
        let name = format!("test_{}", uuid::Uuid::from_bytes(rand::random()).simple());
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
        self.ledger(Process::Web, clock, 10).await
    }

    /// The ledger as a worker sees it.
    pub async fn worker(&self, clock: Arc<dyn Clock>) -> Ledger {
        self.ledger(Process::Worker, clock, 10).await
    }

    /// The ledger as a process with so many connections sees it.
    pub async fn ledger(&self, process: Process, clock: Arc<dyn Clock>, max_connections: u32) -> Ledger {
        let url = if process == Process::Web {
            self.web_url()
        } else {
            self.worker_url()
        };
        Ledger::connect(Connect {
            url: &url,
            process,
            max_connections,
            clock,
        })
        .await
        .expect("connecting to the test database")
    }

    /// Removes the database. Not on drop: the server of the tests is thrown away anyway, and only many big ones matter.
    pub async fn remove(self) {
        let mut server = connect(&self.urls.owner, "postgres").await;
        server
            .execute(AssertSqlSafe(format!("drop database {} with (force)", self.name)))
            .await
            .expect("dropping the test database");
    }
}

/// The attempt of a run as if an engine had given it to a worker: for what only an attempt may do, without an engine.
pub async fn attempt(owner: &PgPool, run: RunId) -> Attempt {
    let row: (uuid::Uuid, Option<uuid::Uuid>, i32, Option<serde_json::Value>) = sqlx::query_as(
        "update operation_runs set status = 'running', started_at = created_at, admitted_at = created_at, attempt = 1 where id = $1
        returning workspace_id, tenant_id, epoch, scope_receipt",
    )
    .bind(run.0)
    .fetch_one(owner)
    .await
    .expect("the run begins");
    sqlx::query("update operation_run_live set worker = 'test', heartbeat_at = now() where run_id = $1")
        .bind(run.0)
        .execute(owner)
        .await
        .expect("the run is taken");
    Attempt {
        run,
        kind: OperationType::InventorySync,
        workspace: WorkspaceId(row.0),
        tenant: row.1.map(TenantId),
        entra_tenant: None,
        inputs: serde_json::Value::Null,
        receipt: row.3.map(|receipt| serde_json::from_value(receipt).expect("a receipt")),
        correlation: CorrelationId(run.0),
        number: 1,
        epoch: row.2,
        worker: "test".to_owned(),
    }
}

/// The demo's people, workspaces and tenants in any migrated database.
pub async fn seed_people(owner_url: &str, clock: &Arc<dyn Clock>) {
    demo::seed_people(owner_url, clock).await.expect("demo data");
}

/// The demo's 90 days of history, for tests that want more than the people.
pub async fn seed_history(owner: &PgPool, clock: &Arc<dyn Clock>) {
    demo::seed_history(owner, clock.now()).await.expect("demo history");
}

/// Every table there is with its schema, the engine's too. For tests that look into all of them.
pub async fn tables(owner: &PgPool) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(owner)
    .await
    .expect("the tables are listed");
    assert!(tables.len() > 20, "{tables:?}");
    tables
}
