//! What pages ask for while they are open.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{BoundedCount, RunDetail, RunRow};
use crate::id::RunId;

/// What has changed since a page of the hub was shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HubPoll {
    /// Of the rows asked for those that are not as they were known, as they are now.
    pub rows: Vec<RunRow>,
    /// Those that are not there any more, or not for the viewer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<RunId>,
    /// Runs that the filter matches and that are newer than the page.
    pub newer: BoundedCount,
    /// How many runs each tab has, in the order of [`crate::filter::Tab::ALL`]; only if a run has ended, gone or come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tabs: Option<Vec<BoundedCount>>,
    /// How many notifications of the viewer's are unread, if that was asked for as well: one request less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<BoundedCount>,
}

/// A run's page as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPoll {
    /// All of it; `None` if it is as it was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<RunDetail>>,
    /// When the server answered.
    pub now: DateTime<Utc>,
}
