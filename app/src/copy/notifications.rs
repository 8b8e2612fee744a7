//! The notifications page.

pub const TITLE: &str = "Notifications";
/// Heading when there are none.
pub const EMPTY: &str = "No notifications";
pub const EMPTY_TEXT: &str = "When an operation that you started or joined is queued or ends, it is noted here.";
/// Heading of a page behind the end of the list.
pub const PAST_END: &str = "Nothing more";
/// What to do about it.
pub const PAST_END_TEXT: &str = "The list ends before this page.";
pub const MARK_READ: &str = "Mark as read";
pub const MARK_ALL: &str = "Mark all as read";
/// Marks those of one cause.
pub const MARK_GROUP: &str = "Mark group as read";
/// Said of one that was not read.
pub const UNREAD: &str = "Unread";
/// Shows what has come since.
pub const SHOW_NEW: &str = "Show new notifications";

/// Many of one cause as one entry: `Inventory sync — 12 runs, Microsoft Graph throttled`.
pub fn group(operation: &str, size: &str, reason: &str) -> String {
    format!("{operation} — {size} runs, {reason}")
}

/// Opens the runs of a group.
pub fn show(size: &str) -> String {
    format!("Show {size} runs")
}

/// The runs of a group that are not listed with it.
pub fn not_listed(shown: usize) -> String {
    format!("These are the latest {shown}; the list of operations has the others.")
}

/// How many of a group are unread.
pub fn unread(count: &str) -> String {
    format!("{count} unread")
}
