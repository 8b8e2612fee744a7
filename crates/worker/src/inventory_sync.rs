//! `inventory.sync`: reads the chosen policy types of a tenant and keeps what it has seen.
//!
//! Each page is one transaction: the policies, an item for each, and the progress. A type that cannot be read is an item
//! that failed, with its reason, and the others go on; what concerns the tenant as a whole (no connection, no sign-in) ends
//! the run.

use std::collections::BTreeSet;

use domain::counts::Counts;
use domain::id::EntraTenantId;
use domain::policy::PolicyType;
use domain::reason::ReasonCode;
use domain::status::ItemOutcome;
use graph::{Contract, GraphError, Page};
use ledger::inventory::{self, Seen};
use ledger::runs::end::Ending;
use ledger::runs::progress::Item;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::execution::{Answer, Execution, Interruption};
use crate::waits::Waits;

/// The inputs of the operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The policy types to read.
    pub types: BTreeSet<PolicyType>,
}

/// The kind of an item that stands for a policy type as a whole.
const TYPE_ITEM: &str = "policy_type";

pub(crate) async fn execute(execution: &Execution) -> Answer {
    let Ok(inputs) = serde_json::from_value::<Inputs>(execution.attempt.inputs.clone()) else {
        return Ok(Ending::Failed(
            ReasonCode::InternalError,
            "the inputs cannot be read".to_owned(),
        ));
    };
    let Some(tenant) = execution.attempt.entra_tenant else {
        return Ok(Ending::Failed(
            ReasonCode::TenantMissing,
            "the run has no tenant".to_owned(),
        ));
    };
    let Some(receipt) = &execution.attempt.receipt else {
        return Ok(Ending::Failed(
            ReasonCode::ScopeExceeded,
            "the run has no scope receipt".to_owned(),
        ));
    };
    let types: Vec<PolicyType> = PolicyType::ALL
        .into_iter()
        .filter(|kind| inputs.types.contains(kind))
        .collect();
    let mut sync = Sync {
        execution,
        tenant,
        counts: Counts::default(),
        of: types.len(),
    };
    for (at, kind) in types.iter().enumerate() {
        if receipt.allows_policy(*kind).is_err() {
            return Ok(Ending::Failed(
                ReasonCode::ScopeExceeded,
                format!("{kind} is not in the scope receipt"),
            ));
        }
        let Err(failure) = sync.read_type(*kind, at + 1).await? else {
            continue;
        };
        let reason = failure.reason();
        if !concerns_the_tenant(&failure) {
            sync.record_failure(&types[at..=at], &failure).await?;
        } else if sync.counts.succeeded == 0 {
            return Ok(Ending::Failed(reason, failure.message()));
        } else {
            // What was read stays, and what was not read is said.
            sync.record_failure(&types[at..], &failure).await?;
            break;
        }
    }
    Ok(Ending::Done)
}

/// Failures that the next type would meet as well.
const fn concerns_the_tenant(failure: &GraphError) -> bool {
    matches!(
        failure.reason(),
        ReasonCode::GraphUnreachable | ReasonCode::AuthenticationFailed | ReasonCode::GraphUnsafeLink
    )
}

struct Sync<'a> {
    execution: &'a Execution,
    tenant: EntraTenantId,
    counts: Counts,
    of: usize,
}

