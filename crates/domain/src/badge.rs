//! The one place where a run's state becomes a word, a colour and a shape (DESIGN §4, §7).

use serde::{Deserialize, Serialize};

use crate::freshness::DataFreshness;
use crate::status::{FireOutcome, Hold, ItemOutcome, Outcome, RunStatus};

/// The meaning of a colour; `style/main.css` says which colour that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tone {
    /// Waiting for something, or partly done.
    Warning,
    /// In progress.
    Info,
    /// Done.
    Success,
    /// Failed.
    Danger,
    /// Refused, or unknown.
    Neutral,
}

/// A word with its colour and shape. Never colour alone: the shape says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Badge {
    /// The word.
    pub word: &'static str,
    /// The colour's meaning.
    pub tone: Tone,
    /// The shape.
    pub shape: Shape,
}

/// The shape of a badge's icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A clock.
    Clock,
    /// A hand: somebody has to act.
    Hand,
    /// An arc that turns.
    Spinner,
    /// An hourglass: waiting for somebody else.
    Hourglass,
    /// A tick.
    Check,
    /// A half-filled circle.
    Half,
    /// A cross.
    Cross,
    /// A barred circle.
    Barred,
    /// A question mark.
    Question,
}

const fn badge(word: &'static str, tone: Tone, shape: Shape) -> Badge {
    Badge { word, tone, shape }
}

/// What a state is called that this release does not know.
pub const UNKNOWN: Badge = badge("Unknown", Tone::Neutral, Shape::Question);

/// The badge of a run.
pub const fn of_run(status: RunStatus, outcome: Outcome, hold: Option<Hold>, waiting_for_graph: bool) -> Badge {
    match (status, outcome) {
        (RunStatus::Queued, _) => match hold {
            Some(Hold::AwaitingConfirmation) => badge("Awaiting confirmation", Tone::Warning, Shape::Hand),
            Some(Hold::Unknown) => UNKNOWN,
            None => badge("Queued", Tone::Warning, Shape::Clock),
        },
        (RunStatus::Running, _) if waiting_for_graph => {
            badge("Waiting for Microsoft Graph", Tone::Info, Shape::Hourglass)
        }
        (RunStatus::Running, _) => badge("Running", Tone::Info, Shape::Spinner),
        (RunStatus::Completed, Outcome::Succeeded) => badge("Succeeded", Tone::Success, Shape::Check),
        (RunStatus::Completed, Outcome::PartiallySucceeded) => badge("Partially succeeded", Tone::Warning, Shape::Half),
        (RunStatus::Completed, Outcome::Failed) => badge("Failed", Tone::Danger, Shape::Cross),
        (RunStatus::Completed, Outcome::Blocked) => badge("Blocked", Tone::Neutral, Shape::Barred),
        (RunStatus::Completed, Outcome::Pending | Outcome::Cancelled | Outcome::Unknown) | (RunStatus::Unknown, _) => {
            UNKNOWN
        }
    }
}

/// The badge of an item.
pub const fn of_item(outcome: ItemOutcome) -> Badge {
    match outcome {
        ItemOutcome::Succeeded => badge("Succeeded", Tone::Success, Shape::Check),
        ItemOutcome::Failed => badge("Failed", Tone::Danger, Shape::Cross),
        ItemOutcome::Skipped => badge("Skipped", Tone::Neutral, Shape::Barred),
        ItemOutcome::NotFound => badge("Not found", Tone::Warning, Shape::Question),
        ItemOutcome::Unsupported => badge("Unsupported", Tone::Neutral, Shape::Barred),
        ItemOutcome::Unconfirmed => badge("Unconfirmed", Tone::Warning, Shape::Question),
        ItemOutcome::NotAttempted => badge("Not attempted", Tone::Neutral, Shape::Clock),
        ItemOutcome::Unknown => UNKNOWN,
    }
}

/// The badge of a schedule's fire time. That a run was started does not say how it went, hence not the colour of success.
pub const fn of_fire(outcome: FireOutcome) -> Badge {
    match outcome {
        FireOutcome::Started => badge("Started", Tone::Info, Shape::Check),
        FireOutcome::Merged => badge("Merged", Tone::Neutral, Shape::Half),
        FireOutcome::Missed => badge("Missed", Tone::Danger, Shape::Cross),
        FireOutcome::Unknown => UNKNOWN,
    }
}

/// The badge of how up to date data is. What was never done is no failure: nobody may have wanted it.
pub const fn of_freshness(freshness: DataFreshness) -> Badge {
    match freshness {
        DataFreshness::Fresh => badge("Fresh", Tone::Success, Shape::Check),
        DataFreshness::Due => badge("Due", Tone::Warning, Shape::Clock),
        DataFreshness::Overdue => badge("Overdue", Tone::Danger, Shape::Cross),
        // "Never" would be more than is known: runs are removed by their age.
        DataFreshness::Never => badge("No record", Tone::Neutral, Shape::Barred),
        DataFreshness::Unknown => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_never_shown_as_anything_else_and_nothing_else_as_success() {
        for status in RunStatus::ALL {
            for outcome in Outcome::ALL {
                for hold in [None, Some(Hold::AwaitingConfirmation)] {
                    for waiting in [false, true] {
                        let shown = of_run(*status, *outcome, hold, waiting);
                        let success = *status == RunStatus::Completed && *outcome == Outcome::Succeeded;
                        assert_eq!(shown.tone == Tone::Success, success, "{status} {outcome} {shown:?}");
                        assert!(!shown.word.is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn r23_what_is_not_known_is_shown_as_unknown_and_as_nothing_else() {
        for outcome in Outcome::ALL {
            assert_eq!(of_run(RunStatus::Unknown, *outcome, None, true), UNKNOWN);
        }
        assert_eq!(of_run(RunStatus::Completed, Outcome::Unknown, None, false), UNKNOWN);
        assert_eq!(
            of_run(RunStatus::Queued, Outcome::Pending, Some(Hold::Unknown), false),
            UNKNOWN
        );
        assert_eq!(of_item(ItemOutcome::Unknown), UNKNOWN);
        assert_eq!(of_fire(FireOutcome::Unknown), UNKNOWN);
    }
}
