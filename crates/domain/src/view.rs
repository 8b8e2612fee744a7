//! What crosses the wire between the server and the browser.

mod notification;
mod poll;
mod run;
mod tenant;
#[cfg(test)]
mod tomorrow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::notification::*;
pub use self::poll::*;
pub use self::run::*;
pub use self::tenant::*;
use crate::access::Role;
use crate::badge::{self, Badge};
use crate::counts::Counts;
use crate::id::{RunId, TenantId, UserId, ViewId, WorkspaceId};
use crate::operation::OperationType;
use crate::status::{Hold, Origin, Outcome, RunStatus, WorkerLiveness};
use crate::version_tag::VersionTag;

/// A workspace by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceRef {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
}

/// A tenant by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TenantRef {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
}

/// Who is looking, and from where: what the shell around every page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// The workspace being looked at; `None` for a person in no workspace.
    pub workspace: Option<WorkspaceRef>,
    /// The role held there; one of a newer release is [`Role::Unknown`].
    #[serde(default, deserialize_with = "known_role")]
    pub role: Option<Role>,
    /// The workspaces the person may switch to.
    pub workspaces: Vec<WorkspaceRef>,
    /// The tenants of the workspace that the person may reach.
    pub tenants: Vec<TenantRef>,
    /// Unread notifications, bounded.
    pub unread: BoundedCount,
}

fn known_role<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Role>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    Ok(name.as_deref().map(Role::read))
}

/// A count that stops counting at a bound and says so (R20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BoundedCount {
    /// What was counted, at most the bound.
    pub count: u32,
    /// Whether there are more.
    pub more: bool,
}

impl BoundedCount {
    /// From the number of rows found when at most `bound + 1` were looked at.
    pub fn new(found: u32, bound: u32) -> Self {
        Self {
            count: found.min(bound),
            more: found > bound,
        }
    }

    /// The same from what a statement has counted.
    pub fn counted(found: i64, bound: u32) -> Self {
        Self::new(u32::try_from(found).unwrap_or(u32::MAX), bound)
    }
}

impl std::fmt::Display for BoundedCount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (thousands, rest) = (self.count / 1000, self.count % 1000);
        let plus = if self.more { "+" } else { "" };
        if thousands > 0 {
            write!(f, "{thousands},{rest:03}{plus}")
        } else {
            write!(f, "{rest}{plus}")
        }
    }
}

/// One run as a row of the hub, and as the head of its page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// The operation as stored; a newer release may have written one that this release does not know.
    #[serde(rename = "kind")]
    pub operation: String,
    /// Its tenant; `None` for a run of the workspace as a whole.
    pub tenant: Option<TenantRef>,
    /// What it was aimed at, in words.
    pub target: String,
    /// Where it is in its life.
    pub status: RunStatus,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it is kept from being admitted.
    pub hold: Option<Hold>,
    /// Until when it waits for Microsoft Graph.
    pub waiting_until: Option<DateTime<Utc>>,
    /// Why the run as a whole ended as it did.
    pub reason: Option<String>,
    /// Items so far, or in the end.
    pub counts: Counts,
    /// What it is doing at the moment, in words.
    pub phase: Option<String>,
    /// What made it start.
    pub origin: Origin,
    /// Who started it, by the name of that time.
    pub initiator: String,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it first began to work.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// Whether its worker is heard of; `None` unless it is running.
    #[serde(rename = "freshness")]
    pub liveness: Option<WorkerLiveness>,
    /// Whether it is made-up history of the demo.
    pub demo: bool,
    /// What is known of it by now, to be sent with the next poll; `None` unless it is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<VersionTag>,
}

impl RunRow {
    /// What the type is called.
    pub fn label(&self) -> &'static str {
        OperationType::label_of(&self.operation)
    }

    /// Its state as word, colour and shape.
    pub fn badge(&self) -> Badge {
        badge::of_run(self.status, self.outcome, self.hold, self.waiting_until.is_some())
    }

    /// How long it worked, or has been working.
    pub fn duration(&self, now: DateTime<Utc>) -> Option<chrono::TimeDelta> {
        Some(self.completed_at.unwrap_or(now) - self.started_at?)
    }
}

/// A page of the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPage {
    /// The rows, newest first.
    pub rows: Vec<RunRow>,
    /// Active runs from before the window; only on the first page of tab All.
    pub pinned: Vec<RunRow>,
    /// Cursor of the next older page.
    pub older: Option<String>,
    /// Cursor of the next newer page.
    pub newer: Option<String>,
    /// How many runs each tab has, in the order of [`crate::filter::Tab::ALL`].
    pub tabs: Vec<BoundedCount>,
    /// The cursor given could not be read, so this is the first page.
    pub cursor_broken: bool,
    /// The window, where there are no rows to see it by; not of the tab Active, which has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    /// When the server answered; relative times and freshness are as of then.
    pub now: DateTime<Utc>,
}

/// A person by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRef {
    /// The person's id.
    pub id: UserId,
    /// The person's name.
    pub name: String,
}

/// A filter of the hub under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its id.
    pub id: ViewId,
    /// Its name.
    pub name: String,
    /// The hub's query string, without `?`.
    pub query: String,
    /// Whether the whole workspace has it.
    pub shared: bool,
    /// Whether it is the viewer's own, who alone may change it.
    pub own: bool,
    /// Whether the viewer may remove it: their own, and as an owner of the workspace what others share.
    #[serde(default)]
    pub removable: bool,
    /// Whose it is.
    pub owner: String,
}

/// What stands around the hub's list, whatever the list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HubFrame {
    /// Who has started runs that the viewer may see, by name.
    pub people: Vec<PersonRef>,
    /// The viewer's own views and those shared with the workspace, by name.
    pub views: Vec<SavedView>,
    /// Active runs that the viewer started or joined, newest first.
    pub following: Vec<RunId>,
    /// For how many days the workspace keeps runs; `None` where that is not known.
    #[serde(default)]
    pub retention_days: Option<u16>,
}

/// How a start was answered (DESIGN §7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StartAnswer {
    /// A run was made and queued.
    Queued {
        /// The run.
        run: RunId,
    },
    /// The same operation is active; the person follows it now.
    Joined {
        /// The run.
        run: RunId,
        /// Who started it.
        initiator: String,
        /// When.
        since: DateTime<Utc>,
    },
    /// A run was made and ended at once.
    Ended {
        /// The run.
        run: RunId,
        /// Why.
        reason: String,
    },
}

impl StartAnswer {
    /// The run to follow.
    pub const fn run(&self) -> RunId {
        match self {
            Self::Queued { run } | Self::Joined { run, .. } | Self::Ended { run, .. } => *run,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r20_a_bounded_count_says_so() {
        assert_eq!(BoundedCount::new(7, 1000).to_string(), "7");
        assert_eq!(BoundedCount::new(1000, 1000).to_string(), "1,000");
        assert_eq!(BoundedCount::new(1001, 1000).to_string(), "1,000+");
    }
}
