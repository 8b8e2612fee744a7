//! The timeline in words.

use chrono::TimeDelta;
use domain::badge;
use domain::reason::ReasonCode;
use domain::status::{Outcome, RunStatus};
use domain::timeline::{Entry, Split};

use crate::copy::{NONE, time};

/// The parts of a run's time, in the order of the bar.
pub const PARTS: [&str; 3] = ["Queued", "Working", "Waiting for Microsoft Graph"];
pub const SPLIT: &str = "Where the time went";

/// How long after the beginning something happened.
pub fn after(length: TimeDelta) -> String {
    format!("+ {}", time::duration(length))
}

/// How long a part was, and how much of the whole that is.
pub fn part(length: TimeDelta, split: &Split) -> String {
    if length.is_zero() {
        return NONE.to_owned();
    }
    let total = split.total().num_milliseconds();
    let duration = time::duration(length);
    if total <= 0 {
        return duration;
    }
    format!(
        "{duration} ({} %)",
        (length.num_milliseconds() * 100 + total / 2) / total
    )
}

pub fn event(kind: &str) -> String {
    let words = match kind {
        "queued" => "Queued",
        "joined" => "Joined",
        "admitted" => "Admitted",
        "started" => "Began",
        "waiting" => "Waiting for Microsoft Graph",
        "resumed" => "Resumed",
        "handed_back" => "Handed back",
        "repaired" => "Repaired",
        "listing_begun_anew" => "Listing begun anew",
        "listing_ended" => "Listing ended on a link that was followed already",
        "not_seen" => "Not in the tenant any more",
        "completed" => "Ended",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// What is recorded of it: an outcome as people call it, why Microsoft Graph made it wait and for how long.
pub fn detail(entry: &Entry) -> String {
    if entry.waits > 0 {
        let why = match entry.detail.parse() {
            Ok(ReasonCode::GraphThrottled) => "throttled",
            Ok(ReasonCode::GraphUnavailable) => "the service had an error",
            Ok(ReasonCode::GraphUnreachable) => "it could not be reached",
            _ => entry.detail.as_str(),
        };
        let waited = time::duration(entry.waited);
        return match entry.waits {
            1 => format!("{why}, {waited}"),
            waits => format!("{why}, {waits} times, {waited} in all"),
        };
    }
    match entry.detail.parse::<Outcome>() {
        Ok(outcome) => badge::of_run(RunStatus::Completed, outcome, None, false)
            .word
            .to_owned(),
        Err(_) => entry.detail.clone(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn waits_are_summed_up() {
        let mut entry = Entry {
            at: DateTime::UNIX_EPOCH,
            kind: "waiting".to_owned(),
            detail: "graph.throttled".to_owned(),
            waits: 1,
            waited: TimeDelta::seconds(5),
        };
        assert_eq!(detail(&entry), "throttled, 5 s");
        entry.waits = 12;
        assert_eq!(detail(&entry), "throttled, 12 times, 5 s in all");
        entry.waits = 0;
        entry.detail = "partially_succeeded".to_owned();
        assert_eq!(detail(&entry), "Partially succeeded");
    }
}
