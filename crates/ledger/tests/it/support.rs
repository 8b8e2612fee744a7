//! What the tests of this crate share.

use std::sync::Arc;

use domain::id::{IdempotencyKey, RunId, TenantId, UserId};
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::status::Origin;
use domain::view::StartAnswer;
use ledger::Ledger;
use ledger::access;
use ledger::clock::{Clock, ManualClock, SystemClock};
use ledger::permit::{OneRun, Permit};
use ledger::runs::start::Start;
use ledger::testing::{self, Entered, TestDatabase, start};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

/// A database with handles for everybody.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) owner: PgPool,
    pub(crate) web: Ledger,
    pub(crate) worker: Ledger,
    pub(crate) clock: ManualClock,
}

impl World {
    /// With a clock that stands still at the present.
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::new().await;
        let clock = ManualClock::at(SystemClock.now());
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        Self {
            owner: database.owner().await,
            web: database.web(Arc::clone(&shared)).await,
            worker: database.worker(shared).await,
            database,
            clock,
        }
    }

    pub(crate) async fn user(&self, email: &str) -> UserId {
        let id = sqlx::query_scalar("select id from users where email = $1")
            .bind(email)
            .fetch_one(&self.owner)
            .await
            .unwrap();
        UserId(id)
    }

    pub(crate) async fn tenant(&self, name: &str) -> TenantId {
        let id = sqlx::query_scalar("select id from tenants where name = $1")
            .bind(name)
            .fetch_one(&self.owner)
            .await
            .unwrap();
        TenantId(id)
    }

    /// What a person is in a tenant's workspace.
    pub(crate) async fn access(&self, email: &str, tenant: &str) -> Entered {
        let (user, tenant) = (self.user(email).await, self.tenant(tenant).await);
        testing::enter(&self.web, user, tenant)
            .await
            .expect("the person may reach the tenant")
    }

    /// What a person may look at a run by, as the page asks for it.
    pub(crate) async fn permit(&self, email: &str, run: RunId) -> Permit<OneRun> {
        let found = access::for_run(&self.web, self.user(email).await, run).await.unwrap();
        found.expect("the person may reach the run").permit().unwrap()
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.owner).await.unwrap()
    }

    /// Starts an inventory sync of one policy type as the operator of Northwind.
    pub(crate) async fn start_sync(&self, tenant: &str) -> RunId {
        let access = self.access("operator@northwind.example", tenant).await;
        start(&self.web, &access, &sync(&access, PolicyType::DeviceCompliancePolicy))
            .await
            .unwrap()
            .run()
    }
}

/// An inventory sync of one policy type.
pub(crate) fn sync(access: &Entered, kind: PolicyType) -> Start<'static> {
    Start {
        kind: OperationType::InventorySync,
        tenant: access.tenant,
        inputs: json!({ "types": [kind] }),
        receipt: Some(ScopeReceipt::PolicyTypes { types: [kind].into() }),
        origin: Origin::Manual,
        initiator: "Somebody",
        key: None,
    }
}

pub(crate) fn key() -> IdempotencyKey {
    IdempotencyKey(Uuid::from_bytes(rand::random()))
}

pub(crate) fn is_joined(answer: &StartAnswer) -> bool {
    matches!(answer, StartAnswer::Joined { .. })
}

/// How much of something, for the long versions of tests.
#[expect(clippy::disallowed_methods, reason = "tests are configured by the environment alone")]
pub(crate) fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name}: a number"))
    })
}
