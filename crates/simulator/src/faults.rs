//! Graph's bad days.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::collection::Collection;

/// What goes wrong, and how often. Written as text by [`Display`](std::fmt::Display) and read by
/// [`FromStr`](std::str::FromStr), for example `latency=80ms,throttle=0.05,deny=groups`.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// `latency=80ms`: how long an answer takes, give or take half of it.
    pub latency: Duration,
    /// `throttle=0.05`: the share of Graph requests answered with 429.
    pub throttle: f64,
    /// `throttle-next=3`: so many Graph requests are answered with 429, then no more.
    pub throttle_next: u32,
    /// `errors=0.01`: the share of Graph requests answered with 500, 502, 503 or 504.
    pub errors: f64,
    /// `errors-next=3`: so many Graph requests are answered with 503, then no more.
    pub errors_next: u32,
    /// `retry-after=2`: the seconds that 429 and 503 ask to wait.
    pub retry_after: u32,
    /// `deny=groups`, repeatable: answered with 403.
    pub deny: BTreeSet<Collection>,
    /// `broken-json=groups`, repeatable: answered with half of the JSON.
    pub broken_json: BTreeSet<Collection>,
    /// `refuse-tokens`: nobody can sign in any more.
    pub refuse_tokens: bool,
    /// `outage`: every request of Graph and of the sign-in is answered with 503.
    pub outage: bool,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            latency: Duration::ZERO,
            throttle: 0.0,
            throttle_next: 0,
            errors: 0.0,
            errors_next: 0,
            retry_after: 1,
            deny: BTreeSet::new(),
            broken_json: BTreeSet::new(),
            refuse_tokens: false,
            outage: false,
        }
    }
}
