//! Processes, and a load for them.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::id::{RunId, TenantId};
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::status::Origin;
use ledger::clock::{Clock, SystemClock};
use ledger::runs::start::Start;
use ledger::{Connect, DatabaseRole, Ledger};
use serde_json::json;
use simulator::{Simulator, SimulatorConfig, SimulatorHandle};
use sqlx::PgPool;
use test_support::{Entered, start};
pub(crate) use test_support::{number, setting};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::program;

/// The lease of the workers under test, in milliseconds.
pub(crate) const LEASE: Duration = Duration::from_secs(2);
/// How often they look for runs to repair.
pub(crate) const RECONCILE: Duration = Duration::from_millis(300);
/// What a sync of policies reads.
pub(crate) const POLICIES: i64 = 60;
/// What a sync of groups reads.
pub(crate) const GROUPS: i64 = 40;

/// A database and a simulator, and the people of the demo.
pub(crate) struct World {
    pub(crate) owner: PgPool,
    pub(crate) web: Ledger,
    web_url: String,
    worker_url: String,
    pub(crate) graph: String,
    pub(crate) simulator: SimulatorHandle,
}

impl World {
    pub(crate) async fn new(owner: PgPool, web_url: &str, worker_url: String) -> Self {
        let config = SimulatorConfig {
            policies: usize::try_from(POLICIES).unwrap(),
            groups: usize::try_from(GROUPS).unwrap(),
            page_size: 5,
            ..SimulatorConfig::default()
        };
        let simulator = Simulator::new(config).unwrap();
        let handle = simulator.handle();
        handle.set_faults("latency=40ms,errors=0.01".parse().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let graph = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(simulator.serve(listener, std::future::pending()));
        let connect = Connect {
            url: web_url,
            role: DatabaseRole::Web,
            max_connections: 8,
            clock: Arc::new(SystemClock),
        };
        let web = Ledger::connect(connect).await.unwrap();
        Self {
            owner,
            web,
            web_url: web_url.to_owned(),
            worker_url,
            graph,
            simulator: handle,
        }
    }

    /// A worker process that is ready to work.
    pub(crate) async fn worker(&self) -> Child {
        self.worker_of(env!("CARGO_BIN_EXE_tenantatlas")).await
    }

    /// The same of another build.
    pub(crate) async fn worker_of(&self, binary: &str) -> Child {
        let mut worker = Command::new(binary);
        worker
            .arg("worker")
            .env("WORKER_DATABASE_URL", &self.worker_url)
            .env("GRAPH_BASE_URL", &self.graph)
            .env("GRAPH_LOGIN_URL", &self.graph)
            .env("GRAPH_CLIENT_ID", "tenantatlas")
            .env("GRAPH_CLIENT_SECRET", "of the simulator")
            .env("WORKER_LEASE", format!("{}ms", LEASE.as_millis()))
            .env("WORKER_HEARTBEAT", "300ms")
            .env("WORKER_RECONCILE", format!("{}ms", RECONCILE.as_millis()))
            .env("WORKER_DRAIN", "500ms")
            .env("RUST_LOG", "off")
            .env_remove("DATABASE_URL")
            .env_remove("WEB_DATABASE_URL")
            .stdin(Stdio::null());
        program::start("a worker", worker, "working").await.0
    }

    /// A web process, and where it listens.
    pub(crate) async fn web_process(&self) -> (Child, SocketAddr) {
        self.web_process_of(env!("CARGO_BIN_EXE_tenantatlas")).await
    }

    /// The same of another build.
    pub(crate) async fn web_process_of(&self, binary: &str) -> (Child, SocketAddr) {
        let mut web = Command::new(binary);
        web.arg("web")
            .env("WEB_DATABASE_URL", &self.web_url)
            .env("ADDR", "127.0.0.1:0")
            .env("RUST_LOG", "off")
            .env_remove("DATABASE_URL")
            .env_remove("WORKER_DATABASE_URL")
            .stdin(Stdio::null());
        let (child, line) = program::start("the web", web, "listening on http://").await;
        let addr = line.strip_prefix("listening on http://").unwrap().parse().unwrap();
        (child, addr)
    }

    /// What somebody is in each of the tenants they may reach.
    pub(crate) async fn accesses_of(&self, email: &str) -> Vec<Entered> {
        let user = test_support::user(&self.owner, email).await;
        let tenants: Vec<uuid::Uuid> = sqlx::query_scalar("select id from tenants order by name")
            .fetch_all(&self.owner)
            .await
            .unwrap();
        let mut all = Vec::new();
        for tenant in tenants {
            all.extend(test_support::enter(&self.web, user, TenantId(tenant)).await);
        }
        all
    }

    /// What the consultant is in each of the tenants: they may start in both workspaces.
    pub(crate) async fn accesses(&self) -> Vec<Entered> {
        self.accesses_of("consultant@partner.example").await
    }

    /// Starts a sync of everything; waits while the database is away.
    pub(crate) async fn start(&self, access: &Entered) -> RunId {
        let types: std::collections::BTreeSet<PolicyType> = PolicyType::ALL.into();
        let inputs = json!({ "types": types });
        self.start_what(
            access,
            OperationType::InventorySync,
            inputs,
            ScopeReceipt::PolicyTypes { types },
        )
        .await
    }

    /// Starts everything this release can execute: policies and groups of each tenant, which wait for each other, and retention
    /// of both workspaces, with something to remove.
    pub(crate) async fn start_mixed(&self, accesses: &[Entered]) {
        for access in accesses {
            self.start(access).await;
            self.start_what(
                access,
                OperationType::DirectoryGroupsSync,
                json!({}),
                ScopeReceipt::Groups,
            )
            .await;
        }
        let at = SystemClock.now() - TimeDelta::days(120);
        for tenant in ["Contoso", "Woodgrove"] {
            let expired = test_support::run(&self.owner, tenant, at).await.set("demo", true);
            let all = (1..=600).map(|n| {
                let one = expired.clone().created_at(at + TimeDelta::milliseconds(n));
                one.completed("succeeded", TimeDelta::zero())
            });
            test_support::write(&self.owner, all).await;
        }
        for owner in ["owner@northwind.example", "owner@tailspin.example"] {
            let access = self.accesses_of(owner).await.remove(0);
            let whole = Entered { tenant: None, ..access };
            self.start_what(
                &whole,
                OperationType::RetentionPrune,
                json!({}),
                ScopeReceipt::ExpiredHistory,
            )
            .await;
        }
    }

    pub(crate) async fn start_what(
        &self,
        access: &Entered,
        kind: OperationType,
        inputs: serde_json::Value,
        receipt: ScopeReceipt,
    ) -> RunId {
        let what = Start {
            kind,
            tenant: access.tenant,
            inputs,
            receipt: Some(receipt),
            origin: Origin::Manual,
            initiator: "Carla Consultant",
            key: None,
        };
        loop {
            match start(&self.web, access, &what).await {
                Ok(answer) => return answer.run(),
                Err(error) if error.is_unavailable() => tokio::time::sleep(Duration::from_millis(100)).await,
                Err(error) => panic!("{error}: {error:?}"),
            }
        }
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        test_support::count(&self.owner, sql).await
    }

    /// Waits until no run is active and says how long that took.
    pub(crate) async fn settled(&self, patience: Duration) -> Duration {
        let begun = Instant::now();
        while self
            .count("select count(*) from operation_runs where status <> 'completed'")
            .await
            > 0
        {
            assert!(begun.elapsed() < patience, "runs are still active after {patience:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        begun.elapsed()
    }

    /// What must hold however the runs came to their end.
    pub(crate) async fn assert_true_ledger(&self) {
        let runs = self.count("select count(*) from operation_runs where not demo").await;
        assert!(runs > 0);
        for (what, sql) in [
            (
                "every run ended once",
                "select count(*) from operation_run_events where kind = 'completed'",
            ),
            (
                "one terminal notification each",
                "select count(*) from notifications where kind = 'completed'",
            ),
            (
                "one audit entry each",
                "select count(*) from audit_entries where action = 'run.completed'",
            ),
        ] {
            assert_eq!(self.count(sql).await, runs, "{what}");
        }
        // Items are counted once: the counts of a run are those of its rows, and nobody's objects are there twice.
        let miscounted = "select count(*) from operation_runs r where type = 'inventory.sync' and not demo
            and (counts->>'processed')::bigint is distinct from (select count(*) from operation_run_items i where i.run_id = r.id)";
        assert_eq!(self.count(miscounted).await, 0, "every item is counted once");
        let wrong = "select count(*) from operation_runs where not demo and not (
            (outcome = 'succeeded' and (counts->>'succeeded')::bigint = 60 and type = 'inventory.sync')
            or (outcome = 'succeeded' and (counts->>'succeeded')::bigint = 40 and type = 'directory.groups.sync')
            or (outcome = 'succeeded' and type = 'retention.prune')
            or (outcome = 'failed' and reason_code = 'worker.lost' and attempt >= max_attempts)
            or (outcome in ('partially_succeeded', 'failed') and reason_code like 'graph.%'))";
        assert_eq!(self.count(wrong).await, 0, "every outcome has its reason");
        // Jobs of attempts that were replaced are looked at once more, and found to be of no use.
        let jobs =
            "select count(*) from river.river_job where state in ('available', 'pending', 'scheduled', 'retryable')";
        let begun = Instant::now();
        while self.count(jobs).await > 0 {
            assert!(begun.elapsed() < Duration::from_mins(1), "jobs are left over");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

pub(crate) async fn signal(child: &Child, signal: &str) {
    let pid = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args([signal, &pid])
            .status()
            .await
            .unwrap()
            .success()
    );
}
