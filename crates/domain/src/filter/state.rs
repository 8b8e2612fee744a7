//! States as the hub divides runs by them: tabs and buckets.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::status::{Outcome, RunStatus, UnknownWord};

/// A tab of the hub. Tabs Failed and Partial go by completion time, the others by creation; Active has no window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tab {
    /// Everything in the window.
    #[default]
    All,
    /// Queued or running, however old.
    Active,
    /// Completed, succeeded.
    Succeeded,
    /// Completed, partially succeeded.
    Partial,
    /// Completed, failed or blocked.
    Failed,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: [Self; 5] = [Self::All, Self::Active, Self::Succeeded, Self::Partial, Self::Failed];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active",
            Self::Succeeded => "succeeded",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }

    /// The word on the tab.
    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Active => "Active",
            Self::Succeeded => "Succeeded",
            Self::Partial => "Partial",
            Self::Failed => "Failed",
        }
    }

    /// The states that it is about.
    pub const fn buckets(self) -> &'static [Bucket] {
        match self {
            Self::All => &Bucket::ALL,
            Self::Active => &[Bucket::Queued, Bucket::Running],
            Self::Succeeded => &[Bucket::Succeeded],
            Self::Partial => &[Bucket::Partial],
            Self::Failed => &[Bucket::Failed, Bucket::Blocked],
        }
    }

    /// Whether window, order and count go by completion rather than creation.
    pub const fn by_completion(self) -> bool {
        matches!(self, Self::Partial | Self::Failed)
    }
}

impl FromStr for Tab {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|tab| tab.as_str() == text)
            .ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// A run's state as a filter names it (DESIGN §4, column "bucket").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Queued, holds included.
    Queued,
    /// Running, waiting for Microsoft Graph included.
    Running,
    /// Succeeded.
    Succeeded,
    /// Partially succeeded.
    Partial,
    /// Failed.
    Failed,
    /// Blocked.
    Blocked,
}

impl Bucket {
    /// Every bucket.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Succeeded,
        Self::Partial,
        Self::Failed,
        Self::Blocked,
    ];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
        }
    }

    /// What is stored for it.
    pub const fn stored(self) -> (RunStatus, Outcome) {
        match self {
            Self::Queued => (RunStatus::Queued, Outcome::Pending),
            Self::Running => (RunStatus::Running, Outcome::Pending),
            Self::Succeeded => (RunStatus::Completed, Outcome::Succeeded),
            Self::Partial => (RunStatus::Completed, Outcome::PartiallySucceeded),
            Self::Failed => (RunStatus::Completed, Outcome::Failed),
            Self::Blocked => (RunStatus::Completed, Outcome::Blocked),
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Bucket {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|bucket| bucket.as_str() == text)
            .ok_or_else(|| UnknownWord(text.to_owned()))
    }
}
