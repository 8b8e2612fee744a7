//! What a run asks of the people who look at it: what happened, and what to do next. The words are those of each surface.

use chrono::{DateTime, TimeDelta, Utc};

use crate::reason::ReasonCode;
use crate::status::{Hold, Outcome, RunStatus, WorkerLiveness};
use crate::view::{OtherRun, RunDetail};

/// How long after it was admitted a run has usually begun.
const SOON: TimeDelta = TimeDelta::minutes(1);

/// What somebody who looks at a run has to know first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What happened, or is happening.
    pub happened: Happened,
    /// What to do about it.
    pub next: NextStep,
}

/// What happened to a run, or is happening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// It is in a state of a newer release.
    UnknownState,
    /// Somebody has to confirm it before it begins.
    AwaitsConfirmation,
    /// It is kept from beginning, for a reason of a newer release.
    UnknownHold,
    /// Another run of the tenant is before it.
    AwaitsTurn,
    /// It may begin, and no worker has taken it yet.
    AwaitsWorker,
    /// It waits for Microsoft Graph until then.
    WaitsUntil(DateTime<Utc>),
    /// It works; what it says about that, if anything.
    Works(Option<String>),
    /// It did what it could, and all of that worked.
    Succeeded,
    /// It ended in a way of a newer release.
    UnknownEnd,
    /// It ended, and not all is well.
    Ended {
        /// What it came to before.
        work: Work,
        /// The code of why, if one is recorded.
        reason: Option<String>,
        /// Whether it was stopped before it changed anything.
        blocked: bool,
    },
}

/// What a run that did not succeed came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// It did nothing.
    None,
    /// What it did worked; it could not go on.
    BrokenOff,
    /// Some of what it did failed.
    SomeFailed,
}

/// What to do about a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Nothing.
    Nothing,
    /// Nothing: it goes on by itself.
    GoesOn,
    /// Nothing: a later run of the same identity succeeded.
    MadeGood,
    /// See whether a worker is running, if it goes on like this.
    CheckWorkers,
    /// Nothing yet: its worker is silent, and it is taken over or ended by itself.
    AwaitTakeover,
    /// Confirm it.
    Confirm,
    /// Bring the web to the release of the workers.
    UpdateWeb,
    /// Report it: this release knows no remedy.
    Report,
    /// The remedy of its reason.
    Remedy(ReasonCode),
}

impl NextStep {
    /// Whether somebody has to act.
    pub const fn is_needed(self) -> bool {
        matches!(self, Self::Confirm | Self::Report | Self::Remedy(_))
    }
}

impl Decision {
    /// What a run as it is now asks of people.
    pub fn of(detail: &RunDetail) -> Self {
        let (happened, next) = match detail.run.status {
            RunStatus::Queued => queued(detail),
            RunStatus::Running => running(detail),
            RunStatus::Completed => completed(detail),
            RunStatus::Unknown => (Happened::UnknownState, NextStep::UpdateWeb),
        };
        Self { happened, next }
    }
}

fn queued(detail: &RunDetail) -> (Happened, NextStep) {
    match (detail.run.hold, detail.admitted_at) {
        (Some(Hold::AwaitingConfirmation), _) => (Happened::AwaitsConfirmation, NextStep::Confirm),
        (Some(Hold::Unknown), _) => (Happened::UnknownHold, NextStep::UpdateWeb),
        (None, None) => (Happened::AwaitsTurn, NextStep::GoesOn),
        (None, Some(admitted)) if detail.now - admitted > SOON => (Happened::AwaitsWorker, NextStep::CheckWorkers),
        (None, Some(_)) => (Happened::AwaitsWorker, NextStep::GoesOn),
    }
}

fn running(detail: &RunDetail) -> (Happened, NextStep) {
    if let Some(until) = detail.run.waiting_until {
        return (Happened::WaitsUntil(until), NextStep::GoesOn);
    }
    let phase = detail.run.phase.clone().filter(|phase| !phase.is_empty());
    let next = if detail.run.liveness == Some(WorkerLiveness::LikelyStale) {
        NextStep::AwaitTakeover
    } else {
        NextStep::GoesOn
    };
    (Happened::Works(phase), next)
}

fn completed(detail: &RunDetail) -> (Happened, NextStep) {
    match detail.run.outcome {
        Outcome::Succeeded => return (Happened::Succeeded, NextStep::Nothing),
        Outcome::Failed | Outcome::Blocked | Outcome::PartiallySucceeded => {}
        _ => return (Happened::UnknownEnd, NextStep::UpdateWeb),
    }
    let reason = explanation(detail);
    let known = reason.as_deref().and_then(|code| code.parse::<ReasonCode>().ok());
    let made_good = |latest: &OtherRun| latest.outcome == Outcome::Succeeded;
    let next = if detail.related.latest.as_ref().is_some_and(made_good) {
        NextStep::MadeGood
    } else {
        known.map_or(NextStep::Report, NextStep::Remedy)
    };
    let counts = &detail.run.counts;
    let work = match (counts.processed, counts.failures()) {
        (0, _) => Work::None,
        (_, 0) => Work::BrokenOff,
        _ => Work::SomeFailed,
    };
    let blocked = detail.run.outcome == Outcome::Blocked;
    (Happened::Ended { work, reason, blocked }, next)
}

