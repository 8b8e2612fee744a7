//! From a stored row to what is shown.

use chrono::{DateTime, TimeDelta, Utc};
use domain::cursor::RunKey;
use domain::filter::Tab;
use domain::id::{CorrelationId, RunId, TenantId};
use domain::person;
use domain::status::{Hold, Origin, Outcome, RunStatus, WorkerLiveness};
use domain::version_tag::VersionTag;
use domain::view::{RunRow, TenantRef};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

use crate::Result;

/// The columns of a row of the hub; [`COLUMNS`] selects them.
#[derive(Debug, FromRow)]
pub(crate) struct StoredRun {
    id: Uuid,
    kind: String,
    tenant_id: Option<Uuid>,
    tenant_name: Option<String>,
    target: String,
    status: String,
    outcome: String,
    hold: Option<String>,
    reason_code: Option<String>,
    counts: Value,
    origin: String,
    /// None once the person was erased.
    initiator_name: Option<String>,
    demo: bool,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
    live_counts: Option<Value>,
    phase: Option<String>,
    waiting_until: Option<DateTime<Utc>>,
    heartbeat_at: Option<DateTime<Utc>>,
    lease_seconds: Option<i32>,
    /// For files; pages do not show it in a list.
    correlation_id: Uuid,
    /// Whether it stands above the page and not in it; only the page's statement says.
    #[sqlx(default)]
    pinned: bool,
}

/// What to select for a [`StoredRun`], from `operation_runs r`. No JSON but the bounded counts; the live row only of runs that
/// are active.
pub(crate) const COLUMNS: &str = "r.id, r.type as kind, r.tenant_id, t.name as tenant_name, r.target, r.status, r.outcome, r.hold, \
    r.reason_code, r.counts, r.origin, case when r.initiator_id is null then r.initiator_name else i.name end as initiator_name, r.demo, r.created_at, r.started_at, r.completed_at, \
    r.correlation_id, l.counts as live_counts, l.phase, l.waiting_until, l.heartbeat_at, l.lease_seconds";

/// The joins that [`COLUMNS`] needs.
pub(crate) const JOINS: &str = "left join tenants t on t.id = r.tenant_id left join actors i on i.id = r.initiator_id \
    left join operation_run_live l on l.run_id = r.id and r.status <> 'completed'";

/// The lease of a worker of before, which did not tell it: the default of `worker::Settings`.
const LEASE_SECONDS: i32 = 60;

/// Whether a worker that was last heard of then is not heard of any more, by the lease that it told when it began.
pub(crate) fn is_silent(heartbeat_at: DateTime<Utc>, lease: Option<i32>, now: DateTime<Utc>) -> bool {
    heartbeat_at + TimeDelta::seconds(lease.unwrap_or(LEASE_SECONDS).into()) <= now
}

impl StoredRun {
    /// Whether it stands above the page.
    pub(crate) const fn is_pinned(&self) -> bool {
        self.pinned
    }

    pub(crate) const fn correlation(&self) -> CorrelationId {
        CorrelationId(self.correlation_id)
    }

    /// Its place in the order of a tab.
    pub(crate) fn key(&self, tab: Tab) -> RunKey {
        let at = self.completed_at.filter(|_| tab.by_completion());
        RunKey {
            at: at.unwrap_or(self.created_at).timestamp_micros(),
            id: RunId(self.id),
        }
    }

    pub(crate) fn into_row(self, now: DateTime<Utc>) -> Result<RunRow> {
        let status = RunStatus::read(&self.status);
        let counts = self.live_counts.filter(|_| status.is_active()).unwrap_or(self.counts);
        let mut row = RunRow {
            id: RunId(self.id),
            operation: self.kind,
            tenant: self
                .tenant_id
                .zip(self.tenant_name)
                .map(|(id, name)| TenantRef { id: TenantId(id), name }),
            target: self.target,
            status,
            outcome: Outcome::read(&self.outcome),
            hold: self.hold.as_deref().map(Hold::read),
            waiting_until: self.waiting_until,
            reason: self.reason_code,
            counts: serde_json::from_value(counts)?,
            phase: self.phase,
            origin: Origin::read(&self.origin),
            initiator: person::shown(self.initiator_name),
            created_at: self.created_at,
            started_at: self.started_at,
            completed_at: self.completed_at,
            liveness: (status == RunStatus::Running).then(|| match self.heartbeat_at {
                Some(beat) if !is_silent(beat, self.lease_seconds, now) => WorkerLiveness::Fresh,
                _ => WorkerLiveness::LikelyStale,
            }),
            demo: self.demo,
            stamp: None,
        };
        row.stamp = status.is_active().then(|| VersionTag::of(&row));
        Ok(row)
    }
}
