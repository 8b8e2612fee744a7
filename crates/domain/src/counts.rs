//! How many objects a run worked on and how they came out; the outcome that follows (R07).

use serde::{Deserialize, Serialize};

use crate::status::{ItemOutcome, Outcome};

/// Counts of a run's items. The only source of every number about a run, on every page (R20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Objects to work on; `None` until that is known. Progress in percent exists only when it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
    /// Objects done with, however they came out.
    pub processed: u32,
    /// Done.
    pub succeeded: u32,
    /// Did not work.
    pub failed: u32,
    /// Left alone on purpose.
    pub skipped: u32,
    /// Not there any more.
    pub not_found: u32,
    /// Of a kind that cannot be worked on this way.
    pub unsupported: u32,
    /// Sent, effect unknown.
    pub unconfirmed: u32,
    /// Never begun, because the run ended before.
    pub not_attempted: u32,
}

impl Counts {
    /// Adds one item.
    pub fn add(&mut self, outcome: ItemOutcome) {
        let field = match outcome {
            ItemOutcome::Succeeded => &mut self.succeeded,
            ItemOutcome::Failed => &mut self.failed,
            ItemOutcome::Skipped => &mut self.skipped,
            ItemOutcome::NotFound => &mut self.not_found,
            ItemOutcome::Unsupported => &mut self.unsupported,
            ItemOutcome::Unconfirmed => &mut self.unconfirmed,
            ItemOutcome::NotAttempted => &mut self.not_attempted,
            // Only among all: see `get`.
            ItemOutcome::Unknown => &mut 0,
        };
        *field = field.saturating_add(1);
        self.processed = self.processed.saturating_add(1);
    }

    /// Counts of items with these outcomes.
    pub fn of(outcomes: impl IntoIterator<Item = ItemOutcome>) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            counts.add(outcome);
        }
        counts
    }

    /// How many came out one way. Unknown are those that are done with and that no number of this release is about.
    pub const fn get(&self, outcome: ItemOutcome) -> u32 {
        match outcome {
            ItemOutcome::Succeeded => self.succeeded,
            ItemOutcome::Failed => self.failed,
            ItemOutcome::Skipped => self.skipped,
            ItemOutcome::NotFound => self.not_found,
            ItemOutcome::Unsupported => self.unsupported,
            ItemOutcome::Unconfirmed => self.unconfirmed,
            ItemOutcome::NotAttempted => self.not_attempted,
            ItemOutcome::Unknown => self
                .processed
                .saturating_sub(self.succeeded)
                .saturating_sub(self.failed)
                .saturating_sub(self.skipped)
                .saturating_sub(self.not_found)
                .saturating_sub(self.unsupported)
                .saturating_sub(self.unconfirmed)
                .saturating_sub(self.not_attempted),
        }
    }

    /// How many count as failures.
    pub fn failures(&self) -> u32 {
        ItemOutcome::ALL
            .iter()
            .chain([&ItemOutcome::Unknown])
            .filter(|outcome| outcome.is_failure())
            .map(|outcome| self.get(*outcome))
            .sum()
    }

    /// How many were worked on: all but what was left alone on purpose and what was never begun.
    pub const fn touched(&self) -> u32 {
        self.processed
            .saturating_sub(self.skipped)
            .saturating_sub(self.not_attempted)
    }

    /// The outcome that follows from the items (R07). A run that could not proceed at all does not ask: it failed.
    pub fn outcome(&self) -> Outcome {
        match (self.succeeded, self.failures()) {
            (_, 0) => Outcome::Succeeded,
            (0, _) => Outcome::Failed,
            _ => Outcome::PartiallySucceeded,
        }
    }

    /// Progress from 0 to 100, if the total is known and not nothing.
    pub fn percent(&self) -> Option<u8> {
        let total = self.total.filter(|total| *total > 0)?;
        let percent = u64::from(self.processed.min(total)) * 100 / u64::from(total);
        u8::try_from(percent).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn outcomes() -> impl Strategy<Value = Vec<ItemOutcome>> {
        prop::collection::vec(prop::sample::select(ItemOutcome::ALL), 0..50)
    }

    proptest! {
        #[test]
        fn r07_outcome_follows_from_items(items in outcomes()) {
            let counts = Counts::of(items.iter().copied());
            let succeeded = items.contains(&ItemOutcome::Succeeded);
            let failed = items.iter().any(|item| item.is_failure());
            let expected = match (succeeded, failed) {
                (_, false) => Outcome::Succeeded,
                (true, true) => Outcome::PartiallySucceeded,
                (false, true) => Outcome::Failed,
            };
            prop_assert_eq!(counts.outcome(), expected);
            prop_assert_eq!(counts.processed as usize, items.len());
            prop_assert_eq!(ItemOutcome::ALL.iter().map(|o| counts.get(*o)).sum::<u32>(), counts.processed);
        }
    }

    #[test]
    fn r07_nothing_to_do_is_a_success() {
        assert_eq!(Counts::default().outcome(), Outcome::Succeeded);
        assert_eq!(Counts::of([ItemOutcome::Skipped]).outcome(), Outcome::Succeeded);
        assert_eq!(
            Counts::of([ItemOutcome::Skipped, ItemOutcome::Failed]).outcome(),
            Outcome::Failed
        );
    }

    #[test]
    fn r07_a_run_that_ended_early_is_never_a_success() {
        use ItemOutcome::{NotAttempted, NotFound, Skipped, Succeeded, Unconfirmed, Unsupported};
        for unfinished in [NotAttempted, NotFound, Unsupported, Unconfirmed] {
            assert_eq!(
                Counts::of([Succeeded, unfinished]).outcome(),
                Outcome::PartiallySucceeded,
                "{unfinished}"
            );
            assert_eq!(
                Counts::of([Skipped, unfinished]).outcome(),
                Outcome::Failed,
                "{unfinished}"
            );
        }
        let counts = Counts::of([Succeeded, Skipped, NotAttempted]);
        assert_eq!((counts.processed, counts.touched()), (3, 1));
    }

    #[test]
    fn counts_of_an_older_release_are_read() {
        let older: Counts = serde_json::from_str(r#"{"processed":2,"succeeded":2}"#).unwrap();
        assert_eq!((older.not_attempted, older.outcome()), (0, Outcome::Succeeded));
    }

    #[test]
    fn a_percentage_needs_a_total() {
        let mut counts = Counts {
            processed: 5,
            ..Counts::default()
        };
        assert_eq!(counts.percent(), None);
        counts.total = Some(0);
        assert_eq!(counts.percent(), None);
        counts.total = Some(20);
        assert_eq!(counts.percent(), Some(25));
        counts.total = Some(3);
        assert_eq!(counts.percent(), Some(100), "more than expected is still not over 100");
    }

    #[test]
    fn r23_items_of_an_outcome_of_tomorrow_are_counted_and_are_no_success() {
        let stored = r#"{"processed": 5, "succeeded": 2, "postponed": 3}"#;
        let counts: Counts = serde_json::from_str(stored).unwrap();
        assert_eq!(counts.get(ItemOutcome::Unknown), 3);
        assert_eq!(counts.outcome(), Outcome::PartiallySucceeded);
        let counted = Counts::of([ItemOutcome::Succeeded, ItemOutcome::Unknown]);
        assert_eq!((counted.processed, counted.get(ItemOutcome::Unknown)), (2, 1));
        assert_eq!(Counts::of([ItemOutcome::Unknown]).outcome(), Outcome::Failed);
    }
}
