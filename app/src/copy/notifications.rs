//! The notifications page.

/// The page.
pub const TITLE: &str = "Notifications";
/// Heading when there are none.
pub const EMPTY: &str = "No notifications";
/// What will be here.
pub const EMPTY_TEXT: &str = "When an operation that you started or joined is queued or ends, it is noted here.";
/// Marks one.
pub const MARK_READ: &str = "Mark as read";
/// Marks all.
pub const MARK_ALL: &str = "Mark all as read";
/// Said of one that was not read.
pub const UNREAD: &str = "Unread";
