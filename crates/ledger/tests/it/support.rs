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
use ledger::hub::SaturatedCountCache;
use ledger::permit::{OneRun, Permit};
use ledger::runs::start::Start;
use serde_json::json;
use sqlx::PgPool;
pub(crate) use test_support::number;
use test_support::{Entered, TestDatabase, start};
use uuid::Uuid;

/// A database with handles for everybody.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) owner: PgPool,
    pub(crate) web: Ledger,
    pub(crate) worker: Ledger,
    pub(crate) saturated: SaturatedCountCache,
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
            saturated: SaturatedCountCache::default(),
            database,
            clock,
        }
    }

    pub(crate) async fn user(&self, email: &str) -> UserId {
        test_support::user(&self.owner, email).await
    }

    pub(crate) async fn tenant(&self, name: &str) -> TenantId {
        test_support::tenant(&self.owner, name).await
    }

    /// What a person is in a tenant's workspace.
    pub(crate) async fn access(&self, email: &str, tenant: &str) -> Entered {
        let (user, tenant) = (self.user(email).await, self.tenant(tenant).await);
        test_support::enter(&self.web, user, tenant)
            .await
            .expect("the person may reach the tenant")
    }

    /// What a person may look at a run by, as the page asks for it.
    pub(crate) async fn permit(&self, email: &str, run: RunId) -> Permit<OneRun> {
        let found = access::for_run(&self.web, self.user(email).await, run).await.unwrap();
        found.expect("the person may reach the run").permit().unwrap()
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        test_support::count(&self.owner, sql).await
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
