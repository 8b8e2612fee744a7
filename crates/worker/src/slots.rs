//! How many runs a process executes at a time, over all operations. The engine's own bound is for each queue, of which every
//! operation has one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The slots of a process; clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Slots(Arc<Mutex<Room>>);

#[derive(Debug)]
struct Room {
    free: usize,
    /// By priority (lower first), then by arrival.
    waiting: BTreeMap<(i16, u64), oneshot::Sender<Slot>>,
    arrivals: u64,
}

/// The right to execute a run, given on when dropped.
#[derive(Debug)]
pub(crate) struct Slot(Option<Slots>);

impl Slots {
    pub(crate) fn new(slots: usize) -> Self {
        Self(Arc::new(Mutex::new(Room {
            free: slots,
            waiting: BTreeMap::new(),
            arrivals: 0,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Room> {
        // Whole even if somebody panicked while holding it: each change is one step.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A slot, when it is one's turn. Whoever stops waiting loses only the turn.
    pub(crate) async fn take(&self, priority: i16) -> Slot {
        let turn = {
            let mut room = self.lock();
            if room.free > 0 {
                room.free -= 1;
                return Slot(Some(self.clone()));
            }
            let (slot, turn) = oneshot::channel();
            room.arrivals += 1;
            let place = (priority, room.arrivals);
            room.waiting.insert(place, slot);
            turn
        };
        // The other end is dropped only after it was used.
        turn.await.unwrap_or(Slot(None))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Some(slots) = self.0.take() else { return };
        loop {
            let next = {
                let mut room = slots.lock();
                let next = room.waiting.pop_first();
                if next.is_none() {
                    room.free += 1;
                }
                next
            };
            let Some((_, next)) = next else { return };
            match next.send(Slot(Some(slots.clone()))) {
                Ok(()) => return,
                // Nobody waits there any more. What comes back must not be given on a second time.
                Err(mut back) => back.0 = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn no_more_than_there_are_and_the_urgent_first() {
        let slots = Slots::new(1);
        let first = slots.take(2).await;
        let mut later = Box::pin(slots.take(2));
        let mut given_up = Box::pin(slots.take(1));
        let mut urgent = Box::pin(slots.take(1));
        for waiting in [&mut later, &mut given_up, &mut urgent] {
            assert!(waiting.now_or_never().is_none());
        }
        drop(given_up);
        drop(first);
        assert!((&mut later).now_or_never().is_none());
        let second = (&mut urgent).now_or_never().expect("the turn of the urgent one");
        drop(second);
        let third = (&mut later).now_or_never().expect("its turn");
        assert!(slots.take(1).now_or_never().is_none());
        drop(third);
        assert!(slots.take(1).now_or_never().is_some());
    }
}
