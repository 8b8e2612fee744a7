//! The first thing the run page says: what happened, whether anything is needed, and what to do next. What that is, `domain` decides.

use domain::counts::Counts;
use domain::decision::{self, Happened, NextStep, Work};
use domain::reason::ReasonCode;
use domain::view::RunDetail;

use super::{broke_off, ended, unknown_reason, waiting};
use crate::copy::time::of_day;

/// What somebody who looks has to know first, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What happened, or is happening.
    pub happened: String,
    /// What to do, or that there is nothing to do.
    pub next: &'static str,
}

/// What a run as it is now asks of people.
pub fn decide(detail: &RunDetail) -> Decision {
    let decision = decision::Decision::of(detail);
    Decision {
        happened: happened(decision.happened, &detail.run.counts),
        next: next(decision.next),
    }
}

fn next(step: NextStep) -> &'static str {
    match step {
        NextStep::Nothing => "Nothing needs to be done.",
        NextStep::GoesOn => "Nothing needs to be done: it goes on by itself.",
        NextStep::MadeGood => "Nothing needs to be done: the latest run of the same operation succeeded.",
        NextStep::CheckWorkers => "Nothing yet. If this goes on, check that a worker is running.",
        NextStep::AwaitTakeover => {
            "Nothing yet: if the worker does not come back, it is taken over or ended by itself."
        }
        NextStep::Confirm => {
            "Confirm it where it was prepared. Unconfirmed, it ends by itself a day after it was prepared."
        }
        NextStep::UpdateWeb => {
            "Reload the page. If it says the same, the web is older than the workers: bring it up to date."
        }
        NextStep::Report => "Report it with the correlation id.",
        NextStep::Remedy(reason) => reason.remedy(),
    }
}

fn happened(happened: Happened, counts: &Counts) -> String {
    let sentence = match happened {
        Happened::UnknownState => "It is in a state that this release does not know.",
        Happened::AwaitsConfirmation => "Waiting for somebody to confirm it.",
        Happened::UnknownHold => "It is kept from beginning, for a reason that this release does not know.",
        Happened::AwaitsTurn => "Waiting for its turn: operations on a tenant run one after the other.",
        Happened::AwaitsWorker => "Waiting for a worker.",
        Happened::WaitsUntil(until) => return waiting(&of_day(until)),
        Happened::Works(phase) => return phase.unwrap_or_else(|| "Working.".to_owned()),
        Happened::Succeeded => return ended(counts),
        Happened::UnknownEnd => "It has ended, in a way that this release does not know.",
        Happened::Ended { work, reason, blocked } => return ended_badly(work, reason.as_deref(), blocked, counts),
    };
    sentence.to_owned()
}

fn ended_badly(work: Work, reason: Option<&str>, blocked: bool, counts: &Counts) -> String {
    let work = match work {
        Work::None => None,
        Work::BrokenOff => Some(broke_off(counts)),
        Work::SomeFailed => Some(ended(counts)),
    };
    let why = reason.map(|code| match code.parse::<ReasonCode>() {
        Ok(known) => known.technician().to_owned(),
        Err(_) => unknown_reason(code),
    });
    let unchanged = blocked.then(|| "Nothing was changed.".to_owned());
    let parts: Vec<String> = [work, why, unchanged].into_iter().flatten().collect();
    if parts.is_empty() {
        "It did not work, and no reason is recorded.".to_owned()
    } else {
        parts.join(" ")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use domain::status::{Hold, Outcome, RunStatus};
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
        assert_eq!(said("succeeded", None, counts(3, 0)).next, "Nothing needs to be done.");
        let partial = said("partially_succeeded", Some("permission.missing"), counts(7, 1));
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
        assert!(unknown.happened.contains("from.tomorrow") && unknown.next == next(NextStep::Report));
        assert!(!said("failed", None, counts(0, 0)).happened.is_empty());
    }

    #[test]
    fn r23_what_only_a_newer_release_knows_is_not_called_a_failure() {
        let mut run = ended_run("postponed", None, counts(3, 0));
        assert_eq!(run.run.outcome, Outcome::Unknown);
        let said = decide(&run);
        assert!(
            said.happened.contains("does not know") && said.next == next(NextStep::UpdateWeb),
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
        assert_eq!(decide(&run).happened, "Waiting for a worker.");
    }
}
