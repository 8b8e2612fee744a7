//! The pages of a tenant, which start what they are about.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{BoundedCount, RunRow, TenantRef, WorkspaceRef};
use crate::access::Capability;
use crate::id::{IdempotencyKey, RunId};
use crate::policy::PolicyType;
use crate::status::FireOutcome;

/// One policy of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryRow {
    /// What kind.
    pub kind: PolicyType,
    /// Its id in the tenant.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Its platform, in Graph's words.
    pub platform: Option<String>,
    /// When it was last changed in the tenant.
    pub modified_at: Option<DateTime<Utc>>,
    /// When a sync last saw it.
    pub last_seen_at: DateTime<Utc>,
}

/// The inventory page of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryPage {
    /// The tenant.
    pub tenant: TenantRef,
    /// Its workspace.
    pub workspace: WorkspaceRef,
    /// The policies, by type and name.
    pub rows: Vec<InventoryRow>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Whether the cursor that was asked for could not be read: this is the first page instead.
    #[serde(default)]
    pub cursor_broken: bool,
    /// How many there are.
    pub total: BoundedCount,
    /// The latest sync.
    pub last_run: Option<RunRow>,
    /// Whether the viewer may start a sync; otherwise the key that is missing.
    pub missing: Option<Capability>,
    /// For the start form (R03).
    pub idempotency_key: IdempotencyKey,
    /// The types chosen in the form; all by default, fewer if a form comes back.
    pub chosen: Vec<PolicyType>,
    /// Whether the form was kept while its author signed in again.
    pub restored: bool,
    /// When the server answered.
    pub now: DateTime<Utc>,
}

/// A group of a tenant's directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Its id in the tenant.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// `security`, `microsoft365`, `distribution` or `unknown`.
    pub group_type: String,
    /// When a sync last saw it.
    pub last_seen_at: DateTime<Utc>,
}

/// A schedule, as the page of what it starts shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleRow {
    /// Its name.
    pub name: String,
    /// Five cron fields.
    pub cron: String,
    /// The zone they are read in.
    pub time_zone: String,
    /// When it fires next; `None` if never, or if it is switched off.
    pub next_fire_at: Option<DateTime<Utc>>,
    /// Its latest fire times, newest first.
    pub fires: Vec<FireRow>,
}

/// A fire time of a schedule, and what became of it (R04).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FireRow {
    /// The intended time.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub outcome: FireOutcome,
    /// The run that serves it; none if it was missed, or if retention has removed the run.
    pub run: Option<RunId>,
}

/// The groups page of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupsPage {
    /// The tenant.
    pub tenant: TenantRef,
    /// Its workspace.
    pub workspace: WorkspaceRef,
    /// The groups whose name begins with what was searched for, by name.
    pub rows: Vec<GroupRow>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Whether the cursor that was asked for could not be read: this is the first page instead.
    #[serde(default)]
    pub cursor_broken: bool,
    /// How many those are on all pages.
    pub total: BoundedCount,
    /// The latest sync.
    pub last_run: Option<RunRow>,
    /// What starts it by itself.
    pub schedules: Vec<ScheduleRow>,
    /// Whether the viewer may start a sync; otherwise the key that is missing.
    pub missing: Option<Capability>,
    /// For the start form (R03).
    pub idempotency_key: IdempotencyKey,
    /// Whether the form was kept while its author signed in again.
    pub restored: bool,
    /// When the server answered.
    pub now: DateTime<Utc>,
}
