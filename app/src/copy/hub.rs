//! The hub.

pub mod empty;

use domain::filter::{Field, Zone};

/// The page, and the table's name.
pub const TITLE: &str = "Operations";
/// The name of the tabs.
pub const TABS: &str = "Operations by state";
/// Active runs from before the window.
pub const PINNED: &str = "Still active from before this period";
pub const FILTER: &str = "Filter";
/// The text field.
pub const SEARCH: &str = "Search";
/// What the text field takes.
pub const SEARCH_HINT: &str = "Target, id or correlation id";
/// The filter by time.
pub const PERIOD: &str = "Period";
pub const EXPORT: &str = "Export";
/// What an export holds.
pub const EXPORT_HINT: &str = "Everything that the filter matches, not only this page.";
/// An export for spreadsheets.
pub const EXPORT_CSV: &str = "CSV, for spreadsheets";
/// An export for programs.
pub const EXPORT_JSONL: &str = "JSON Lines, for programs";
/// The mark of a run whose worker is silent.
pub const STALE: &str = "likely stale";
pub const STALE_HINT: &str = "Nothing was heard from its worker for a while.";
/// Removes all filters, where the list would be.
pub const CLEAR_FILTERS: &str = "Clear filters";
/// The link of an empty hub.
pub const START: &str = "Start a sync";
/// Exchanges the first and the last day.
pub const EXCHANGE: &str = "Exchange the two days";
/// Takes the chosen period away.
pub const USUAL_PERIOD: &str = "Show the usual period";
/// The first day is after the last one.
pub const BACKWARDS: &str = "From is after To";

/// The link to the longest window.
pub fn last_days_shown(days: u16) -> String {
    format!("Show the last {days} days")
}

/// The zone of days, in one word.
pub const fn zone(zone: Option<Zone>) -> &'static str {
    match zone {
        Some(zone) => zone.name(),
        None => "UTC",
    }
}

/// Whose days the two fields mean.
pub fn days_in(of: Option<Zone>) -> String {
    format!("Days in {}", zone(of))
}

/// The same two days by the viewer's clocks.
pub fn own_days(zone: Zone) -> String {
    format!("Take them as days in {zone}")
}

/// The initiator who is looking.
pub const ME: &str = "me";
/// The initiator who is nobody.
pub const SYSTEM: &str = "the system";

/// A day counted back from today.
pub fn days_ago(days: u16) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// A field of the filter, as people call it.
pub const fn field(field: Field) -> &'static str {
    match field {
        Field::Tab => "Tab",
        Field::Tenant => "Tenant",
        Field::Type => "Type",
        Field::Status => "Status",
        Field::Origin => "Origin",
        Field::Initiator => "Started by",
        Field::Reason => "Reason",
        Field::From => "From",
        Field::To => "To",
        Field::Zone => "Time zone",
        Field::Q => SEARCH,
    }
}

/// The title while the viewer waits for runs.
pub fn title_following(done: usize, all: usize) -> String {
    format!("({done}/{all} done) {TITLE}")
}

/// The window, when it is the default one.
pub fn last_days(days: u16) -> String {
    match days {
        0 => "Today".to_owned(),
        days => format!("Last {days} days"),
    }
}

/// The window, when both ends may be given.
pub fn window(from: Option<&str>, to: Option<&str>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("Since {from}"),
        (None, Some(to)) => format!("Until {to}"),
        (None, None) => String::new(),
    }
}

/// Takes a chip away.
pub fn remove(chip: &str) -> String {
    format!("Remove filter {chip}")
}

/// The banner over a list that has become old.
pub fn new_ones(count: &str) -> String {
    format!("{count} new")
}

/// The same over a list of what is active, of which some is not any more.
pub fn ended(count: usize) -> String {
    format!("{count} ended")
}

pub mod column {
    /// What, and the link to it.
    pub const OPERATION: &str = "Operation";
    pub const STATUS: &str = "Status";
    pub const TARGET: &str = "Target";
    /// How far, or how it came out.
    pub const RESULT: &str = "Result";
    pub const STARTED_BY: &str = "Started by";
    pub const CREATED: &str = "Created";
    pub const DURATION: &str = "Duration";
}

/// Presets and saved views.
pub mod views {
    use domain::name::{BadName, Name};

    /// The landmark's name, and the menu's.
    pub const TITLE: &str = "Views";
    /// The view without a filter.
    pub const EVERYTHING: &str = "All operations";
    /// The preset of what went wrong today.
    pub const FAILED_TODAY: &str = "Failed today";
    /// The preset of the viewer's own.
    pub const MINE: &str = "Mine";
    /// The preset of what is going on.
    pub const RUNNING: &str = "Running";
    /// The heading over the form.
    pub const SAVE_CURRENT: &str = "Save the current filter";
    pub const NAME: &str = "Name";
    /// The tick that shares it.
    pub const SHARE: &str = "Share with the workspace";
    pub const SAVE: &str = "Save view";
    /// Saves a changed one.
    pub const CHANGE: &str = "Save";
    pub const DELETE: &str = "Delete";
    /// The heading over one's own.
    pub const OWN: &str = "Your views";
    /// The heading over those of others that an owner of the workspace may remove.
    pub const OF_OTHERS: &str = "Shared by others";
    /// Said after a change.
    pub const DONE: &str = "Saved";
    /// A filter with errors cannot be saved.
    pub const UNKNOWN_VALUES: &str = "The filter holds a value that is not known. Remove it first.";
    /// A filter that is longer than any.
    pub const TOO_LONG: &str = "The filter is too long to be saved.";

    pub fn bad_name(bad: BadName) -> String {
        let (most, marks) = (Name::MAX, Name::MARKS_MAX);
        match bad {
            BadName::Empty | BadName::TooLong => format!("A view needs a name of 1 to {most} characters."),
            BadName::Invisible => {
                "The name holds a character that cannot be seen. Type it anew instead of pasting it.".to_owned()
            }
            BadName::Marks => format!("The name has more than {marks} accents on a letter, or one without a letter."),
            BadName::MixedScripts => {
                "A word of the name has letters of two alphabets that look alike. Write each word in one of them."
                    .to_owned()
            }
        }
    }

    pub fn name_taken(name: &str) -> String {
        format!("You have another view called “{name}”. Choose a different name.")
    }

    /// There are too many.
    pub fn too_many(most: i64) -> String {
        format!("You have {most} views already. Delete one first.")
    }

    /// What others have was changed too often.
    pub fn too_often(most: i32) -> String {
        format!(
            "You changed shared views {most} times within the last hour, and no more than that are taken. Try again later."
        )
    }

    /// Whose a shared view is.
    pub fn shared_by(owner: &str) -> String {
        format!("Shared by {owner}")
    }
}

/// Keyboard shortcuts.
pub mod keys {
    /// The dialog, and the button that opens it.
    pub const TITLE: &str = "Keyboard shortcuts";
    pub const CLOSE: &str = "Close";
    /// Keys and what they do.
    pub const ALL: [(&str, &str); 6] = [
        ("/", "Go to the search field"),
        ("j", "Next operation"),
        ("k", "Previous operation"),
        ("Enter", "Open the operation"),
        ("Esc", "Close a menu"),
        ("?", "Show this list"),
    ];
}
