//! What the overview shows: how up to date things are, and how runs came out.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::filter::{Bucket, Choice, Day, RunFilter, Tab};
use crate::freshness::DataFreshness;
use crate::id::RunId;
use crate::view::TenantRef;

/// A tenant and an operation: the last good run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshnessCell {
    /// How up to date that is.
    #[serde(rename = "standing")]
    pub freshness: DataFreshness,
    /// The run and when it ended.
    pub last: Option<(RunId, DateTime<Utc>)>,
    /// Whether the expected rhythm is a schedule's; else it is the type's default.
    pub scheduled: bool,
}

/// A tenant on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshnessRow {
    /// The tenant.
    pub tenant: TenantRef,
    /// A cell for each of the board's types, in their order.
    pub cells: Vec<FreshnessCell>,
}

/// The board: tenant × operation type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshnessBoard {
    /// The operations as stored, in the catalogue's order; those of a newer release are possible.
    #[serde(rename = "kinds")]
    pub operations: Vec<String>,
    /// The tenants, those that need attention first, at most as many as fit a page.
    pub rows: Vec<FreshnessRow>,
    /// How many tenants there are.
    pub tenants: u32,
}

/// How a run counts in the chart; in the order in which bars are stacked.
pub const CHARTED: [Bucket; 4] = [Bucket::Succeeded, Bucket::Partial, Bucket::Failed, Bucket::Blocked];

/// The days of the chart, today included.
pub const CHART_DAYS: u16 = 30;

/// What the chart is about, as a filter of the list.
pub fn chart_filter() -> RunFilter {
    RunFilter {
        from: Some(Day::Ago(CHART_DAYS - 1)),
        ..RunFilter::default()
    }
}

/// What the failures by cause are about: the tab Failed, which goes by when runs ended.
pub fn causes_filter() -> RunFilter {
    RunFilter {
        tab: Tab::Failed,
        ..RunFilter::default()
    }
}

/// The runs that began on a day (UTC), by how they ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCounts {
    /// The day.
    pub day: NaiveDate,
    /// How many of each of [`CHARTED`].
    pub counts: [u32; CHARTED.len()],
}

impl DayCounts {
    /// The runs of one number, as a filter of the list (R20).
    pub fn filter(&self, bucket: Bucket) -> RunFilter {
        RunFilter {
            from: Some(Day::Date(self.day)),
            to: Some(Day::Date(self.day)),
            status: Some(Choice::one(bucket)),
            ..RunFilter::default()
        }
    }
}

/// Runs that failed or were blocked for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureCause {
    /// The reason as stored; `None` for runs without one that stands for the whole run.
    pub reason: Option<String>,
    /// How many runs.
    pub runs: u32,
    /// How many tenants.
    pub tenants: u32,
    /// Some of them, by name.
    pub named: Vec<TenantRef>,
}

impl FailureCause {
    /// The runs of it, as a filter of the list (R20).
    pub fn filter(&self) -> RunFilter {
        RunFilter {
            reason: Some(Choice::one(Cause::of(self.reason.as_deref()))),
            ..causes_filter()
        }
    }
}

/// The overview of a workspace, as far as the viewer may reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The workspace's name.
    pub workspace: String,
    /// How up to date each tenant is.
    pub board: FreshnessBoard,
    /// The days of the default window, oldest first, those without runs too.
    pub days: Vec<DayCounts>,
    /// The causes of the failures that ended in the default window, most runs first.
    pub causes: Vec<FailureCause>,
    /// When the server answered.
    pub now: DateTime<Utc>,
}
