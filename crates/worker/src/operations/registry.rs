//! Which operations a worker executes, and how: what is not registered here is left to whoever has registered it (R23).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use domain::operation::OperationType;
use futures::future::BoxFuture;
use ledger::Operations;

use super::{Operation, Target};
use crate::execution::{Execution, OperationResult};

type Handler = Arc<dyn Fn(Execution) -> BoxFuture<'static, OperationResult> + Send + Sync>;

#[derive(Clone)]
struct Entry {
    handler: Handler,
    limit: Duration,
}

/// Operations with what executes them. Clones are cheap.
#[derive(Clone, Default)]
pub struct Registry(BTreeMap<OperationType, Entry>);

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A name that is not one of an operation that this release executes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("operations that this release executes: {}", .0.join(", "))]
pub struct NotExecuted(Vec<&'static str>);

impl Registry {
    /// Registers an operation.
    #[must_use]
    pub fn with_operation<O: Operation>(self) -> Self {
        const {
            assert!(
                O::Target::KIND as u8 == O::TYPE.spec().target as u8,
                "the target of an operation is that of its row in the catalogue"
            );
        }
        self.with(O::TYPE, super::execute::<O>)
    }

    /// Registers what executes an operation, or replaces it.
    #[must_use]
    pub fn with<F, Fut>(mut self, operation: OperationType, handler: F) -> Self
    where
        F: Fn(Execution) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = OperationResult> + Send + 'static,
    {
        let entry = Entry {
            handler: Arc::new(move |run| Box::pin(handler(run))),
            limit: operation.time_limit(),
        };
        self.0.insert(operation, entry);
        self
    }

    /// Gives a registered operation another limit than the catalogue's.
    #[must_use]
    pub fn with_limit(mut self, operation: OperationType, limit: Duration) -> Self {
        if let Some(entry) = self.0.get_mut(&operation) {
            entry.limit = limit;
        }
        self
    }

    /// Only those that a comma list names, at least one.
    pub fn only(mut self, names: &str) -> Result<Self, NotExecuted> {
        let wanted: Option<Vec<OperationType>> = names
            .split(',')
            .map(|name| {
                name.trim()
                    .parse()
                    .ok()
                    .filter(|operation| self.0.contains_key(operation))
            })
            .collect();
        let Some(wanted) = wanted else {
            return Err(NotExecuted(self.0.keys().map(|operation| operation.as_str()).collect()));
        };
        self.0.retain(|operation, _| wanted.contains(operation));
        Ok(self)
    }

    pub fn operations(&self) -> Operations {
        self.0.keys().copied().collect()
    }

    /// The longest that an attempt may take.
    pub(crate) fn limit(&self, operation: OperationType) -> Duration {
        self.0
            .get(&operation)
            .map_or(operation.time_limit(), |entry| entry.limit)
    }

    /// What executes a run; `None` for an operation that is not registered, of which no attempt can begin here.
    pub(crate) fn execute(&self, run: Execution) -> Option<BoxFuture<'static, OperationResult>> {
        self.0.get(&run.attempt.operation).map(|entry| (entry.handler)(run))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_catalogue_and_nonsense_is_told_what_there_is() {
        let all = Registry::implemented();
        let some = all.clone().only("retention.prune, inventory.sync").unwrap();
        assert_eq!(
            some.operations(),
            [OperationType::InventorySync, OperationType::RetentionPrune]
                .into_iter()
                .collect()
        );
        for names in ["", "inventory.sync,", "bogus", "restore.execute"] {
            let error = all.clone().only(names).unwrap_err().to_string();
            assert!(error.contains("directory.groups.sync"), "{names}: {error}");
        }
    }
}
