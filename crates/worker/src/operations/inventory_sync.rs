//! `inventory.sync`: reads the chosen policy types of a tenant and keeps what it has seen.
//!
//! Each page is one transaction: the policies, an item for each, and the progress. A type that cannot be read is an item
//! that failed, with its reason, and the others go on, and so is an object that cannot be read among others that can. What concerns
//! the tenant as a whole (no connection, no sign-in) ends the run; the types that it did not come to were not attempted, and have no
//! failure of their own. What a complete listing of a type did not contain is not in the tenant any more.

use std::collections::{BTreeSet, HashSet};

use domain::counts::Counts;
use domain::id::EntraTenantId;
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::reason::ReasonCode;
use domain::status::ItemOutcome;
use graph::{Contract, GraphError, Page};
use ledger::inventory::{self, Seen};
use ledger::runs::end::Ending;
use ledger::runs::progress::Item;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::listing::unreadable;
use super::{Operation, Run};
use crate::execution::{Execution, Interruption, OperationResult};
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

/// See the module.
#[derive(Debug)]
pub struct InventorySync;

impl Operation for InventorySync {
    const TYPE: OperationType = OperationType::InventorySync;
    type Inputs = Inputs;
    type Target = EntraTenantId;

    async fn run(run: Run<Self>) -> OperationResult {
        let types: Vec<PolicyType> = PolicyType::ALL
            .into_iter()
            .filter(|kind| run.inputs.types.contains(kind))
            .collect();
        let mut sync = Sync {
            execution: &run.execution,
            tenant: run.target,
            counts: Counts::default(),
            seen: HashSet::new(),
            of: types.len(),
        };
        // Every Intune collection says so in a tenant without Intune. That is one fact about the tenant and not a failure of each.
        let mut without_intune = Vec::new();
        for (at, kind) in types.iter().enumerate() {
            if run.receipt.allows_policy(*kind).is_err() {
                return Ok(Ending::Failed(
                    ReasonCode::ScopeExceeded,
                    format!("{kind} is not in the scope receipt"),
                ));
            }
            let Err(failure) = sync.read_type(*kind, at + 1).await? else {
                continue;
            };
            if matches!(failure, GraphError::IntuneMissing { .. }) {
                without_intune.push((*kind, failure));
            } else if !failure.concerns_the_tenant() {
                sync.record(&[failed(*kind, &failure)]).await?;
            } else {
                let (reason, message) = (failure.reason(), failure.message());
                if sync.counts.processed > 0 || !without_intune.is_empty() {
                    // What was read stays, and what was not read is said.
                    let before = without_intune.iter().map(|(kind, failure)| failed(*kind, failure));
                    let after = types[at + 1..].iter().map(|kind| not_attempted(*kind));
                    let items: Vec<Item> = before.chain([failed(*kind, &failure)]).chain(after).collect();
                    sync.record(&items).await?;
                }
                return Ok(if sync.counts.succeeded == 0 {
                    Ending::Failed(reason, message)
                } else {
                    Ending::Done
                });
            }
        }
        match without_intune.first() {
            Some((_, failure)) if without_intune.len() == types.len() => {
                Ok(Ending::Failed(failure.reason(), failure.message()))
            }
            _ => {
                let items: Vec<Item> = without_intune
                    .iter()
                    .map(|(kind, failure)| failed(*kind, failure))
                    .collect();
                sync.record(&items).await?;
                Ok(Ending::Done)
            }
        }
    }
}

/// A type that could not be read, or not to its end.
fn failed(kind: PolicyType, failure: &GraphError) -> Item {
    Item {
        outcome: ItemOutcome::Failed,
        reason: Some(failure.reason()),
        message: Some(failure.message()),
        ..not_attempted(kind)
    }
}

/// A type that the run did not come to. It was not asked for, so nothing is known of it, and it is given no reason.
fn not_attempted(kind: PolicyType) -> Item {
    Item {
        kind: TYPE_ITEM.to_owned(),
        external_id: kind.as_str().to_owned(),
        name: kind.label().to_owned(),
        outcome: ItemOutcome::NotAttempted,
        reason: None,
        message: None,
    }
}

struct Sync<'a> {
    execution: &'a Execution,
    tenant: EntraTenantId,
    counts: Counts,
    /// What is counted already: an object that comes again, on another page or in a listing begun anew, is still one.
    seen: HashSet<(String, String)>,
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
                Ok(None) => break,
                Err(failure) => return Ok(Err(failure)),
            }
        }
        if pages.is_whole() {
            self.conclude(kind).await?;
        }
        Ok(Ok(()))
    }

    /// What a complete listing did not contain is not there any more.
    async fn conclude(&self, kind: PolicyType) -> Result<(), Interruption> {
        let Execution { ledger, attempt, .. } = self.execution;
        let mut tx = attempt.transaction(ledger).await?;
        let missing = inventory::conclude(&mut tx, attempt, kind, ledger.now()).await?;
        if missing > 0 {
            let detail = format!("{}: {missing}", kind.label());
            attempt.note(&mut tx, ledger.now(), "not_seen", &detail).await?;
        }
        Ok(tx.commit().await?)
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
        let done = seen.iter().map(|policy| Item {
            kind: kind.as_str().to_owned(),
            external_id: policy.external_id.clone(),
            name: policy.name.clone(),
            outcome: ItemOutcome::Succeeded,
            reason: None,
            message: None,
        });
        let bad = page.unreadable.iter().map(|object| unreadable(kind.as_str(), object));
        let items: Vec<Item> = done.chain(bad).collect();
        self.count(&items);
        let mut tx = attempt.transaction(ledger).await?;
        inventory::upsert(&mut tx, attempt, kind, &seen, ledger.now()).await?;
        attempt.record(&mut tx, &items).await?;
        attempt.progress(&mut tx, self.counts, phase).await?;
        Ok(tx.commit().await?)
    }

    fn count(&mut self, items: &[Item]) {
        for item in items {
            if self.seen.insert((item.kind.clone(), item.external_id.clone())) {
                self.counts.add(item.outcome);
            }
        }
    }

    /// Items that stand for types as a whole.
    async fn record(&mut self, items: &[Item]) -> Result<(), Interruption> {
        if items.is_empty() {
            return Ok(());
        }
        let Execution { ledger, attempt, .. } = self.execution;
        self.count(items);
        let mut tx = attempt.transaction(ledger).await?;
        attempt.record(&mut tx, items).await?;
        attempt.progress(&mut tx, self.counts, "").await?;
        Ok(tx.commit().await?)
    }
}

/// The inventory keeps at most 16 kB of metadata a policy; what is larger is left out whole rather than cut in pieces. PostgreSQL
/// writes a space after each comma and colon.
fn bounded_meta(meta: &serde_json::Map<String, Value>) -> Value {
    let value = Value::Object(meta.clone());
    let text = value.to_string();
    let written = text.len() + text.bytes().filter(|byte| matches!(byte, b',' | b':')).count();
    if written <= 16_384 {
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
    fn s07_metadata_is_measured_as_postgresql_writes_it() {
        let of = |n: usize| {
            let mut meta = serde_json::Map::new();
            meta.insert("a".to_owned(), Value::from(vec![7; n]));
            bounded_meta(&meta)
        };
        assert_ne!(of(5_000), serde_json::json!({}));
        assert_eq!(of(5_600), serde_json::json!({}), "11 kB here, 17 kB there");
    }

    #[test]
    fn phases_read_as_sentences() {
        assert_eq!(lower_first("Compliance policies"), "compliance policies");
        assert_eq!(lower_first("PowerShell scripts"), "PowerShell scripts");
    }
}
