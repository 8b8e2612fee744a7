//! The groups page, and schedules wherever they are shown.

use domain::status::FireOutcome;

/// The page.
pub const TITLE: &str = "Groups";
/// What the start does.
pub const WHAT: &str =
    "Reads every group of the directory from Microsoft Graph, so that pages can show names without asking there.";
/// The field that searches.
pub const SEARCH: &str = "Name begins with";
/// The button beside it.
pub const APPLY: &str = "Search";
/// The landmark of the search.
pub const SEARCH_FORM: &str = "Search groups";
/// The link that ends a search.
pub const CLEAR: &str = "Show all groups";
/// Heading of an empty directory.
pub const EMPTY: &str = "No groups yet";
/// Heading of an empty search.
pub const NOT_FOUND: &str = "No group found";
/// Heading of a page behind the end of the list.
pub const PAST_END: &str = "Nothing more";
/// What to do about it.
pub const PAST_END_TEXT: &str = "The list ends before this page.";

/// The sentence of an empty search.
pub fn not_found(search: &str) -> String {
    format!("Of the groups that are known, no name begins with “{search}”.")
}

/// The number of groups over the table.
pub fn total(count: &str) -> String {
    if count == "1" {
        "1 group".to_owned()
    } else {
        format!("{count} groups")
    }
}

/// What a type of group is called.
pub fn group_type(stored: &str) -> &'static str {
    match stored {
        "security" => "Security",
        "microsoft365" => "Microsoft 365",
        "distribution" => "Distribution",
        _ => "Unknown",
    }
}

/// The columns of the table.
pub mod column {
    /// Its name.
    pub const NAME: &str = "Name";
    /// Its type.
    pub const TYPE: &str = "Type";
    /// When a sync last saw it.
    pub const SEEN: &str = "Last seen";
}

/// Heading of what starts a sync by itself.
pub const SCHEDULE: &str = "Schedule";
/// Nothing starts it by itself.
pub const NO_SCHEDULE: &str = "No schedule starts this sync.";
/// When a schedule fires.
pub const RHYTHM: &str = "Rhythm";
/// The zone that is read in.
pub const ZONE: &str = "Time zone";
/// When it fires next.
pub const NEXT: &str = "Next";
/// It does not.
pub const NEVER: &str = "None: it is switched off, or its rhythm has no further date.";
/// Its latest fire times.
pub const FIRES: &str = "Latest fire times";
/// None is recorded.
pub const NO_FIRES: &str = "No fire time is recorded.";

/// What an outcome of a fire time means, where the word alone does not say it.
pub const fn meaning(outcome: FireOutcome) -> Option<&'static str> {
    match outcome {
        FireOutcome::Started => None,
        FireOutcome::Merged => Some("A run that was active already served it."),
        FireOutcome::Missed => Some("Nothing was started: no scheduler was running in time. It is not caught up."),
    }
}
