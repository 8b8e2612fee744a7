//! How waiting becomes visible to whoever asked (R17).

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::reason::ReasonCode;

use crate::contract::Contract;

/// Something odd about a listing that did not keep it from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// Its page token was not known any more, and it was begun anew.
    BegunAnew,
    /// It ended on a link that had been followed already.
    EndedOnOldLink,
}

/// Told of every wait before a retry.
///
/// The first two calls come in pairs, unless the future is dropped in between: who drops it, ends the wait for the reader as
/// well. Both are awaited, so a slow observer delays the request; they cannot fail, because not being able to show a wait
/// is no reason to stop the work.
pub trait Observer: Send + Sync {
    /// The next attempt begins after `delay`.
    fn waiting(&self, reason: ReasonCode, delay: Duration) -> impl Future<Output = ()> + Send;

    /// The wait is over and the next attempt begins.
    fn resumed(&self) -> impl Future<Output = ()> + Send;

    /// A listing took an odd turn, and goes on or has ended well.
    fn noticed(&self, _: Contract, _: Oddity) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// Nobody is watching.
impl Observer for () {
    async fn waiting(&self, _: ReasonCode, _: Duration) {}
    async fn resumed(&self) {}
}

impl<O: Observer> Observer for &O {
    async fn waiting(&self, reason: ReasonCode, delay: Duration) {
        O::waiting(self, reason, delay).await;
    }
    async fn resumed(&self) {
        O::resumed(self).await;
    }
    async fn noticed(&self, contract: Contract, oddity: Oddity) {
        O::noticed(self, contract, oddity).await;
    }
}

impl<O: Observer> Observer for Arc<O> {
    async fn waiting(&self, reason: ReasonCode, delay: Duration) {
        O::waiting(self, reason, delay).await;
    }
    async fn resumed(&self) {
        O::resumed(self).await;
    }
    async fn noticed(&self, contract: Contract, oddity: Oddity) {
        O::noticed(self, contract, oddity).await;
    }
}
