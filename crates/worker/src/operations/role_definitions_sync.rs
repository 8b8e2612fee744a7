//! `directory.role_definitions.sync`: reads the roles of a tenant's directory into the cache that pages take names from.

use chrono::{DateTime, Utc};
use domain::id::EntraTenantId;
use domain::operation::OperationType;
use graph::{Contract, Object};
use ledger::role_definitions::{self, SeenRoleDefinition};
use ledger::runs::execute::Attempt;
use ledger::scope::ScopedTx;
use serde_json::Value;

use super::listing::{self, Cache};
use super::{NoInputs, Operation, Run};
use crate::execution::OperationResult;

/// See the module.
#[derive(Debug)]
pub struct RoleDefinitionsSync;

impl Operation for RoleDefinitionsSync {
    const TYPE: OperationType = OperationType::DirectoryRoleDefinitionsSync;
    type Inputs = NoInputs;
    type Target = EntraTenantId;

    async fn run(run: Run<Self>) -> OperationResult {
        listing::read_all::<Self>(&run.execution, run.target).await
    }
}

impl Cache for RoleDefinitionsSync {
    const CONTRACT: Contract = Contract::RoleDefinitions;
    const ITEM: &'static str = "role_definition";
    const PHASE: &'static str = "Reading roles";
    type Seen = SeenRoleDefinition;

    fn seen(object: &Object) -> SeenRoleDefinition {
        let flag = |name| object.meta.get(name).and_then(Value::as_bool);
        let template = object.meta.get("templateId").and_then(Value::as_str);
        SeenRoleDefinition {
            external_id: object.external_id.clone(),
            name: object.name.clone(),
            // What is longer than an id is none.
            template_id: template
                .filter(|id| (1..=200).contains(&id.chars().count()))
                .map(str::to_owned),
            built_in: flag("isBuiltIn").unwrap_or(false),
            // A role that does not say so can be assigned: Microsoft switches none of its own off.
            enabled: flag("isEnabled").unwrap_or(true),
        }
    }

    async fn upsert(
        tx: &mut ScopedTx,
        attempt: &Attempt,
        seen: &[SeenRoleDefinition],
        now: DateTime<Utc>,
    ) -> ledger::Result<()> {
        role_definitions::upsert(tx, attempt, seen, now).await
    }

    async fn conclude(tx: &mut ScopedTx, attempt: &Attempt, now: DateTime<Utc>) -> ledger::Result<u64> {
        role_definitions::conclude(tx, attempt, now).await
    }
}
