//! Lists of what a sync has read of a tenant, whatever that is.

use domain::status::{Outcome, RunStatus};
use domain::view::RunRow;

/// What is listed, as one and as several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noun {
    /// One of them.
    pub one: &'static str,
    /// Several.
    pub many: &'static str,
}

/// The field that searches.
pub const SEARCH: &str = "Name begins with";
/// The button beside it.
pub const APPLY: &str = "Search";
/// Heading of a page behind the end of the list.
pub const PAST_END: &str = "Nothing more";
/// What to do about it.
pub const PAST_END_TEXT: &str = "The list ends before this page.";
/// Before the time at which something was last seen in the tenant.
pub const NOT_SEEN_SINCE: &str = "Not seen since";

impl Noun {
    /// The landmark of the search.
    pub fn search_form(self) -> String {
        format!("Search {}", self.many)
    }

    /// The link that ends a search.
    pub fn show_all(self) -> String {
        format!("Show all {}", self.many)
    }

    /// Heading where there is nothing at all.
    pub fn none_yet(self) -> String {
        format!("No {} yet", self.many)
    }

    /// Why there is nothing at all, as far as the latest sync tells.
    pub fn why_none(self, latest: Option<&RunRow>) -> String {
        let many = self.many;
        let Some(run) = latest else {
            return format!("Sync now reads the tenant's {many} from Microsoft Graph and lists them here.");
        };
        match (run.status, run.outcome) {
            (RunStatus::Completed, Outcome::Succeeded) => {
                format!("The latest sync found no {many} in what it was asked to read.")
            }
            (RunStatus::Completed, _) => {
                format!(
                    "The latest sync did not succeed, so it is not known which {many} there are. Its page says why."
                )
            }
            _ => format!("A sync is under way; what it finds of the tenant's {many} is listed here."),
        }
    }

    /// Heading of a search that found nothing.
    pub fn none_found(self) -> String {
        format!("No {} found", self.one)
    }

    /// The sentence of a search that found nothing.
    pub fn no_name_begins_with(self, search: &str) -> String {
        format!("Of the {} that are known, no name begins with “{search}”.", self.many)
    }

    /// How many there are, over the table.
    pub fn total(self, count: &str) -> String {
        if count == "1" {
            format!("1 {}", self.one)
        } else {
            format!("{count} {}", self.many)
        }
    }
}

/// How many more the list has, beside the number of those in the tenant.
pub fn gone(count: &str) -> String {
    format!("and {count} not there any more")
}
