//! The first thing the run page says: what happened, whether anything is needed, and what to do next.

use chrono::TimeDelta;
use domain::reason::ReasonCode;
use domain::status::{Hold, Outcome, RunStatus, WorkerLiveness};
use domain::view::RunDetail;

use super::{broke_off, ended, unknown_reason, waiting};
use crate::copy::time::of_day;

/// Nothing is needed.
const NOTHING: &str = "Nothing needs to be done.";
/// It goes on by itself.
const BY_ITSELF: &str = "Nothing needs to be done: it goes on by itself.";
/// A later run made it good.
const LATER_SUCCESS: &str = "Nothing needs to be done: the latest run of the same operation succeeded.";
/// No worker came for it.
const NO_WORKER: &str = "Nothing yet. If this goes on, check that a worker is running.";
/// The worker is silent.
const SILENT: &str = "Nothing yet: if the worker does not come back, it is taken over or ended by itself.";
/// Somebody has to confirm it.
const CONFIRM: &str = "Confirm it where it was prepared. Unconfirmed, it ends by itself a day after it was prepared.";
/// Something that only a newer release knows.
const OLDER: &str = "Reload the page. If it says the same, the web is older than the workers: bring it up to date.";
/// Failed without a reason that this release knows.
const REPORT: &str = "Report it with the correlation id.";

/// What somebody who looks has to know first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What happened, or is happening.
    pub happened: String,
    /// What to do, or that there is nothing to do.
    pub next: &'static str,
    /// Whether somebody has to act.
    pub needed: bool,
}

/// What a run as it is now asks of people.
pub fn decide(detail: &RunDetail) -> Decision {
    match detail.run.status {
        RunStatus::Queued => queued(detail),
        RunStatus::Running => running(detail),
        RunStatus::Completed => completed(detail),
        RunStatus::Unknown => quiet("It is in a state that this release does not know.".to_owned(), OLDER),
    }
}

fn quiet(happened: String, next: &'static str) -> Decision {
    Decision {
        happened,
        next,
        needed: false,
    }
}

fn queued(detail: &RunDetail) -> Decision {
    match detail.run.hold {
        Some(Hold::AwaitingConfirmation) => {
            return Decision {
                happened: "Waiting for somebody to confirm it.".to_owned(),
                next: CONFIRM,
                needed: true,
            };
        }
        Some(Hold::Unknown) => {
            let happened = "It is kept from beginning, for a reason that this release does not know.";
            return quiet(happened.to_owned(), OLDER);
        }
        None => {}
    }
    let Some(admitted) = detail.admitted_at else {
        let happened = "Waiting for its turn: operations on a tenant run one after the other.";
        return quiet(happened.to_owned(), BY_ITSELF);
    };
    let late = detail.now - admitted > TimeDelta::minutes(1);
    quiet(
        "Waiting for a worker.".to_owned(),
        if late { NO_WORKER } else { BY_ITSELF },
    )
}

fn running(detail: &RunDetail) -> Decision {
    if let Some(until) = detail.run.waiting_until {
        return quiet(waiting(&of_day(until)), BY_ITSELF);
    }
    let phase = detail.run.phase.clone().filter(|phase| !phase.is_empty());
    let silent = detail.run.liveness == Some(WorkerLiveness::LikelyStale);
    quiet(
        phase.unwrap_or_else(|| "Working.".to_owned()),
        if silent { SILENT } else { BY_ITSELF },
    )
}

fn completed(detail: &RunDetail) -> Decision {
    let counts = ended(&detail.run.counts);
    if detail.run.outcome == Outcome::Succeeded {
        return quiet(counts, NOTHING);
    }
    if !matches!(
        detail.run.outcome,
        Outcome::Failed | Outcome::Blocked | Outcome::PartiallySucceeded
    ) {
        let happened = "It has ended, in a way that this release does not know.";
        return quiet(happened.to_owned(), OLDER);
    }
    let code = reason(detail);
    let known = code.as_deref().and_then(|code| code.parse::<ReasonCode>().ok());
    let why = match (&code, known) {
        (_, Some(known)) => known.technician().to_owned(),
        (Some(code), None) => unknown_reason(code),
        (None, None) => String::new(),
    };
    let mut parts = Vec::new();
    if detail.run.counts.processed > 0 && detail.run.counts.failures() == 0 {
        parts.push(broke_off(&detail.run.counts));
    } else if detail.run.counts.processed > 0 {
        parts.push(counts);
    }
    if !why.is_empty() {
        parts.push(why);
    }
    if detail.run.outcome == Outcome::Blocked {
        parts.push("Nothing was changed.".to_owned());
    }
    if parts.is_empty() {
        parts.push("It did not work, and no reason is recorded.".to_owned());
    }
    let happened = parts.join(" ");
    let made_good = |latest: &domain::view::OtherRun| latest.outcome == Outcome::Succeeded;
    if detail.related.latest.as_ref().is_some_and(made_good) {
        return quiet(happened, LATER_SUCCESS);
    }
    Decision {
        happened,
        next: known.map_or(REPORT, ReasonCode::remedy),
        needed: true,
    }
}

