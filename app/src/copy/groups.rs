//! The groups page, and schedules wherever they are shown.

use chrono::NaiveDateTime;
use domain::status::FireOutcome;
use domain::view::NextFire;

use super::list::Noun;
use super::time;

pub const TITLE: &str = "Groups";
/// What the start does.
pub const WHAT: &str =
    "Reads every group of the directory from Microsoft Graph, so that pages can show names without asking there.";
/// What is listed.
pub const GROUPS: Noun = Noun {
    one: "group",
    many: "groups",
};

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
    pub const NAME: &str = "Name";
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
/// Why there is no next time, or how it stands with it.
pub fn no_next(next: &NextFire) -> String {
    match next {
        NextFire::At(_) => String::new(),
        NextFire::SwitchedOff => "Never: it is switched off.".to_owned(),
        NextFire::Unrunnable(cause) => {
            format!(
                "Never: it is switched on, but its rule cannot be run ({cause}). It starts nothing until that is corrected."
            )
        }
        NextFire::NoSuchDay => "Never: it is switched on, but no day to come matches its rule.".to_owned(),
        NextFire::Unplanned => "Not planned yet. A running scheduler plans it within a second or two.".to_owned(),
        NextFire::PutOff { failures: 1, at } => {
            format!(
                "The last attempt to serve it failed. It is tried again at {}.",
                time::absolute(*at)
            )
        }
        NextFire::PutOff { failures, at } => {
            format!(
                "The last {failures} attempts to serve it failed. It is tried again at {}.",
                time::absolute(*at)
            )
        }
        NextFire::Unknown(_) => {
            "Not known to this page, which is of another release than the server. Reload the page.".to_owned()
        }
    }
}

/// Its latest fire times.
pub const FIRES: &str = "Latest fire times";
/// None is recorded, which is not to say why.
pub const NO_FIRES: &str = "No fire time is recorded yet.";

/// What an outcome of a fire time means, where the word alone does not say it.
pub const fn meaning(outcome: FireOutcome) -> Option<&'static str> {
    match outcome {
        FireOutcome::Started | FireOutcome::Unknown => None,
        FireOutcome::Merged => Some("A run that was active already served it."),
        FireOutcome::Missed => {
            Some("Nothing was started in time: no scheduler was running, or the start failed. It is not caught up.")
        }
    }
}

/// What a fire time stands for that does not exist.
pub fn skipped(wall: NaiveDateTime) -> String {
    format!("For {}, which the clocks skipped on this day.", wall.format("%H:%M"))
}
