//! How a worker is set up.

use std::time::Duration;

/// Times and sizes of a worker process. All workers of one database should agree on the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Runs executed at the same time.
    pub slots: usize,
    /// How long a worker may be silent before its runs are given to another. Longer than a pause of the machine, shorter
    /// than a person's patience.
    pub lease: Duration,
    /// How often it beats. Several times within the lease, so that one lost beat costs nothing.
    pub heartbeat: Duration,
    /// How often it looks for runs to repair.
    pub reconcile: Duration,
    /// How long a graceful stop waits for runs before it hands them back.
    pub drain: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            slots: 10,
            lease: Duration::from_mins(1),
            heartbeat: Duration::from_secs(10),
            reconcile: Duration::from_secs(10),
            drain: Duration::from_secs(20),
        }
    }
}
