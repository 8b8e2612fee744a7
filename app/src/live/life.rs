//! Whether a page is still there, and what breaks off its request. What ends a component may belong to any thread.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::AbortHandle;

#[derive(Default)]
struct State {
    is_over: bool,
    request: Option<AbortHandle>,
}

/// The life of a poll.
#[derive(Clone, Default)]
pub(super) struct Life(Arc<Mutex<State>>);

impl Life {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }

    /// Notes the request under way.
    pub(super) fn note(&self, request: Option<AbortHandle>) {
        self.state().request = request;
    }

    /// Breaks off the request, if there is one: whoever waits for it is told.
    pub(super) fn break_off(&self) {
        if let Some(request) = &self.state().request {
            request.abort();
        }
    }

    /// Ends it, the request included.
    pub(super) fn end(&self) {
        self.break_off();
        self.state().is_over = true;
    }
}
