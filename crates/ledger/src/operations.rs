//! Which operations a process has registered (R23).
//!
//! Releases run side by side on one database, and workers may be told to do only some operations. What a process admits,
//! takes, repairs, ends or starts by schedule is one of those it has registered; every other run is left as it is, for whoever
//! knows it.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::operation::OperationType;

/// A set of operations. Clones are cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operations(Arc<BTreeSet<OperationType>>);

impl Operations {
    /// The whole catalogue. The web's: it starts and admits whatever it knows, and a run that no worker knows yet waits in the
    /// queue of its operation for one that does. Hence workers are brought up to date before the web.
    pub fn catalogue() -> Self {
        OperationType::ALL.iter().copied().collect()
    }

    /// Whether one is among them.
    pub fn contains(&self, kind: OperationType) -> bool {
        self.0.contains(&kind)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = OperationType> {
        self.0.iter().copied()
    }

    /// Their names as stored, for statements.
    pub(crate) fn names(&self) -> Vec<String> {
        self.iter().map(|kind| kind.as_str().to_owned()).collect()
    }

    /// The one that a stored name means, if it is among them.
    pub(crate) fn find(&self, stored: &str) -> Option<OperationType> {
        stored.parse().ok().filter(|kind| self.contains(*kind))
    }
}

impl FromIterator<OperationType> for Operations {
    fn from_iter<I: IntoIterator<Item = OperationType>>(kinds: I) -> Self {
        Self(Arc::new(kinds.into_iter().collect()))
    }
}
