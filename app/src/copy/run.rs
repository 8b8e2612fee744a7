//! The run page.

pub mod decision;
pub mod fact;
pub mod items;
pub mod related;
pub mod scope;
pub mod summary;
pub mod timeline;

use domain::counts::Counts;
use domain::status::Origin;
use domain::view::Usual;

pub use self::items::*;
use super::time::number;

/// The heading over what happened.
pub const WHAT_HAPPENED: &str = "What happened";
/// The same heading while it goes on.
pub const IN_PROGRESS: &str = "In progress";
/// The heading over the remedy.
pub const WHAT_TO_DO: &str = "What to do";
/// The heading over the facts.
pub const FACTS: &str = "Details";
/// The heading over the reasons why items did not simply succeed.
pub const REASONS: &str = "Reasons";
/// The heading over the items.
pub const ITEMS: &str = "Items";
/// The name of the item filter.
pub const ITEM_FILTER: &str = "Items by outcome";
/// The heading over the timeline.
pub const TIMELINE: &str = "Timeline";
/// No items to show, the run being active.
pub const NO_ITEMS_YET: &str = "No items yet.";
pub const NO_ITEMS: &str = "No items are recorded.";
/// A run of the workspace as a whole.
pub const WHOLE_WORKSPACE: &str = "Whole workspace";
/// The folded technical part.
pub const TECHNICAL: &str = "Technical details";
/// The folded times by three clocks.
pub const CLOCKS: &str = "Times in UTC, of the tenant and yours";
/// The same for a run without a tenant.
pub const CLOCKS_WITHOUT_TENANT: &str = "Times in UTC and yours";
/// The heading over other runs.
pub const RELATED: &str = "Related";
/// The heading over the texts to pass on.
pub const SUMMARIES: &str = "Summaries to pass on";
/// Items are counted and not listed.
pub const ONLY_COUNTED: &str = "This operation counts what it works on and keeps no list of it.";
/// The cursor of items could not be read.
pub const BROKEN_CURSOR: &str = "The link to that part of the items could not be read, so this is the first page.";
/// Nothing can match a filter that is not understood.
pub const NOTHING_CAN_MATCH: &str = "Nothing can match: correct or remove what is not known.";
/// Nothing matches the filter.
pub const NO_SUCH_ITEMS: &str = "No items match.";
/// The filters of the items.
pub const ITEM_FILTERS: &str = "Filters of the items";
/// It is on hold.
pub const KEPT: &str = "Kept beyond retention";
/// Made-up history.
pub const DEMO: &str = "Made-up history of the demo";

/// The item filter that does not filter.
pub const ALL_ITEMS: &str = "All";

/// The columns of the items.
pub mod column {
    pub const ITEM: &str = "Item";
    pub const KIND: &str = "Kind";
    pub const OUTCOME: &str = "Outcome";
    pub const REASON: &str = "Reason";
}

/// While Microsoft Graph makes the run wait.
pub fn waiting(until: &str) -> String {
    format!("Waiting for Microsoft Graph, resumes {until}")
}

/// The columns of the three clocks.
pub mod clock {
    /// Everybody's.
    pub const UTC: &str = "UTC";
    pub const TENANT: &str = "Tenant";
    pub const YOURS: &str = "Yours";

    /// Where the tenant is.
    pub fn zone(zone: &str) -> String {
        format!("The tenant's time zone is {zone}.")
    }
}

/// How often it was begun, of how often it may be. What was handed back does not count.
pub fn attempts(attempt: u32, handed_back: u32, most: u32) -> String {
    match handed_back {
        0 => format!("{attempt} of at most {most}"),
        _ => format!(
            "{} of at most {most}, and {handed_back} handed back",
            attempt.saturating_sub(handed_back)
        ),
    }
}

/// When the worker was last heard of.
pub fn last_heard(ago: &str) -> String {
    format!("The worker was last heard of {ago}.")
}

