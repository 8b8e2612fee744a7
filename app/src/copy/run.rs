//! The run page.

use domain::badge;
use domain::counts::Counts;
use domain::status::{ItemOutcome, Origin, Outcome, RunStatus};

use super::time::number;

/// The heading over what happened.
pub const WHAT_HAPPENED: &str = "What happened";
/// The same heading while it goes on.
pub const IN_PROGRESS: &str = "In progress";
/// The heading over the remedy.
pub const WHAT_TO_DO: &str = "What to do";
/// The heading over the facts.
pub const FACTS: &str = "Details";
/// The heading over the failures.
pub const FAILURES: &str = "Failures by reason";
/// The heading over the items.
pub const ITEMS: &str = "Items";
/// The name of the item filter.
pub const ITEM_FILTER: &str = "Items by outcome";
/// The heading over the timeline.
pub const TIMELINE: &str = "Timeline";
/// The folded technical part.
pub const TECHNICAL: &str = "Scope and identifiers";
/// No items to show, the run being active.
pub const NO_ITEMS_YET: &str = "No items yet.";
/// No items to show.
pub const NO_ITEMS: &str = "This operation has no items.";
/// No items of the chosen outcome.
pub const NO_SUCH_ITEMS: &str = "No items with this outcome.";
/// The worker is silent.
pub const STALE: &str = "Nothing was heard from the worker for a while. If it does not come back, the operation is taken over or ended by itself.";
/// Nobody else follows.
pub const NOBODY: &str = "Nobody else";
/// A run of the workspace as a whole.
pub const WHOLE_WORKSPACE: &str = "Whole workspace";
/// Its run has no total yet.
pub const QUEUED: &str = "Waiting for a worker.";
/// It is on hold.
pub const ON_HOLD: &str = "Waiting for somebody to confirm it.";
/// Running, and nothing more is known.
pub const WORKING: &str = "Working.";
/// Made-up history.
pub const DEMO: &str = "Made-up history of the demo";

/// The item filter that does not filter.
pub const ALL_ITEMS: &str = "All";
/// Nothing was dispatched yet.
pub const NO_SCOPE_YET: &str = "Not fixed yet";
/// All groups.
pub const SCOPE_GROUPS: &str = "All groups of the tenant";
/// Housekeeping.
pub const SCOPE_HISTORY: &str = "Expired history of the workspace";

/// Facts, in the order of the page.
pub mod fact {
    /// Who.
    pub const STARTED_BY: &str = "Started by";
    /// What made it start.
    pub const ORIGIN: &str = "Origin";
    /// Who else follows.
    pub const FOLLOWED_BY: &str = "Followers";
    /// Where.
    pub const WORKSPACE: &str = "Workspace";
    /// Where.
    pub const TENANT: &str = "Tenant";
    /// Where.
    pub const TARGET: &str = "Target";
    /// When.
    pub const CREATED: &str = "Created";
    /// When.
    pub const STARTED: &str = "Began";
    /// When.
    pub const COMPLETED: &str = "Ended";
    /// The difference.
    pub const DURATION: &str = "Duration";
    /// How often it was begun.
    pub const ATTEMPT: &str = "Attempts";
    /// The id.
    pub const RUN_ID: &str = "Run id";
    /// The other id.
    pub const CORRELATION_ID: &str = "Correlation id";
    /// What it may touch.
    pub const SCOPE: &str = "May touch";
    /// What it was asked.
    pub const INPUTS: &str = "Inputs";
    /// The stored name.
    pub const TYPE: &str = "Type";
}

/// The columns of the items.
pub mod column {
    /// Its name.
    pub const ITEM: &str = "Item";
    /// Its kind.
    pub const KIND: &str = "Kind";
    /// How it came out.
    pub const OUTCOME: &str = "Outcome";
    /// Why.
    pub const REASON: &str = "Reason";
}

/// While Microsoft Graph makes the run wait.
pub fn waiting(until: &str) -> String {
    format!("Waiting for Microsoft Graph, resumes {until}")
}

/// A moment by the clock of the tenant.
pub fn in_tenant(time: &str) -> String {
    format!("Tenant: {time}")
}

/// A moment by the clock of the viewer.
pub fn for_you(time: &str) -> String {
    format!("You: {time}")
}

/// How far it is, without a percentage that nobody knows.
pub fn processed(counts: &Counts) -> String {
    match counts.total {
        Some(total) => format!("{} of {} processed", number(counts.processed), number(total)),
        None => format!("{} processed", number(counts.processed)),
    }
}

/// How its items came out, in one line: the parts that are not nothing.
pub fn result(counts: &Counts) -> String {
    let parts: Vec<_> = ItemOutcome::ALL
        .iter()
        .map(|outcome| (counts.get(*outcome), outcome_word(*outcome)))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", number(count)))
        .collect();
    if parts.is_empty() {
        super::NONE.to_owned()
    } else {
        parts.join(", ")
    }
}

/// An outcome within a sentence.
pub fn outcome_word(outcome: ItemOutcome) -> &'static str {
    match outcome {
        ItemOutcome::Succeeded => "succeeded",
        ItemOutcome::Failed => "failed",
        ItemOutcome::Skipped => "skipped",
        ItemOutcome::NotFound => "not found",
        ItemOutcome::Unsupported => "unsupported",
        ItemOutcome::Unconfirmed => "unconfirmed",
    }
}

/// What made it start, in words.
pub fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Manual => "By hand",
        Origin::Schedule => "Schedule",
        Origin::System => "System",
        Origin::Api => "API",
        Origin::Import => "Imported history",
    }
}

/// What a completed run says when there is no reason to explain.
pub fn ended(counts: &Counts) -> String {
    match (counts.processed, counts.failures()) {
        (0, _) => "There was nothing to do.".to_owned(),
        (1, 0) => "The only item is done.".to_owned(),
        (all, 0) => format!("All {} items are done.", number(all)),
        (all, failures) => format!("{} of {} items did not work.", number(failures), number(all)),
    }
}

/// A reason that is not in the catalogue of this release.
pub fn unknown_reason(code: &str) -> String {
    format!("The reason is recorded as {code}; this release has no explanation for it.")
}

/// How often a failure happened.
pub fn times(count: u32) -> String {
    if count == 1 {
        "once".to_owned()
    } else {
        format!("{} times", number(count))
    }
}

/// An event of the timeline.
pub fn event(kind: &str) -> String {
    let words = match kind {
        "queued" => "Queued",
        "joined" => "Joined",
        "admitted" => "Admitted",
        "started" => "Began",
        "waiting" => "Waiting for Microsoft Graph",
        "resumed" => "Resumed",
        "repaired" => "Repaired",
        "completed" => "Ended",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// What is recorded of an event; an outcome as people call it.
pub fn event_detail(detail: String) -> String {
    match detail.parse::<Outcome>() {
        Ok(outcome) => badge::of_run(RunStatus::Completed, outcome, None, false)
            .word
            .to_owned(),
        Err(_) => detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_never_claim_more_than_is_known() {
        let mut counts = Counts {
            processed: 140,
            succeeded: 140,
            ..Counts::default()
        };
        assert_eq!(processed(&counts), "140 processed");
        counts.total = Some(1_400);
        assert_eq!(processed(&counts), "140 of 1,400 processed");
        assert_eq!(result(&counts), "140 succeeded");
        counts.failed = 2;
        assert_eq!(result(&counts), "140 succeeded, 2 failed");
        assert_eq!(result(&Counts::default()), super::super::NONE);
    }
}
