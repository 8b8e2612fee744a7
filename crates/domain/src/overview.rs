//! What the overview shows: how up to date things are, and how runs came out.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::filter::{Bucket, Choice, Day, RunFilter, Tab};
use crate::id::RunId;
use crate::operation::OperationType;
use crate::view::TenantRef;

/// How the last good run of something stands to its expected rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// The next one is not due yet.
    Fresh,
    /// The next one is due, for less than one period.
    Due,
    /// At least one whole period was missed.
    Overdue,
    /// There is no good run that is still known.
    Never,
    /// A word that this release does not know.
    #[serde(other)]
    Unknown,
}

impl Standing {
    /// From when the next good run was expected, and the one after that; `None` for a rhythm that has ended.
    pub fn of(expected: Option<DateTime<Utc>>, and_again: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        match (expected, and_again) {
            (Some(at), _) if at > now => Self::Fresh,
            (None, _) => Self::Fresh,
            (Some(_), Some(again)) if again <= now => Self::Overdue,
            _ => Self::Due,
        }
    }
}

impl OperationType {
    /// How often a good run is expected of each tenant where no schedule says so; `None` for what is done when there is a reason
    /// to (backups by hand, restores, snapshots, imports), of which nobody can say that it is late.
    pub fn expected_every(self) -> Option<TimeDelta> {
        match self {
            // What other pages and decisions build on: names and policies of yesterday are good enough, older ones mislead.
            Self::InventorySync
            | Self::PolicySync
            | Self::DirectoryGroupsSync
            | Self::DriftGenerate
            | Self::BackupScheduleScheduled => Some(TimeDelta::days(1)),
            // What changes seldom, or whose change is noticed by the others.
            Self::DirectoryRoleDefinitionsSync | Self::ProviderCheck => Some(TimeDelta::days(7)),
            _ => None,
        }
    }

    /// Whether this release can start it for a tenant, by hand or by schedule. What it cannot is on the overview only where it
    /// has been done: a board of what nobody can do would say nothing.
    pub const fn is_offered(self) -> bool {
        matches!(self, Self::InventorySync | Self::DirectoryGroupsSync)
    }
}

/// A tenant and an operation: the last good run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshnessCell {
    /// How that stands.
    pub standing: Standing,
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
    /// The types as stored, in the catalogue's order; those of a newer release are possible.
    pub kinds: Vec<String>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standing_goes_by_whole_periods() {
        let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let of = |hours: i64| {
            let last = now - TimeDelta::hours(hours);
            let every = OperationType::InventorySync.expected_every().unwrap();
            Standing::of(Some(last + every), Some(last + every * 2), now)
        };
        assert_eq!(
            [0, 23, 24, 47, 48, 1000].map(of),
            [
                Standing::Fresh,
                Standing::Fresh,
                Standing::Due,
                Standing::Due,
                Standing::Overdue,
                Standing::Overdue
            ]
        );
        assert_eq!(
            Standing::of(None, None, now),
            Standing::Fresh,
            "nothing more is expected"
        );
        assert_eq!(Standing::of(Some(now), None, now), Standing::Due, "nothing after it is");
    }

    #[test]
    fn what_is_offered_has_a_rhythm() {
        for kind in OperationType::ALL.iter().filter(|kind| kind.is_offered()) {
            assert!(kind.expected_every().is_some(), "{kind}");
        }
    }
}
