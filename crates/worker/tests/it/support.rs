//! What the tests of this crate share.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::id::RunId;
use domain::items::ItemFilter;
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::secret::Secret;
use domain::status::Origin;
use domain::view::RunDetail;
use graph::{Credentials, GraphClient, GraphConfig, RetryPolicy};
use ledger::access::Access;
use ledger::clock::{Clock, SystemClock};
use ledger::run_page::detail;
use ledger::runs::start::Start;
use ledger::{Connect, DatabaseRole, Ledger};
use serde_json::json;
use simulator::{Simulator, SimulatorConfig, SimulatorHandle};
use sqlx::PgPool;
use test_support::{Entered, TestDatabase, start};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;
use worker::job_loop::Worker;
use worker::{Registry, Settings};

/// Times short enough for tests.
pub(crate) const SETTINGS: Settings = Settings {
    slots: 4,
    lease: Duration::from_secs(2),
    heartbeat: Duration::from_millis(300),
    reconcile: Duration::from_millis(300),
    drain: Duration::from_millis(300),
};

/// A database, a simulator, and the means to run workers.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) owner: PgPool,
    pub(crate) web: Ledger,
    pub(crate) simulator: SimulatorHandle,
    pub(crate) graph_url: Url,
}

/// A worker of a test, stopped when dropped.
pub(crate) struct Running {
    pub(crate) stop: CancellationToken,
    pub(crate) task: tokio::task::JoinHandle<ledger::Result<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn committed_fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../simulator/fixtures")
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(SimulatorConfig {
            fixtures: Some(committed_fixtures()),
            ..SimulatorConfig::default()
        })
        .await
    }

    pub(crate) async fn with(config: SimulatorConfig) -> Self {
        let database = TestDatabase::new().await;
        let simulator = Simulator::new(config).unwrap();
        let handle = simulator.handle();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let graph_url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(simulator.serve(listener, std::future::pending()));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Self {
            owner: database.owner().await,
            web: database.web(clock).await,
            simulator: handle,
            graph_url,
            database,
        }
    }

    /// Starts a worker whose Microsoft Graph is at `graph_url`.
    pub(crate) async fn worker(&self, name: &str, graph_url: &Url) -> Running {
        self.worker_of(name, graph_url, Registry::implemented()).await
    }

    /// The same for a worker that executes only some operations, or executes them its own way.
    pub(crate) async fn worker_of(&self, name: &str, graph_url: &Url, registry: Registry) -> Running {
        // Its sessions say who they are in a setting, for triggers of tests that want to know.
        let mut url: Url = self.database.worker_url().parse().unwrap();
        url.query_pairs_mut().append_pair("options[app.who]", name);
        let ledger = Ledger::connect(Connect {
            url: url.as_str(),
            role: DatabaseRole::Worker,
            max_connections: 10,
            clock: Arc::new(SystemClock),
        });
        let mut config = GraphConfig::new(graph_url.clone(), graph_url.clone());
        config.retry = RetryPolicy {
            attempts: NonZeroU32::new(3).unwrap(),
            base: Duration::from_millis(20),
            max_delay: Duration::from_millis(50),
            max_retry_after: Duration::from_secs(2),
        };
        let worker = Worker {
            ledger: ledger.await.unwrap(),
            graph: GraphClient::new(config).unwrap(),
            credentials: Credentials {
                client_id: "tenantatlas".to_owned(),
                client_secret: Secret::new("demo"),
            },
            settings: SETTINGS,
            registry,
        };
        let stop = CancellationToken::new();
        let task = tokio::spawn(worker::job_loop::run(worker, name.to_owned(), stop.clone()));
        Running { stop, task }
    }

    pub(crate) async fn access(&self, email: &str, tenant: &str) -> Entered {
        let user = test_support::user(&self.owner, email).await;
        let tenant = test_support::tenant(&self.owner, tenant).await;
        test_support::enter(&self.web, user, tenant).await.unwrap()
    }

    pub(crate) async fn start_what(&self, access: &Entered, what: &Start<'_>) -> RunId {
        start(&self.web, access, what).await.unwrap().run()
    }

    pub(crate) async fn start(&self, access: &Entered, types: &[PolicyType]) -> RunId {
        let types: std::collections::BTreeSet<PolicyType> = types.iter().copied().collect();
        let what = Start {
            kind: OperationType::InventorySync,
            tenant: access.tenant,
            inputs: json!({ "types": types }),
            receipt: Some(ScopeReceipt::PolicyTypes { types }),
            origin: Origin::Manual,
            initiator: "Olga Operator",
            key: None,
        };
        self.start_what(access, &what).await
    }

    /// The run, once `ready` says so.
    pub(crate) async fn until(&self, access: &Access, run: RunId, ready: impl Fn(&RunDetail) -> bool) -> RunDetail {
        let permit = test_support::unchecked(access, run);
        for _ in 0..600 {
            let found = detail::find(&self.web, &permit, &ItemFilter::default())
                .await
                .unwrap()
                .unwrap();
            if ready(&found) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let last = detail::find(&self.web, &permit, &ItemFilter::default()).await.unwrap();
        panic!("still not there after 30 seconds: {last:?}");
    }

    pub(crate) async fn ended(&self, access: &Access, run: RunId) -> RunDetail {
        self.until(access, run, |found| !found.run.status.is_active()).await
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        test_support::count(&self.owner, sql).await
    }
}
