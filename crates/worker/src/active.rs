//! The attempts of this process: what to beat for, and how to stop one that was lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::id::RunId;
use tokio_util::sync::CancellationToken;

/// The attempts under way; clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Active(Arc<Mutex<HashMap<RunId, (i32, CancellationToken)>>>);

/// Keeps an attempt among the active ones until it is dropped, however the attempt ends.
#[derive(Debug)]
pub(crate) struct ActiveRunGuard {
    active: Active,
    run: RunId,
    epoch: i32,
    /// Cancelled when the run was given to somebody else.
    pub(crate) lost: CancellationToken,
}

impl Active {
    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, (i32, CancellationToken)>> {
        // A map is whole even if somebody panicked while holding it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn enter(&self, run: RunId, epoch: i32) -> ActiveRunGuard {
        let lost = CancellationToken::new();
        self.lock().insert(run, (epoch, lost.clone()));
        ActiveRunGuard {
            active: self.clone(),
            run,
            epoch,
            lost,
        }
    }

    pub(crate) fn keys(&self) -> Vec<(RunId, i32)> {
        self.lock().iter().map(|(run, (epoch, _))| (*run, *epoch)).collect()
    }

    pub(crate) fn lose(&self, run: RunId) {
        if let Some((_, lost)) = self.lock().get(&run) {
            lost.cancel();
        }
    }
}

impl Drop for ActiveRunGuard {
    fn drop(&mut self) {
        let mut active = self.active.lock();
        // A later epoch of the same run may have entered already.
        if active.get(&self.run).is_some_and(|(epoch, _)| *epoch == self.epoch) {
            active.remove(&self.run);
        }
    }
}