impl Sync<'_> {
    /// Reads one type to its last page. The outer error stops the attempt, the inner one the type.
    async fn read_type(&mut self, kind: PolicyType, at: usize) -> Result<Result<(), GraphError>, Interruption> {
        let Execution { graph, credentials, .. } = self.execution;
        let waits = Waits(self.execution.clone());
        let phase = format!("Reading {} ({at} of {})", lower_first(kind.label()), self.of);
        self.say(&phase).await?;
        let mut pages = graph.list(self.tenant, credentials, Contract::Policies(kind), waits);
        loop {
            match pages.next().await {
                Ok(Some(page)) => self.keep(kind, &page, &phase).await?,
                Ok(None) => return Ok(Ok(())),
                Err(failure) => return Ok(Err(failure)),
            }
        }
    }

    async fn say(&self, phase: &str) -> Result<(), Interruption> {
        let Execution { ledger, attempt, .. } = self.execution;
        let mut tx = attempt.transaction(ledger).await?;
        attempt.progress(&mut tx, self.counts, phase).await?;
        Ok(tx.commit().await?)
    }

    async fn keep(&mut self, kind: PolicyType, page: &Page, phase: &str) -> Result<(), Interruption> {
        let Execution { ledger, attempt, .. } = self.execution;
        let seen: Vec<Seen> = page
            .objects
            .iter()
            .map(|object| Seen {
                external_id: object.external_id.clone(),
                name: object.name.clone(),
                platform: object.platform.clone(),
                modified_at: object.last_modified_at,
                meta: bounded_meta(&object.meta),
            })
            .collect();
        let items: Vec<Item> = seen
            .iter()
            .map(|policy| Item {
                kind: kind.as_str().to_owned(),
                external_id: policy.external_id.clone(),
                name: policy.name.clone(),
                outcome: ItemOutcome::Succeeded,
                reason: None,
                message: None,
            })
            .collect();
        for _ in &items {
            self.counts.add(ItemOutcome::Succeeded);
        }
        let mut tx = attempt.transaction(ledger).await?;
        inventory::upsert(&mut tx, attempt, kind, &seen, ledger.now()).await?;
        attempt.record(&mut tx, &items).await?;
        attempt.progress(&mut tx, self.counts, phase).await?;
        Ok(tx.commit().await?)
    }

    /// Types that could not be read, as items.
    async fn record_failure(&mut self, types: &[PolicyType], failure: &GraphError) -> Result<(), Interruption> {
        let Execution { ledger, attempt, .. } = self.execution;
        let items: Vec<Item> = types
            .iter()
            .map(|kind| Item {
                kind: TYPE_ITEM.to_owned(),
                external_id: kind.as_str().to_owned(),
                name: kind.label().to_owned(),
                outcome: ItemOutcome::Failed,
                reason: Some(failure.reason()),
                message: Some(failure.message()),
            })
            .collect();
        for _ in &items {
            self.counts.add(ItemOutcome::Failed);
        }
        let mut tx = attempt.transaction(ledger).await?;
        attempt.record(&mut tx, &items).await?;
        attempt.progress(&mut tx, self.counts, "").await?;
        Ok(tx.commit().await?)
    }
}

/// The inventory keeps at most 16 kB of metadata a policy; what is larger is left out whole rather than cut in pieces.
fn bounded_meta(meta: &serde_json::Map<String, Value>) -> Value {
    let value = Value::Object(meta.clone());
    if value.to_string().len() <= 12_000 {
        value
    } else {
        Value::Object(serde_json::Map::new())
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    // "PowerShell scripts" and "iOS" keep their capitals: only plain words are lowered.
    match (chars.next(), chars.as_str()) {
        (Some(first), rest)
            if rest
                .split(' ')
                .next()
                .is_some_and(|word| word.chars().all(char::is_lowercase)) =>
        {
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_strict() {
        let read = |json: Value| serde_json::from_value::<Inputs>(json);
        assert_eq!(
            read(serde_json::json!({"types": ["deviceCompliancePolicy", "deviceCompliancePolicy"]}))
                .unwrap()
                .types,
            BTreeSet::from([PolicyType::DeviceCompliancePolicy])
        );
        assert!(read(serde_json::json!({"types": ["bogus"]})).is_err());
        assert!(read(serde_json::json!({"types": [], "more": 1})).is_err());
    }

    #[test]
    fn phases_read_as_sentences() {
        assert_eq!(lower_first("Compliance policies"), "compliance policies");
        assert_eq!(lower_first("PowerShell scripts"), "PowerShell scripts");
    }
}