/// The code that explains the run: its own, or that of its most frequent failure.
pub fn explanation(detail: &RunDetail) -> Option<String> {
    let own = detail.run.reason.clone();
    own.or_else(|| {
        let most = detail.failures.iter().max_by_key(|failure| failure.count)?;
        Some(most.code.clone())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::failure::Failure;

    /// A run as the server says it.
    fn run(status: &str, outcome: &str, reason: Option<&str>, (processed, failed): (u32, u32)) -> RunDetail {
        let id = "01900000-0000-7000-8000-000000000000";
        let at = "2026-11-21T03:00:00Z";
        serde_json::from_value(json!({
            "run": {
                "id": id, "kind": "inventory.sync", "target": "Contoso", "status": status, "outcome": outcome, "reason": reason,
                "counts": { "processed": processed, "succeeded": processed - failed, "failed": failed },
                "origin": "manual", "initiator": "Olga", "created_at": at, "demo": false
            },
            "workspace": { "id": id, "name": "Northwind" }, "inputs": {}, "failures": [], "correlation_id": id, "attempt": 1,
            "max_attempts": 3, "epoch": 1, "kept": false, "events": [], "joined": [], "joined_more": false,
            "items": { "rows": [] }, "numbers": { "all": { "count": 0, "more": false }, "outcomes": [], "reasons": [], "kinds": [] },
            "related": {}, "stamp": "0", "now": at
        }))
        .unwrap()
    }

    #[test]
    fn an_end_says_what_it_came_to_and_what_to_do() {
        let of = |outcome, reason, counts| Decision::of(&run("completed", outcome, reason, counts));
        assert_eq!(of("succeeded", None, (3, 0)).next, NextStep::Nothing);
        for (outcome, reason, counts, work, next) in [
            (
                "partially_succeeded",
                Some("permission.missing"),
                (8, 1),
                Work::SomeFailed,
                NextStep::Remedy(ReasonCode::PermissionMissing),
            ),
            (
                "failed",
                Some("graph.listing_expired"),
                (3, 0),
                Work::BrokenOff,
                NextStep::Remedy(ReasonCode::GraphListingExpired),
            ),
            ("failed", Some("from.tomorrow"), (0, 0), Work::None, NextStep::Report),
            ("failed", None, (0, 0), Work::None, NextStep::Report),
        ] {
            let decision = of(outcome, reason, counts);
            let happened = Happened::Ended {
                work,
                reason: reason.map(str::to_owned),
                blocked: false,
            };
            assert_eq!(decision, Decision { happened, next });
            assert!(next.is_needed());
        }
        let Happened::Ended { blocked, .. } = of("blocked", Some("tenant_missing"), (0, 0)).happened else {
            panic!("it has ended")
        };
        assert!(blocked);
    }

    #[test]
    fn the_most_frequent_failure_explains_a_run_without_a_reason_of_its_own() {
        let mut run = run("completed", "failed", None, (5, 5));
        let failure = |code, count| Failure {
            count,
            ..Failure::new(code, "")
        };
        run.failures = vec![
            failure(ReasonCode::ObjectNotFound, 1),
            failure(ReasonCode::GraphThrottled, 4),
        ];
        assert_eq!(explanation(&run).as_deref(), Some("graph.throttled"));
    }

    #[test]
    fn r23_what_only_a_newer_release_knows_asks_for_that_release() {
        let mut run = run("completed", "postponed", None, (3, 0));
        let of = |run: &RunDetail| {
            let Decision { happened, next } = Decision::of(run);
            assert_eq!(next, NextStep::UpdateWeb);
            happened
        };
        assert_eq!(of(&run), Happened::UnknownEnd);
        run.run.status = RunStatus::Queued;
        run.run.hold = Some(Hold::Unknown);
        assert_eq!(of(&run), Happened::UnknownHold);
        run.run.status = RunStatus::Unknown;
        assert_eq!(of(&run), Happened::UnknownState);
    }

    #[test]
    fn what_waits_says_for_whom() {
        let mut run = run("queued", "pending", None, (0, 0));
        assert_eq!(Decision::of(&run).happened, Happened::AwaitsTurn);
        run.admitted_at = Some(run.now);
        assert_eq!(Decision::of(&run).next, NextStep::GoesOn);
        run.admitted_at = Some(run.now - TimeDelta::minutes(2));
        assert_eq!(Decision::of(&run).next, NextStep::CheckWorkers);
        run.run.hold = Some(Hold::AwaitingConfirmation);
        assert!(Decision::of(&run).next.is_needed());
        run.run.status = RunStatus::Running;
        run.run.liveness = Some(WorkerLiveness::LikelyStale);
        assert_eq!(Decision::of(&run).next, NextStep::AwaitTakeover);
    }
}
