//! States as the hub divides runs by them: tabs and buckets.

use crate::status::{Outcome, RunStatus};
use crate::words::closed_words;

closed_words! {
    /// A tab of the hub. Tabs Failed and Partial go by completion time, the others by creation; Active has no window.
    #[derive(Default)]
    Tab {
        /// Everything in the window.
        #[default]
        All = "all",
        /// Queued or running, however old.
        Active = "active",
        /// Completed, succeeded.
        Succeeded = "succeeded",
        /// Completed, partially succeeded.
        Partial = "partial",
        /// Completed, failed or blocked.
        Failed = "failed",
    }
}

impl Tab {
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

closed_words! {
    /// A run's state as a filter names it (DESIGN §4, column "bucket").
    Bucket {
        /// Queued, holds included.
        Queued = "queued",
        /// Running, waiting for Microsoft Graph included.
        Running = "running",
        /// Succeeded.
        Succeeded = "succeeded",
        /// Partially succeeded.
        Partial = "partial",
        /// Failed.
        Failed = "failed",
        /// Blocked.
        Blocked = "blocked",
    }
}

impl Bucket {
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
