//! Whose turn it is: a bound on what is done at once, shared fairly among those who ask.
//!
//! A line of its own for each asker, and a free place goes to whoever has fewest: five hundred requests of one do not make one of
//! another wait longer than for a place to become free. No asker gets the last places, so that a newcomer rarely waits at all.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::id::UserId;
use tokio::sync::oneshot;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Asker {
    /// Somebody signed in, from wherever.
    Person(UserId),
    /// Nobody known, from a network.
    Network(IpAddr),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// At once.
    pub(crate) places: usize,
    /// At once, of one asker.
    pub(crate) each: usize,
    /// Waiting, in all.
    pub(crate) line: usize,
    /// Waiting, of one asker.
    pub(crate) line_each: usize,
    /// How long one waits.
    pub(crate) patience: Duration,
}

/// The places and the lines for them.
#[derive(Debug)]
pub(crate) struct Turns {
    bounds: Bounds,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: usize,
    waiting: usize,
    askers: HashMap<Asker, Line>,
    /// Which asker came first, for those that have as few places as each other.
    round: VecDeque<Asker>,
}

#[derive(Debug, Default)]
struct Line {
    taken: usize,
    waiting: VecDeque<oneshot::Sender<()>>,
}

impl Turns {
    pub(crate) fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self {
            bounds,
            state: Mutex::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place, as soon as it is this asker's turn; none if too many wait already, or for too long.
    pub(crate) async fn take(self: &Arc<Self>, asker: Asker) -> Option<Turn> {
        let wait = {
            let mut state = self.lock();
            let (taken, waiting) = state.of(asker);
            if state.taken < self.bounds.places && taken < self.bounds.each {
                state.begin(asker);
                return Some(Turn::new(self, asker));
            }
            if state.waiting >= self.bounds.line || waiting >= self.bounds.line_each {
                return None;
            }
            Wait {
                called: Some(state.wait(asker)),
                turns: Arc::clone(self),
                asker,
            }
        };
        wait.turn(self.bounds.patience).await
    }

    /// Whether an asker has as many places as one may have: who is refused then is in the way of nobody but themselves.
    pub(crate) fn has_all(&self, asker: Asker) -> bool {
        self.lock().of(asker).0 >= self.bounds.each
    }

    /// Gives up a place, which goes to whoever is next.
    fn end(&self, asker: Asker) {
        let mut state = self.lock();
        state.end(asker);
        state.call(self.bounds);
    }
}

impl State {
    /// How many places an asker has, and how many it waits for.
    fn of(&self, asker: Asker) -> (usize, usize) {
        self.askers
            .get(&asker)
            .map_or((0, 0), |line| (line.taken, line.waiting.len()))
    }

    fn begin(&mut self, asker: Asker) {
        self.taken += 1;
        self.askers.entry(asker).or_default().taken += 1;
    }

    fn wait(&mut self, asker: Asker) -> oneshot::Receiver<()> {
        let (call, called) = oneshot::channel();
        let line = self.askers.entry(asker).or_default();
        if line.waiting.is_empty() {
            self.round.push_back(asker);
        }
        line.waiting.push_back(call);
        self.waiting += 1;
        called
    }

    fn end(&mut self, asker: Asker) {
        self.taken -= 1;
        if let Some(line) = self.askers.get_mut(&asker) {
            line.taken -= 1;
            if line.taken == 0 && line.waiting.is_empty() {
                self.askers.remove(&asker);
            }
        }
    }

    /// Takes those who do not wait any more out of their line.
    fn tidy(&mut self, asker: Asker) {
        if let Some(line) = self.askers.get_mut(&asker) {
            let before = line.waiting.len();
            line.waiting.retain(|call| !call.is_closed());
            self.waiting -= before - line.waiting.len();
            self.leave(asker);
        }
    }

    /// An asker for whom nobody waits is not in the round; one that has no place either is forgotten.
    fn leave(&mut self, asker: Asker) {
        if let Some(line) = self.askers.get(&asker)
            && line.waiting.is_empty()
        {
            let forget = line.taken == 0;
            self.round.retain(|other| *other != asker);
            if forget {
                self.askers.remove(&asker);
            }
        }
    }

