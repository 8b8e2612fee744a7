//! Inputs of public bug reports about tools that do the same, driven over HTTP; what is right is in the database at the end.

mod listings;
mod names;
mod reasons;

use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::status::Origin;
use domain::view::RunDetail;
use ledger::permit::{Key, View};
use ledger::runs::start::Start;
use ledger::scope::ScopedTx;
use serde_json::json;
use test_support::Entered;

use crate::scripted::Scripted;
use crate::support::{Running, World};

/// The collection that most of the reports are about, and its policies.
const POLICIES: &str = "deviceCompliancePolicies";
const KIND: PolicyType = PolicyType::DeviceCompliancePolicy;

/// A world whose Microsoft is scripted.
struct Case {
    world: World,
    access: Entered,
    _worker: Running,
}

impl Case {
    async fn new(graph: &Scripted) -> Self {
        let world = World::new().await;
        Self {
            access: world.access("operator@northwind.example", "Contoso").await,
            _worker: world.worker("one", &graph.url).await,
            world,
        }
    }

    /// A sync of policies, at its end.
    async fn policies(&self, types: &[PolicyType]) -> RunDetail {
        let run = self.world.start(&self.access, types).await;
        self.world.ended(&self.access, run).await
    }

    /// A sync of groups, at its end.
    async fn groups(&self) -> RunDetail {
        let what = Start {
            kind: OperationType::DirectoryGroupsSync,
            tenant: self.access.tenant,
            inputs: json!({}),
            receipt: Some(ScopeReceipt::Groups),
            origin: Origin::Manual,
            initiator: "Olga Operator",
            key: None,
        };
        let run = self.world.start_what(&self.access, &what).await;
        self.world.ended(&self.access, run).await
    }

    /// A transaction to look at what a key is for.
    async fn looks<K: Key>(&self) -> ScopedTx<K> {
        let permit = self.access.permit::<K, View>().unwrap();
        permit.begin(&self.world.web).await.unwrap()
    }

    /// The names of the policies or groups that are stored, in the order of their ids.
    async fn stored(&self, table: &'static str) -> Vec<String> {
        let sql = match table {
            "inventory_items" => "select name from inventory_items order by external_id collate \"C\"",
            _ => "select name from directory_groups order by external_id collate \"C\"",
        };
        sqlx::query_scalar(sql).fetch_all(&self.world.owner).await.unwrap()
    }
}

/// Processed, succeeded, failed, not attempted.
fn counts(found: &RunDetail) -> (u32, u32, u32, u32) {
    let counts = found.run.counts;
    (counts.processed, counts.succeeded, counts.failed, counts.not_attempted)
}

fn told<'a>(found: &'a RunDetail, kind: &str) -> Vec<&'a str> {
    let events = found.events.iter().filter(|event| event.kind == kind);
    events.map(|event| event.detail.as_str()).collect()
}
