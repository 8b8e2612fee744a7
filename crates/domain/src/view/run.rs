//! What the page of one run shows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{BoundedCount, RunRow, WorkspaceRef};
use crate::badge::{self, Badge};
use crate::failure::Failure;
use crate::id::{CorrelationId, RunId};
use crate::page::Page;
use crate::policy::PolicyType;
use crate::receipt::ScopeReceipt;
use crate::status::{Hold, ItemOutcome, Outcome, RunStatus};
use crate::version_tag::VersionTag;

/// A fact of a run's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// What: `queued`, `joined`, `admitted`, `started`, `waiting`, `resumed`, `handed_back`, `repaired`, `completed`; newer
    /// ones are possible.
    pub kind: String,
    /// A short sanitized text.
    pub detail: String,
}

/// One object of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    /// What kind of object, in the run type's own words.
    pub kind: String,
    /// The object's id in the tenant.
    pub external_id: String,
    /// Its name at that time.
    pub name: String,
    /// How it came out.
    pub outcome: ItemOutcome,
    /// Why.
    pub reason: Option<String>,
    /// A short sanitized message.
    pub message: Option<String>,
}

/// A page of a run's items, by kind and id.
pub type ItemPage = Page<ItemRow>;

/// How many of a run's items came out one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeCount {
    /// Which way.
    pub outcome: ItemOutcome,
    /// How many, by the predicate of the list of that outcome (R20).
    pub count: BoundedCount,
}

/// The items of a run with one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonCount {
    /// The code.
    pub code: String,
    /// How many, by the predicate of the list of that reason (R20).
    pub count: BoundedCount,
    /// What the first of them says.
    pub message: Option<String>,
}

/// The items of a run of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCount {
    /// The kind, in the run type's own words.
    pub kind: String,
    /// How many items.
    pub count: BoundedCount,
}

/// What a run's items are, in numbers. All nothing for a run that only counts what it touches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ItemNumbers {
    /// All of them.
    pub all: BoundedCount,
    /// By outcome; only those that there are.
    pub outcomes: Vec<OutcomeCount>,
    /// By reason.
    pub reasons: Vec<ReasonCount>,
    /// By kind.
    pub kinds: Vec<KindCount>,
}

/// Somebody who pressed the button while the run was active (R02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// The name at that time.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What fired a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiredBy {
    /// The schedule's name.
    pub schedule: String,
    /// The intended fire time.
    pub fire_at: DateTime<Utc>,
}

/// The tenant's wall clock at the times of a run, as minutes east of UTC: the browser need not know the zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantClock {
    /// IANA name of the zone.
    pub zone: String,
    /// When the run was recorded.
    pub created: i32,
    /// When it began.
    pub started: Option<i32>,
    /// When it ended.
    pub completed: Option<i32>,
    /// When it was to fire.
    pub fired: Option<i32>,
}

/// Another run of the same identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherRun {
    /// Its id.
    pub id: RunId,
    /// Where it is in its life.
    pub status: RunStatus,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it is kept from being admitted.
    pub hold: Option<Hold>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

impl OtherRun {
    /// Its state as word, colour and shape.
    pub fn badge(&self) -> Badge {
        badge::of_run(self.status, self.outcome, self.hold, false)
    }
}

/// How long such runs take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// The median, in milliseconds.
    pub millis: i64,
    /// Of how many successful runs before this one.
    pub of: u32,
    /// Whether they are of the same identity, or only of the same type and tenant.
    pub same_identity: bool,
}

/// Runs around this one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Related {
    /// The one of the same identity before it.
    pub previous: Option<OtherRun>,
    /// The one after it.
    pub next: Option<OtherRun>,
    /// The newest, unless that is this one.
    pub latest: Option<OtherRun>,
    /// How long such runs take; `None` if there are too few to tell.
    pub usual: Option<Usual>,
}

/// A run's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDetail {
    /// The head.
    pub run: RunRow,
    /// The workspace it belongs to, whatever the viewer has selected.
    pub workspace: WorkspaceRef,
    /// The tenant's clock; `None` for a run of the workspace as a whole.
    pub tenant_clock: Option<TenantClock>,
    /// What it was asked to do.
    pub inputs: serde_json::Value,
    /// What it may touch.
    pub receipt: Option<ScopeReceipt>,
    /// Kinds of failures, as summed up when it ended.
    pub failures: Vec<Failure>,
    /// Ties it to the log and to audit entries.
    pub correlation_id: CorrelationId,
    /// How often it was begun.
    pub attempt: u32,
    /// How many of those attempts went back whole, because their process stopped or lost the database.
    #[serde(default)]
    pub handed_back: u32,
    /// How often it may be begun (R14), not counting those.
    pub max_attempts: u32,
    /// The fencing number (R14).
    pub epoch: u32,
    /// When it was handed to the engine; until then it waits for its turn (R18).
    pub admitted_at: Option<DateTime<Utc>>,
    /// When its worker was last heard of; only while it is running.
    pub heartbeat_at: Option<DateTime<Utc>>,
    /// Why it waits for Microsoft Graph.
    pub wait_reason: Option<String>,
    /// What fired it, if a schedule did.
    pub fired_by: Option<FiredBy>,
    /// Whether it is kept whatever its age.
    pub kept: bool,
    /// Its life so far, oldest first.
    pub events: Vec<RunEvent>,
    /// Who joined it, in that order.
    pub joined: Vec<Joined>,
    /// Whether more people joined than are listed.
    pub joined_more: bool,
    /// The items that were asked for.
    pub items: ItemPage,
    /// What its items are, in numbers.
    pub numbers: ItemNumbers,
    /// Runs around it; nothing in a poll of an active run, whose page knows them.
    pub related: Related,
    /// What is known of it by now, to be sent with the next poll.
    pub stamp: VersionTag,
    /// When the server answered.
    pub now: DateTime<Utc>,
}

impl RunDetail {
    /// Planned types of which no item is recorded, when the run has ended and its items are listed.
    pub fn nothing_of(&self) -> Vec<PolicyType> {
        let kinds = &self.numbers.kinds;
        match &self.receipt {
            Some(ScopeReceipt::PolicyTypes { types }) if !self.run.status.is_active() && !kinds.is_empty() => types
                .iter()
                .filter(|planned| kinds.iter().all(|kind| kind.kind != planned.as_str()))
                .copied()
                .collect(),
            _ => Vec::new(),
        }
    }
}
