//! Which connections there are, and which one goes when there are too many.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Limits;
use crate::web::address::network_of;

/// What goes on on a connection.
#[derive(Debug)]
pub(super) struct Activity {
    opened: Instant,
    requests: AtomicUsize,
    stalled: AtomicBool,
    /// When it began to wait, in milliseconds after [`Self::opened`].
    waits_since: AtomicU64,
}

impl Activity {
    fn new() -> Self {
        Self {
            opened: Instant::now(),
            requests: AtomicUsize::new(0),
            stalled: AtomicBool::new(false),
            waits_since: AtomicU64::new(0),
        }
    }

    /// A request has begun; its answer is over when this is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.requests.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// The client does not take what there is for it.
    pub(super) fn set_stalled(&self, stalled: bool) {
        self.stalled.store(stalled, Ordering::Relaxed);
    }

    /// Whether nothing is under way that a client has asked for.
    pub(super) fn is_waiting(&self) -> bool {
        self.requests.load(Ordering::Relaxed) == 0 && !self.stalled.load(Ordering::Relaxed)
    }

    fn waits_since(&self) -> Instant {
        self.opened + std::time::Duration::from_millis(self.waits_since.load(Ordering::Relaxed))
    }
}

/// A request under way.
#[derive(Debug)]
pub(super) struct Busy(Arc<Activity>);

impl Drop for Busy {
    fn drop(&mut self) {
        let since = u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.waits_since.store(since, Ordering::Relaxed);
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection's place in the table, for as long as it lives.
#[derive(Debug)]
pub(super) struct Entry {
    id: u64,
    table: Arc<Table>,
    activity: Arc<Activity>,
    close: CancellationToken,
}

impl Entry {
    pub(super) const fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    /// Comes when the connection is to be closed as soon as nothing is under way.
    pub(super) async fn told_to_close(&self) {
        self.close.cancelled().await;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.table.remove(self.id);
    }
}

#[derive(Debug)]
struct Known {
    from: IpAddr,
    activity: Arc<Activity>,
    close: CancellationToken,
}

#[derive(Debug, Default)]
struct Connections {
    next: u64,
    known: HashMap<u64, Known>,
    by_address: HashMap<IpAddr, usize>,
}

/// The connections of a listener.
#[derive(Debug)]
pub(super) struct Table {
    limits: Arc<Limits>,
    stop: CancellationToken,
    connections: Mutex<Connections>,
}

impl Table {
    pub(super) fn new(limits: Arc<Limits>, stop: CancellationToken) -> Self {
        Self {
            limits,
            stop,
            connections: Mutex::default(),
        }
    }

    /// Takes a connection in. Where there are too many, the one that has waited longest goes for it, of the same address or else of
    /// the address that has most; if none of them waits, there is no room.
    pub(super) fn admit(self: &Arc<Self>, from: IpAddr) -> Option<Arc<Entry>> {
        let from = from.to_canonical();
        let is_proxy = self.limits.proxies.iter().any(|network| network.contains(&from));
        let from = network_of(from);
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let has = connections.by_address.get(&from).copied().unwrap_or(0);
        if !is_proxy && has >= self.limits.per_address {
            connections.close_one_of(Some(from))?;
        }
        if connections.known.len() >= self.limits.connections {
            connections.close_one_of(None)?;
        }
        let id = connections.next;
        connections.next += 1;
        let (activity, close) = (Arc::new(Activity::new()), self.stop.child_token());
        let known = Known {
            from,
            activity: Arc::clone(&activity),
            close: close.clone(),
        };
        connections.known.insert(id, known);
        *connections.by_address.entry(from).or_default() += 1;
        drop(connections);
        Some(Arc::new(Entry {
            id,
            table: Arc::clone(self),
            activity,
            close,
        }))
    }

    /// Closes a connection that waits, if there is one: something else is short.
    pub(super) fn make_room(&self) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.close_one_of(None);
    }

    fn remove(&self, id: u64) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.remove(id);
    }
}

impl Connections {
    fn remove(&mut self, id: u64) {
        let Some(known) = self.known.remove(&id) else { return };
        if let Some(has) = self.by_address.get_mut(&known.from) {
            *has -= 1;
            if *has == 0 {
                self.by_address.remove(&known.from);
            }
        }
    }

    fn close_one_of(&mut self, address: Option<IpAddr>) -> Option<()> {
        let oldest = self
            .known
            .iter()
            .filter(|(_, known)| address.is_none_or(|address| known.from == address) && known.activity.is_waiting())
            .min_by_key(|(id, known)| {
                let has = self.by_address.get(&known.from).copied().unwrap_or(0);
                (std::cmp::Reverse(has), known.activity.waits_since(), **id)
            })
            .map(|(id, known)| (*id, known.close.clone()));
        let (id, close) = oldest?;
        close.cancel();
        // At once, so that whoever comes next finds it gone; its task ends a moment later.
        self.remove(id);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(connections: usize, per_address: usize) -> Arc<Table> {
        let limits = Limits {
            connections,
            per_address,
            proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Limits::default()
        };
        Arc::new(Table::new(Arc::new(limits), CancellationToken::new()))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn c09_the_one_that_waits_longest_makes_room_and_none_that_works() {
        let table = table(4, 2);
        let working = table.admit(ip("192.0.2.1")).unwrap();
        let answer = working.activity().begin();
        let waiting = table.admit(ip("192.0.2.1")).unwrap();
        let third = table.admit(ip("192.0.2.1")).unwrap();
        assert!(waiting.close.is_cancelled() && !working.close.is_cancelled() && !third.close.is_cancelled());
        let asked = third.activity().begin();
        assert!(
            table.admit(ip("192.0.2.1")).is_none(),
            "both of the address are at work"
        );
        // Others are not touched by that, and a whole /64 is one.
        let other = table.admit(ip("2001:db8::1")).unwrap();
        let same = table.admit(ip("2001:db8::2")).unwrap();
        let next = table.admit(ip("2001:db8::3")).unwrap();
        assert!(other.close.is_cancelled() && !same.close.is_cancelled());
        drop((answer, asked, next));
        assert_eq!(table.connections.lock().unwrap().known.len(), 3);
        drop((working, waiting, third, other, same));
        let left = table.connections.lock().unwrap();
        assert!(left.known.is_empty() && left.by_address.is_empty());
    }

    #[tokio::test]
    async fn c09_when_all_places_are_taken_the_address_with_most_gives_one_and_proxies_have_no_bound_of_their_own() {
        let table = table(6, 4);
        let crowd: Vec<_> = (0..5).map(|_| table.admit(ip("10.1.2.3")).unwrap()).collect();
        let one = table.admit(ip("192.0.2.1")).unwrap();
        let another = table.admit(ip("192.0.2.2")).unwrap();
        assert_eq!(crowd.iter().filter(|entry| entry.close.is_cancelled()).count(), 1);
        assert!(!one.close.is_cancelled() && !another.close.is_cancelled());
    }
}
