//! Which counts were at their bound a moment ago.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::filter::{RunFilter, Tab};
use domain::id::{UserId, WorkspaceId};

use crate::access::Access;
use crate::scope::Tenants;

/// How long a count that was at its bound is taken to be there still (DESIGN §8).
const LASTS: TimeDelta = TimeDelta::seconds(5);
/// More than this many are forgotten all at once: they would be asked again in five seconds anyway.
const MOST: usize = 10_000;

/// Everything a count depends on. Two people of the same role and entitlement share it, but for what asks for "me".
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Asked {
    workspace: WorkspaceId,
    role: domain::access::Role,
    tenants: Option<Vec<uuid::Uuid>>,
    user: Option<UserId>,
    query: Vec<(String, String)>,
    tab: Tab,
}

/// The counts of this process that were at their bound.
#[derive(Debug, Default)]
pub(crate) struct AboveBound(Mutex<HashMap<Asked, DateTime<Utc>>>);

impl AboveBound {
    pub(crate) fn is_above(&self, access: &Access, filter: &RunFilter, tab: Tab, now: DateTime<Utc>) -> bool {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .get(&Asked::new(access, filter, tab))
            .is_some_and(|found| *found <= now && now - *found < LASTS)
    }

    pub(crate) fn found_above(&self, access: &Access, filter: &RunFilter, tab: Tab, now: DateTime<Utc>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST {
            counts.clear();
        }
        counts.insert(Asked::new(access, filter, tab), now);
    }
}

impl Asked {
    fn new(access: &Access, filter: &RunFilter, tab: Tab) -> Self {
        let filter = RunFilter {
            tab: Tab::All,
            ..filter.clone()
        };
        Self {
            workspace: access.workspace.id,
            role: access.role,
            tenants: match &access.tenants {
                Tenants::All => None,
                Tenants::Listed(ids) => Some(ids.iter().map(|id| id.0).collect()),
            },
            user: filter.initiator.is_some().then_some(access.user),
            query: filter
                .to_query()
                .into_iter()
                .map(|(field, value)| (field.to_owned(), value))
                .collect(),
            tab,
        }
    }
}
