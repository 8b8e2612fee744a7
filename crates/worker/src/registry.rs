//! Which operations a worker executes, and how: what is not registered here is left to whoever has registered it (R23).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use domain::operation::OperationType;
use futures::future::BoxFuture;
use ledger::Operations;

use crate::execution::{Answer, Execution};
use crate::{groups_sync, inventory_sync, retention_prune};

type Handler = Arc<dyn Fn(Execution) -> BoxFuture<'static, Answer> + Send + Sync>;

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
    /// Everything that this release executes.
    pub fn implemented() -> Self {
        Self::default()
            .with(OperationType::InventorySync, |run| async move {
                inventory_sync::execute(&run).await
            })
            .with(OperationType::DirectoryGroupsSync, |run| async move {
                groups_sync::execute(&run).await
            })
            .with(OperationType::RetentionPrune, |run| async move {
                retention_prune::execute(&run).await
            })
    }

    /// Registers an operation, or replaces what executes it.
    #[must_use]
    pub fn with<F, Fut>(mut self, kind: OperationType, handler: F) -> Self
    where
        F: Fn(Execution) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Answer> + Send + 'static,
    {
        let entry = Entry {
            handler: Arc::new(move |run| Box::pin(handler(run))),
            limit: kind.time_limit(),
        };
        self.0.insert(kind, entry);
        self
    }

    /// Gives a registered operation another limit than the catalogue's.
    #[must_use]
    pub fn with_limit(mut self, kind: OperationType, limit: Duration) -> Self {
        if let Some(entry) = self.0.get_mut(&kind) {
            entry.limit = limit;
        }
        self
    }

    /// Only those that a comma list names, at least one.
    pub fn only(mut self, names: &str) -> Result<Self, NotExecuted> {
        let wanted: Option<Vec<OperationType>> = names
            .split(',')
            .map(|name| name.trim().parse().ok().filter(|kind| self.0.contains_key(kind)))
            .collect();
        let Some(wanted) = wanted else {
            return Err(NotExecuted(self.0.keys().map(|kind| kind.as_str()).collect()));
        };
        self.0.retain(|kind, _| wanted.contains(kind));
        Ok(self)
    }

    pub fn operations(&self) -> Operations {
        self.0.keys().copied().collect()
    }

    /// The longest that an attempt may take.
    pub(crate) fn limit(&self, kind: OperationType) -> Duration {
        self.0.get(&kind).map_or(kind.time_limit(), |entry| entry.limit)
    }

    /// What executes a run; `None` for an operation that is not registered, of which no attempt can begin here.
    pub(crate) fn execute(&self, run: Execution) -> Option<BoxFuture<'static, Answer>> {
        self.0.get(&run.attempt.kind).map(|entry| (entry.handler)(run))
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
