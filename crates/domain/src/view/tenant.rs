//! The pages of a tenant, which start what they are about.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use super::{BoundedCount, RunRow, TenantRef, WorkspaceRef};
use crate::id::{IdempotencyKey, RunId};
use crate::page::Page;
use crate::policy::PolicyType;
use crate::status::FireOutcome;

/// One policy of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryRow {
    /// What kind, as stored; one of a newer release is possible.
    pub kind: String,
    /// Its id in the tenant.
    pub external_id: String,
    /// Its name, made safe to show; the id if nobody could see the name.
    pub name: String,
    /// Its platform, in Graph's words.
    pub platform: Option<String>,
    /// When it was last changed in the tenant.
    pub modified_at: Option<DateTime<Utc>>,
    /// When a sync last saw it.
    pub last_seen_at: DateTime<Utc>,
    /// When a complete sync first did not see it any more.
    #[serde(default)]
    pub missing_since: Option<DateTime<Utc>>,
}

/// What every page of a tenant begins with that starts what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantPageHead {
    /// The tenant.
    pub tenant: TenantRef,
    /// Its workspace.
    pub workspace: WorkspaceRef,
    /// The latest run of what the page starts.
    pub last_run: Option<RunRow>,
    /// Whether the viewer may start it; otherwise the name of the key that is missing.
    pub missing: Option<String>,
    /// For the start form (R03).
    pub idempotency_key: IdempotencyKey,
    /// Whether the form was kept while its author signed in again.
    pub restored: bool,
    /// When the server answered.
    pub now: DateTime<Utc>,
}

/// A page of a tenant: what a sync has read of it, listed by name, and the form that starts the next one. `M` is what the page has
/// beyond that.
///
/// All of it is one object on the wire, as open tabs of earlier releases read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantPage<R, M> {
    /// Where, and what the form needs.
    #[serde(flatten)]
    pub head: TenantPageHead,
    /// The rows whose name begins with what was searched for, by name.
    #[serde(flatten)]
    pub page: Page<R>,
    /// How many of those are in the tenant, on all pages.
    pub total: BoundedCount,
    /// How many more the list has that are not in the tenant any more.
    #[serde(default)]
    pub gone: BoundedCount,
    /// What the page has beyond that.
    #[serde(flatten)]
    pub more: M,
}

/// The inventory page of a tenant.
pub type InventoryPage = TenantPage<InventoryRow, ChosenTypes>;

/// The groups page of a tenant.
pub type GroupsPage = TenantPage<GroupRow, Schedules>;

/// The roles page of a tenant.
pub type RolesPage = TenantPage<RoleDefinitionRow, Schedules>;

/// The policy types chosen in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenTypes {
    /// All by default, fewer if a form comes back.
    #[serde(deserialize_with = "known")]
    pub chosen: Vec<PolicyType>,
}

/// What starts the sync of a page by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedules {
    /// By name.
    pub schedules: Vec<ScheduleRow>,
}

/// The types that are known here: a form can only offer those.
fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PolicyType>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
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
    /// When a complete sync first did not see it any more.
    #[serde(default)]
    pub missing_since: Option<DateTime<Utc>>,
}

/// A role definition of a tenant's directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDefinitionRow {
    /// Its id in the tenant.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Whether Microsoft has built it in; otherwise the tenant made it.
    pub built_in: bool,
    /// Whether it can be assigned.
    pub enabled: bool,
    /// When a sync last saw it.
    pub last_seen_at: DateTime<Utc>,
    /// When a complete sync first did not see it any more.
    #[serde(default)]
    pub missing_since: Option<DateTime<Utc>>,
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
    /// When it fires next, or why it does not.
    #[serde(default)]
    pub next: NextFire,
    /// Its latest fire times, newest first.
    pub fires: Vec<FireRow>,
}

/// When a schedule fires next, or why there is no such time: a person must not take one cause for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NextFire {
    /// Then.
    At(DateTime<Utc>),
    /// Not while it is switched off.
    SwitchedOff,
    /// Its rule or zone cannot be run; why, with the field named.
    Unrunnable(String),
    /// Its rule names no day that is still to come.
    NoSuchDay,
    /// A scheduler has yet to plan it.
    Unplanned,
    /// It could not be served and is tried again.
    PutOff {
        /// How often in a row.
        failures: u32,
        /// When.
        at: DateTime<Utc>,
    },
    /// What another release has to say about it (R23), as it stands.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

impl Default for NextFire {
    /// A release that says nothing about it.
    fn default() -> Self {
        Self::Unknown(serde_json::Value::Null)
    }
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
    /// The wall time of the rule that it stands for, if the clocks were put forward over it.
    pub skipped: Option<NaiveDateTime>,
}
