//! The overview.

use chrono::TimeDelta;

pub const TITLE: &str = "Overview";
/// Heading of the board.
pub const FRESHNESS: &str = "Freshness";
pub const FRESHNESS_TEXT: &str = "The last succeeded run of each tenant. It is due when the next one is expected, by its schedule or else by the rhythm in the heading, and overdue when that was missed once more.";
/// There are no tenants.
pub const NO_TENANTS: &str = "No tenants that you may see.";
/// Heading of the chart.
pub const DAYS: &str = "Runs per day (UTC)";
/// The chart in a sentence.
pub const CHART: &str =
    "Runs of the last 30 days by the day (UTC) on which they began and by outcome. The table below has the numbers.";
pub const NUMBERS: &str = "Show the numbers";
/// There were none.
pub const NO_RUNS: &str = "No run that began in the last 30 days has ended. Only what you may see is counted.";
/// Heading of the failures.
pub const CAUSES: &str = "Failures by reason";
pub const CAUSES_TEXT: &str = "Runs that failed or were blocked in the last 30 days (UTC).";
/// There were none.
pub const NO_CAUSES: &str = "Nothing failed in the last 30 days. Only what you may see is counted.";
/// Failures without one reason for the whole run.
pub const NO_REASON: &str = "No single reason";
/// The rhythm of a cell is a schedule's.
pub const BY_SCHEDULE: &str = "by schedule";

pub mod column {
    pub const TENANT: &str = "Tenant";
    pub const DAY: &str = "Day";
    pub const REASON: &str = "Reason";
    pub const RUNS: &str = "Runs";
    /// The tenants of a reason.
    pub const TENANTS: &str = "Tenants";
}

/// How often something is expected.
pub fn every(period: TimeDelta) -> String {
    match period.num_days() {
        1 => "every day".to_owned(),
        days => format!("every {days} days"),
    }
}

/// How many tenants are on the board, if not all.
pub fn shown(shown: usize, all: u32) -> String {
    format!("{shown} of {all} tenants, those that need attention first.")
}

/// How many runs a bar of the chart stands for at most.
pub fn most(count: u32) -> String {
    format!("{} at most", super::time::number(count))
}

/// Tenants by name, and how many more there are.
pub fn tenants(named: &[&str], more: u32) -> String {
    let list = named.join(", ");
    match (named.is_empty(), more) {
        (_, 0) => list,
        (true, more) => more.to_string(),
        (false, more) => format!("{list} and {more} more"),
    }
}