    /// Calls those whose turn it is.
    fn call(&mut self, bounds: Bounds) {
        while self.taken < bounds.places {
            let next = self
                .round
                .iter()
                .copied()
                .filter(|asker| self.of(*asker).0 < bounds.each)
                .min_by_key(|asker| self.of(*asker).0);
            let Some(asker) = next else { return };
            let Some(call) = self.askers.get_mut(&asker).and_then(|line| line.waiting.pop_front()) else {
                self.leave(asker);
                continue;
            };
            self.waiting -= 1;
            // To the end of the round, behind those with as few places.
            self.round.retain(|other| *other != asker);
            self.round.push_back(asker);
            if call.send(()).is_ok() {
                self.begin(asker);
            }
            self.leave(asker);
        }
    }
}

/// Somebody in a line.
struct Wait {
    called: Option<oneshot::Receiver<()>>,
    turns: Arc<Turns>,
    asker: Asker,
}

impl Wait {
    async fn turn(mut self, patience: Duration) -> Option<Turn> {
        let called = self.called.as_mut()?;
        tokio::time::timeout(patience, called).await.ok()?.ok()?;
        self.called = None;
        Some(Turn::new(&self.turns, self.asker))
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let Some(mut called) = self.called.take() else { return };
        called.close();
        if called.try_recv().is_ok() {
            // Called, and gone in the same moment: the place goes on to the next.
            self.turns.end(self.asker);
        } else {
            self.turns.lock().tidy(self.asker);
        }
    }
}

/// A place. Whatever it was taken for holds it to its end.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Arc<Turns>,
    asker: Asker,
}

impl Turn {
    fn new(turns: &Arc<Turns>, asker: Asker) -> Self {
        Self {
            turns: Arc::clone(turns),
            asker,
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.end(self.asker);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Poll;

    use futures::poll;

    use super::*;

    const BOUNDS: Bounds = Bounds {
        places: 4,
        each: 3,
        line: 50,
        line_each: 40,
        patience: Duration::from_mins(1),
    };

    fn asker(number: u8) -> Asker {
        Asker::Network(IpAddr::from([192, 0, 2, number]))
    }

    #[tokio::test]
    async fn nobody_gets_all_places_and_the_next_one_goes_to_whoever_has_fewest() {
        let turns = Turns::new(BOUNDS);
        let mut greedy = Vec::new();
        for _ in 0..3 {
            greedy.push(turns.take(asker(1)).await.unwrap());
        }
        let mut waiting: Vec<_> = (0..40).map(|_| Box::pin(turns.take(asker(1)))).collect();
        for wait in &mut waiting {
            assert!(poll!(wait.as_mut()).is_pending());
        }
        assert!(turns.take(asker(1)).await.is_none(), "its line is full");
        // Others find a place at once, or the very next one.
        let other = turns.take(asker(2)).await.unwrap();
        assert!(turns.has_all(asker(1)) && !turns.has_all(asker(2)));
        let mut third = pin!(turns.take(asker(3)));
        assert!(poll!(third.as_mut()).is_pending());
        drop(greedy.pop());
        let Poll::Ready(Some(third)) = poll!(third.as_mut()) else {
            panic!("not its turn")
        };
        assert!(
            waiting
                .iter_mut()
                .all(|wait| futures::FutureExt::now_or_never(wait.as_mut()).is_none())
        );
        drop((other, third));
        let called = waiting
            .iter_mut()
            .filter_map(|wait| futures::FutureExt::now_or_never(wait.as_mut()))
            .flatten()
            .collect::<Vec<_>>();
        assert_eq!(called.len(), 1, "three of one and no more");
        drop((called, greedy));
    }

    #[tokio::test]
    async fn c04_who_hangs_up_while_waiting_frees_a_place_in_the_line_and_no_other() {
        let turns = Turns::new(BOUNDS);
        let held: Vec<_> = futures::future::join_all((0..3).map(|_| turns.take(asker(1)))).await;
        for _ in 0..200 {
            let mut wait = Box::pin(turns.take(asker(1)));
            assert!(poll!(wait.as_mut()).is_pending(), "the line has room for it");
        }
        {
            // Called and dropped before it could look.
            let mut wait = Box::pin(turns.take(asker(1)));
            assert!(poll!(wait.as_mut()).is_pending());
            drop(held);
        }
        let state = turns.lock();
        assert_eq!((state.taken, state.waiting), (0, 0));
        assert!(state.askers.is_empty() && state.round.is_empty());
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let turns = Turns::new(Bounds {
            patience: Duration::from_millis(1),
            ..BOUNDS
        });
        let held: Vec<_> = futures::future::join_all((0..3).map(|_| turns.take(asker(1)))).await;
        assert!(turns.take(asker(1)).await.is_none());
        drop(held);
        assert!(turns.take(asker(1)).await.is_some());
    }
}