/// The code that explains the run: its own, or that of its most frequent failure.
pub fn reason(detail: &RunDetail) -> Option<String> {
    let own = detail.run.reason.clone();
    own.or_else(|| {
        let most = detail.failures.iter().max_by_key(|failure| failure.count)?;
        Some(most.code.clone())
    })
}

#[cfg(test)]
pub(super) mod tests {
    use domain::counts::Counts;
    use domain::failure::Failure;
    use serde_json::json;

    use super::*;

    /// A run that has ended, as the server says it.
    pub(in crate::copy::run) fn ended_run(outcome: &str, reason: Option<&str>, counts: Counts) -> RunDetail {
        let id = "01900000-0000-7000-8000-000000000000";
        let at = |second: u32| format!("2026-11-21T03:00:{second:02}Z");
        serde_json::from_value(json!({
            "run": {
                "id": id, "kind": "inventory.sync", "tenant": { "id": id, "name": "Contoso" }, "target": "Contoso", "status": "completed",
                "outcome": outcome, "reason": reason, "counts": counts, "origin": "manual", "initiator": "Olga", "created_at": at(0),
                "started_at": at(2), "completed_at": at(27), "demo": false
            },
            "workspace": { "id": id, "name": "Northwind" }, "inputs": {}, "failures": [], "correlation_id": id, "attempt": 1,
            "max_attempts": 3, "epoch": 1, "kept": false, "events": [], "joined": [], "joined_more": false,
            "items": { "rows": [] }, "numbers": { "all": { "count": 0, "more": false }, "outcomes": [], "reasons": [], "kinds": [] },
            "related": {}, "stamp": "0", "now": at(30)
        }))
        .unwrap()
    }

    pub(in crate::copy::run) fn counts(succeeded: u32, failed: u32) -> Counts {
        Counts {
            processed: succeeded + failed,
            succeeded,
            failed,
            ..Counts::default()
        }
    }

    #[test]
    fn every_end_says_what_to_do() {
        let said = |outcome, reason, counts| decide(&ended_run(outcome, reason, counts));
        assert!(!said("succeeded", None, counts(3, 0)).needed);
        let partial = said("partially_succeeded", Some("permission.missing"), counts(7, 1));
        assert!(partial.needed);
        assert_eq!(
            partial.happened,
            "1 of 8 items did not work. The application lacks a permission in the tenant."
        );
        assert_eq!(partial.next, ReasonCode::PermissionMissing.remedy());
        let broken_off = said("failed", Some("graph.listing_expired"), counts(3, 0));
        assert!(
            broken_off
                .happened
                .starts_with("3 items were done before it could not go on."),
            "{}",
            broken_off.happened
        );
        let blocked = said("blocked", Some("tenant_missing"), counts(0, 0));
        assert_eq!(
            blocked.happened,
            "The tenant is not there any more. Nothing was changed."
        );
        let unknown = said("failed", Some("from.tomorrow"), counts(0, 0));
        assert!(unknown.happened.contains("from.tomorrow") && unknown.next == REPORT);
        assert!(!said("failed", None, counts(0, 0)).happened.is_empty());
    }

    #[test]
    fn the_most_frequent_failure_explains_a_run_without_a_reason_of_its_own() {
        let mut run = ended_run("failed", None, counts(0, 5));
        let failure = |code, count| Failure {
            count,
            ..Failure::new(code, "")
        };
        run.failures = vec![
            failure(ReasonCode::ObjectNotFound, 1),
            failure(ReasonCode::GraphThrottled, 4),
        ];
        assert_eq!(reason(&run).as_deref(), Some("graph.throttled"));
    }

    #[test]
    fn r23_what_only_a_newer_release_knows_is_not_called_a_failure() {
        let mut run = ended_run("postponed", None, counts(3, 0));
        assert_eq!(run.run.outcome, Outcome::Unknown);
        let said = decide(&run);
        assert!(
            said.happened.contains("does not know") && said.next == OLDER,
            "{said:?}"
        );
        run.run.status = RunStatus::Queued;
        run.run.hold = Some(Hold::Unknown);
        assert!(decide(&run).happened.contains("does not know"));
        run.run.status = RunStatus::Unknown;
        assert!(decide(&run).happened.contains("does not know"));
    }

    #[test]
    fn what_waits_says_for_whom() {
        let mut run = ended_run("pending", None, counts(0, 0));
        run.run.status = RunStatus::Queued;
        assert!(decide(&run).happened.contains("one after the other"));
        run.admitted_at = Some(run.now);
        assert_eq!(decide(&run).next, BY_ITSELF);
        run.admitted_at = Some(run.now - TimeDelta::minutes(2));
        assert_eq!(decide(&run).next, NO_WORKER);
        run.run.hold = Some(Hold::AwaitingConfirmation);
        assert!(decide(&run).needed);
        run.run.status = RunStatus::Running;
        run.run.liveness = Some(WorkerLiveness::LikelyStale);
        assert_eq!(decide(&run).next, SILENT);
    }
}