/// The worker is silent.
pub fn stale(ago: Option<&str>) -> String {
    let silence = ago.map_or_else(
        || "Nothing was heard from the worker yet.".to_owned(),
        |ago| format!("Nothing was heard from the worker for a while, last {ago}."),
    );
    format!("{silence} If it does not come back, the operation is taken over or ended by itself.")
}

/// How long such runs take.
pub fn usually(duration: &str) -> String {
    format!("usually {duration}")
}

/// What that is taken from.
pub fn sample(usual: &Usual) -> String {
    let of = if usual.same_identity {
        "of the same operation"
    } else {
        "of this type for this tenant"
    };
    format!("The median of the last {} successful runs {of}", usual.of)
}

pub fn joined(name: &str, ago: &str) -> String {
    format!("{name}, {ago}")
}

/// More people than are named.
pub fn and_more(named: usize) -> String {
    format!("and more than these {named}")
}

/// What made it start, in words.
pub fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Manual => "By hand",
        Origin::Schedule => "Schedule",
        Origin::System => "System",
        Origin::Api => "API",
        Origin::Import => "Imported history",
        Origin::Unknown => "Unknown",
    }
}

/// What a completed run says when there is no reason to explain.
pub fn ended(counts: &Counts) -> String {
    let did_not_work = counts.failures().saturating_sub(counts.not_attempted);
    let happened = match (counts.processed, did_not_work) {
        (0, _) => return "There was nothing to do.".to_owned(),
        (_, 0) if counts.not_attempted > 0 => String::new(),
        (1, 0) => "The only item is done.".to_owned(),
        (all, 0) => format!("All {} items are done.", number(all)),
        (all, failures) => format!("{} of {} items did not work.", number(failures), number(all)),
    };
    match (happened.is_empty(), counts.not_attempted) {
        (_, 0) => happened,
        (true, never) => format!(
            "{} of {} items were never begun.",
            number(never),
            number(counts.processed)
        ),
        (false, never) => format!("{happened} {} more were never begun.", number(never)),
    }
}

/// What a run says that could not go on, although all that it came to is done.
pub fn broke_off(counts: &Counts) -> String {
    match counts.touched() {
        1 => "1 item was done before it could not go on.".to_owned(),
        done => format!("{} items were done before it could not go on.", number(done)),
    }
}

/// A reason that is not in the catalogue of this release.
pub fn unknown_reason(code: &str) -> String {
    format!("The reason is recorded as {code}; this release has no explanation for it.")
}

#[cfg(test)]
mod tests {
    use domain::status::ItemOutcome;
    use domain::view::BoundedCount;

    use super::*;

    #[test]
    fn kinds_are_words() {
        let read = ["deviceCompliancePolicy", "policy_type", "group", ""].map(kind);
        assert_eq!(read, ["Compliance policies", "Policy type", "Group", ""]);
    }

    #[test]
    fn what_was_never_begun_is_not_said_to_have_failed() {
        use ItemOutcome::{Failed, NotAttempted, Succeeded};
        let of = |outcomes: &[ItemOutcome]| ended(&Counts::of(outcomes.iter().copied()));
        assert_eq!(of(&[Succeeded, Succeeded]), "All 2 items are done.");
        assert_eq!(of(&[Succeeded, Failed]), "1 of 2 items did not work.");
        assert_eq!(
            of(&[Succeeded, Failed, NotAttempted]),
            "1 of 3 items did not work. 1 more were never begun."
        );
        assert_eq!(of(&[Succeeded, NotAttempted]), "1 of 2 items were never begun.");
    }

    #[test]
    fn bounded_counts_say_so() {
        let read = [1, 2, 1_234_567].map(|found| items(BoundedCount::new(found, 1_234_566)));
        assert_eq!(read, ["1 item", "2 items", "1,234,566+ items"]);
    }

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
        counts.not_attempted = 3;
        assert_eq!(result(&counts), "140 succeeded, 2 failed, 3 not attempted");
        assert_eq!(result(&Counts::default()), super::super::NONE);
    }
}
