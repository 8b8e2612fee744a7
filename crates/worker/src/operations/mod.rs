//! The operations that this release executes, one file each.
//!
//! An [`Operation`] says which row of the catalogue it executes, what its inputs are and what to do. Reading inputs, target and
//! scope receipt of a run is done here, once for all; a run that lacks one of them ends before its operation sees it.

mod groups_sync;
mod inventory_sync;
mod listing;
mod registry;
mod retention_prune;
mod role_definitions_sync;

use domain::id::EntraTenantId;
use domain::operation::{OperationType, TargetKind};
use domain::reason::ReasonCode;
use domain::receipt::ScopeReceipt;
use ledger::runs::end::Ending;
use ledger::runs::execute::Attempt;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use self::groups_sync::GroupsSync;
pub use self::inventory_sync::InventorySync;
pub use self::registry::Registry;
pub use self::retention_prune::RetentionPrune;
pub use self::role_definitions_sync::RoleDefinitionsSync;
use crate::execution::{Execution, OperationResult};

impl Registry {
    /// Everything that this release executes.
    pub fn implemented() -> Self {
        Self::default()
            .with_operation::<InventorySync>()
            .with_operation::<GroupsSync>()
            .with_operation::<RoleDefinitionsSync>()
            .with_operation::<RetentionPrune>()
    }
}

/// What executes the runs of one row of the catalogue.
pub trait Operation: Sized + 'static {
    /// The row.
    const TYPE: OperationType;
    /// What a run is asked to do. Not open: inputs that an older worker cannot read are another operation's (R23).
    type Inputs: DeserializeOwned + Send;
    /// What it works on: the same as in the row, as a type.
    type Target: Target;

    /// Does the work of one attempt, from the beginning: an earlier one may have got anywhere.
    fn run(run: Run<Self>) -> impl Future<Output = OperationResult> + Send;
}

/// An attempt at a run, with everything read that its operation needs of it.
#[derive(Debug)]
pub struct Run<O: Operation> {
    /// Ledger, Microsoft Graph and the attempt.
    pub execution: Execution,
    /// What to do.
    pub inputs: O::Inputs,
    /// What to do it to.
    pub target: O::Target,
    /// What may be touched; of the kind that the row says.
    pub receipt: ScopeReceipt,
}

impl<O: Operation> Run<O> {
    /// Reads what the run was given; otherwise how it ends.
    fn read(execution: Execution) -> Result<Self, Ending> {
        let attempt = &execution.attempt;
        let inputs = O::Inputs::deserialize(&attempt.inputs)
            .map_err(|_| failed(ReasonCode::InternalError, "the inputs cannot be read"))?;
        let target = O::Target::of(attempt)?;
        let receipt = attempt
            .receipt
            .clone()
            .ok_or_else(|| failed(ReasonCode::ScopeExceeded, "the run has no scope receipt"))?;
        if receipt.kind() != O::TYPE.spec().receipt {
            return Err(failed(
                ReasonCode::ScopeExceeded,
                "the scope receipt is for something else",
            ));
        }
        Ok(Self {
            execution,
            inputs,
            target,
            receipt,
        })
    }
}

/// Reads what a run of the operation was given, and runs it.
async fn execute<O: Operation>(execution: Execution) -> OperationResult {
    match Run::<O>::read(execution) {
        Ok(run) => O::run(run).await,
        Err(ending) => Ok(ending),
    }
}

fn failed(reason: ReasonCode, message: impl Into<String>) -> Ending {
    Ending::Failed(reason, message.into())
}

/// The inputs of what can be done in one way only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoInputs {}

/// What runs work on.
pub trait Target: Send + Sized {
    /// Which of the two that is.
    const KIND: TargetKind;

    /// That of an attempt; otherwise how its run ends.
    fn of(attempt: &Attempt) -> Result<Self, Ending>;
}

/// A tenant, by the id that Microsoft knows it by.
impl Target for EntraTenantId {
    const KIND: TargetKind = TargetKind::Tenant;

    fn of(attempt: &Attempt) -> Result<Self, Ending> {
        attempt
            .entra_tenant
            .ok_or_else(|| failed(ReasonCode::TenantMissing, "the run has no tenant"))
    }
}

/// The run's workspace, and no tenant.
#[derive(Debug, Clone, Copy)]
pub struct WholeWorkspace;

impl Target for WholeWorkspace {
    const KIND: TargetKind = TargetKind::Workspace;

    fn of(attempt: &Attempt) -> Result<Self, Ending> {
        match attempt.tenant {
            None => Ok(Self),
            Some(_) => Err(failed(ReasonCode::ScopeExceeded, "the run is about one tenant")),
        }
    }
}

#[cfg(test)]
mod tests {
    use ledger::Operations;

    use super::*;

    /// The catalogue promises what is executed here, and nothing else.
    #[test]
    fn what_the_catalogue_says_is_executed_is_registered() {
        let promised: Operations = OperationType::ALL
            .iter()
            .copied()
            .filter(|operation| operation.is_executed())
            .collect();
        assert_eq!(Registry::implemented().operations(), promised);
    }
}
