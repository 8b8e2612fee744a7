//! One at a time for each key, within a process.
//!
//! The database decides by locks of rows; but whoever waits for one holds a connection, and a person with a hundred requests would
//! hold them all. Here they wait without one, in the order in which they came. Taken before a connection and never with one
//! in hand, so that nobody who has what another needs waits for that other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

/// Who is at work and who waits, by key.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<Vec<u8>, Weak<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// From this size on, keys that nobody uses any more are forgotten.
    const MANY: usize = 256;

    /// Waits for one's turn, which lasts until what is returned is dropped.
    pub(crate) async fn take(&self, key: &[u8]) -> OwnedMutexGuard<()> {
        let turn = self.of(key);
        turn.lock_owned().await
    }

    fn of(&self, key: &[u8]) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        if turns.len() >= Self::MANY {
            turns.retain(|_, turn| turn.strong_count() > 0);
        }
        let turn = Arc::default();
        turns.insert(key.to_vec(), Arc::downgrade(&turn));
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_at_a_time_of_a_key_and_nothing_is_kept_of_those_that_are_done() {
        let turns = Turns::default();
        let first = turns.take(b"a").await;
        let mut second = Box::pin(turns.take(b"a"));
        assert!(futures::poll!(second.as_mut()).is_pending());
        drop(turns.take(b"b").await);
        drop(first);
        drop(second.await);
        for n in 0..10 * Turns::MANY {
            drop(turns.take(&n.to_be_bytes()).await);
        }
        assert!(turns.0.lock().unwrap().len() <= Turns::MANY);
    }
}
