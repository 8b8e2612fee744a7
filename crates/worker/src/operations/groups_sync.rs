//! `directory.groups.sync`: reads all groups of a tenant into the cache that pages take names from.

use chrono::{DateTime, Utc};
use domain::id::EntraTenantId;
use domain::operation::OperationType;
use graph::{Contract, Object};
use ledger::directory::{self, SeenGroup};
use ledger::runs::execute::Attempt;
use ledger::scope::ScopedTx;
use serde_json::Value;

use super::listing::{self, Cache};
use super::{NoInputs, Operation, Run};
use crate::execution::OperationResult;

/// See the module.
#[derive(Debug)]
pub struct GroupsSync;

impl Operation for GroupsSync {
    const TYPE: OperationType = OperationType::DirectoryGroupsSync;
    type Inputs = NoInputs;
    type Target = EntraTenantId;

    async fn run(run: Run<Self>) -> OperationResult {
        listing::read_all::<Self>(&run.execution, run.target).await
    }
}

impl Cache for GroupsSync {
    const CONTRACT: Contract = Contract::Groups;
    const ITEM: &'static str = "group";
    const PHASE: &'static str = "Reading groups";
    type Seen = SeenGroup;

    fn seen(object: &Object) -> SeenGroup {
        let flag = |name| object.meta.get(name).and_then(Value::as_bool).unwrap_or(false);
        let unified = object
            .meta
            .get("groupTypes")
            .and_then(Value::as_array)
            .is_some_and(|types| types.iter().any(|of| of == "Unified"));
        let (security_enabled, mail_enabled) = (flag("securityEnabled"), flag("mailEnabled"));
        let group_type = match (unified, security_enabled, mail_enabled) {
            (true, ..) => "microsoft365",
            (false, true, _) => "security",
            (false, false, true) => "distribution",
            (false, false, false) => "unknown",
        };
        SeenGroup {
            external_id: object.external_id.clone(),
            name: object.name.clone(),
            group_type,
            security_enabled,
            mail_enabled,
        }
    }

    async fn upsert(
        tx: &mut ScopedTx,
        attempt: &Attempt,
        seen: &[SeenGroup],
        now: DateTime<Utc>,
    ) -> ledger::Result<()> {
        directory::upsert_groups(tx, attempt, seen, now).await
    }

    async fn conclude(tx: &mut ScopedTx, attempt: &Attempt, now: DateTime<Utc>) -> ledger::Result<u64> {
        directory::forget_groups(tx, attempt, now).await?;
        directory::conclude_groups(tx, attempt, now).await
    }
}
