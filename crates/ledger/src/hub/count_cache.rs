//! Which counts were at their bound a moment ago.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::filter::{RunFilter, Tab};
use sha2::{Digest, Sha256};

use crate::access::Access;
use crate::scope::Tenants;

/// How long a count that was at its bound is taken to be there still (DESIGN §8).
const LASTS: TimeDelta = TimeDelta::seconds(5);
/// The most counts that are remembered; each takes some hundred bytes, whatever was asked.
const MOST: usize = 10_000;

/// Everything a count depends on, as its hash: what is asked for can be long. Two people of the same role and entitlement share it,
/// but for what asks for "me".
type Asked = [u8; 32];

/// The counts that were at their bound. Clones are the same; a process that serves the hub has one.
#[derive(Debug, Clone, Default)]
pub struct SaturatedCountCache(Arc<Mutex<Found>>);

#[derive(Debug, Default)]
struct Found {
    counts: HashMap<Asked, DateTime<Utc>>,
    /// In the order in which they were found.
    order: VecDeque<(DateTime<Utc>, Asked)>,
}

impl SaturatedCountCache {
    pub(crate) fn is_saturated(&self, access: &Access, filter: &RunFilter, tab: Tab, now: DateTime<Utc>) -> bool {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found
            .counts
            .get(&asked(access, filter, tab))
            .is_some_and(|at| lasts(*at, now))
    }

    pub(crate) fn remember(&self, access: &Access, filter: &RunFilter, tab: Tab, now: DateTime<Utc>) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(asked(access, filter, tab), now);
    }
}

fn lasts(found: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    found <= now && now - found < LASTS
}

impl Found {
    fn insert(&mut self, asked: Asked, now: DateTime<Utc>) {
        while let Some((at, oldest)) = self.order.front().copied() {
            if lasts(at, now) && self.order.len() < MOST {
                break;
            }
            self.order.pop_front();
            // It may have been found again since.
            if self.counts.get(&oldest) == Some(&at) {
                self.counts.remove(&oldest);
            }
        }
        if self.counts.insert(asked, now) != Some(now) {
            self.order.push_back((now, asked));
        }
    }
}

fn asked(access: &Access, filter: &RunFilter, tab: Tab) -> Asked {
    let filter = RunFilter {
        tab: Tab::All,
        ..filter.clone()
    };
    let mut hash = Sha256::new();
    // Each part with its length, so that no two questions are the same bytes.
    let mut part = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    };
    part(access.workspace.id.0.as_bytes());
    part(access.role.as_str().as_bytes());
    part(tab.as_str().as_bytes());
    match &access.tenants {
        Tenants::All => part(b"all"),
        Tenants::Listed(ids) => {
            let ids: Vec<u8> = ids.iter().flat_map(|id| *id.0.as_bytes()).collect();
            part(b"listed");
            part(&ids);
        }
    }
    if filter.initiator.is_some() {
        part(access.user.0.as_bytes());
    }
    for (field, value) in filter.to_query() {
        part(field.as_bytes());
        part(value.as_bytes());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32) -> Asked {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&number.to_be_bytes());
        key
    }

    #[test]
    fn c13_what_is_remembered_is_bounded_and_dropped_after_its_time() {
        let start: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let mut found = Found::default();
        for number in 0..30_000 {
            found.insert(key(number), start);
        }
        assert!(found.counts.len() <= MOST && found.order.len() <= MOST);
        for _ in 0..30_000 {
            found.insert(key(1), start);
        }
        assert!(found.order.len() <= MOST, "the same one again takes no more");
        let later = start + LASTS;
        found.insert(key(1), later);
        assert_eq!((found.counts.len(), found.order.len()), (1, 1));
        assert_eq!(found.counts[&key(1)], later);
    }
}
