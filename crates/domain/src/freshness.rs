//! How up to date the data of an operation is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How the last good run of something stands to its expected rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DataFreshness {
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

impl DataFreshness {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::OperationType;

    #[test]
    fn freshness_goes_by_whole_periods() {
        let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let of = |hours: i64| {
            let last = now - chrono::TimeDelta::hours(hours);
            let every = OperationType::InventorySync.expected_every().unwrap();
            DataFreshness::of(Some(last + every), Some(last + every * 2), now)
        };
        assert_eq!(
            [0, 23, 24, 47, 48, 1000].map(of),
            [
                DataFreshness::Fresh,
                DataFreshness::Fresh,
                DataFreshness::Due,
                DataFreshness::Due,
                DataFreshness::Overdue,
                DataFreshness::Overdue
            ]
        );
        assert_eq!(
            DataFreshness::of(None, None, now),
            DataFreshness::Fresh,
            "nothing more is expected"
        );
        assert_eq!(
            DataFreshness::of(Some(now), None, now),
            DataFreshness::Due,
            "nothing after it is"
        );
    }
}
