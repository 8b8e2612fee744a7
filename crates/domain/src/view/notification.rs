//! Notifications as they are listed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::BoundedCount;
use crate::counts::Counts;
use crate::id::{NotificationId, RunId};
use crate::status::Outcome;

/// A notification of the viewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationRow {
    /// Its id.
    pub id: NotificationId,
    /// The run it is about; retention may have removed it.
    pub run: RunId,
    /// `queued` or `completed`.
    pub kind: String,
    /// The run's type, as stored.
    pub operation: String,
    /// What the run was aimed at.
    pub target: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why.
    pub reason: Option<String>,
    /// How many items it worked on, if it ended.
    pub counts: Counts,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Whether it was read.
    pub read: bool,
}

/// An entry of the list of notifications: one notification, or many of one cause (same day, operation, outcome and reason).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationEntry {
    /// The notification; of a group the newest one, which says what all have in common.
    pub newest: NotificationRow,
    /// The group, if it is one.
    pub group: Option<NotificationGroup>,
}

/// Notifications of one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationGroup {
    /// How many there are.
    pub size: BoundedCount,
    /// How many of them are unread.
    pub unread: BoundedCount,
    /// The newest of them, newest first.
    pub rows: Vec<NotificationRow>,
}
