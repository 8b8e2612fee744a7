//! The states of a list without rows, heading and sentence.

use domain::filter::Tab;
use domain::view::BoundedCount;

/// Nothing was started, as far as the page shows.
pub const NOTHING: (&str, &str) = (
    "No operations in the last 30 days",
    "An operation appears here as soon as somebody starts one.",
);
/// The filters leave nothing, in any state.
pub const FILTERED: (&str, &str) = (
    "No operation matches these filters",
    "Remove a filter or choose a longer period to see more.",
);
/// A filter has only values nobody knows.
pub const UNKNOWN: (&str, &str) = (
    "Nothing can match",
    "A filter holds a value that is not known. Correct it or remove it.",
);
/// The first day is after the last one.
pub const BACKWARDS: (&str, &str) = (
    super::BACKWARDS,
    "There is no day between the two. Exchange them, or change one.",
);
/// Nothing goes on.
pub const ACTIVE: (&str, &str) = (
    "Nothing is queued or running",
    "An operation appears here as soon as somebody starts one.",
);
/// The window has none.
pub const WINDOW: (&str, &str) = (
    "No operations in this period",
    "None that you may see is recorded for it. Choose a longer period to see more.",
);
/// Past the end of the list, on either side.
pub const END: (&str, &str) = ("No more operations", "The list has nothing beyond this place.");

/// Why there may be none so long ago.
pub fn kept(days: u16) -> String {
    let days = if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    };
    format!("Operations are kept for {days}, so older ones may have been removed.")
}

/// A state has none, while others have some.
pub const fn none_of(tab: Tab, today: bool, narrowed: bool) -> &'static str {
    match (tab, today) {
        _ if narrowed => "None in this state match these filters",
        (Tab::Active, _) => ACTIVE.0,
        (Tab::Failed, true) => "Nothing failed today",
        (Tab::Failed, false) => "Nothing failed",
        (Tab::Partial, _) => "Nothing succeeded only partially",
        (Tab::Succeeded, _) => "Nothing has succeeded yet",
        (Tab::All, _) => "None in this state",
    }
}

/// What the others are, by the numbers on their tabs.
pub fn others(all: BoundedCount, succeeded: BoundedCount, tab: Tab) -> String {
    let operations = if all.count == 1 && !all.more {
        "operation"
    } else {
        "operations"
    };
    if tab != Tab::Succeeded && succeeded.count > 0 {
        return format!("{all} {operations} began in this period; {succeeded} of them succeeded.");
    }
    let are = if all.count == 1 && !all.more { "is" } else { "are" };
    format!("{all} {operations} of other states {are} under All.")
}
