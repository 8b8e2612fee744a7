//! Which items of a run are shown: the part of the run page's URL that is about them.

use std::fmt;
use std::str::FromStr;

use crate::status::ItemOutcome;

/// A place in the list of a run's items, which is by kind and id. Written `kind/id`; a kind has no slash in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemCursor {
    /// The kind of the last item seen.
    pub kind: String,
    /// Its id.
    pub external_id: String,
}

/// A cursor that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of items")]
pub struct BrokenCursor;

impl FromStr for ItemCursor {
    type Err = BrokenCursor;
    fn from_str(text: &str) -> Result<Self, BrokenCursor> {
        let (kind, id) = text.split_once('/').ok_or(BrokenCursor)?;
        // What no item can have: longer than the columns, or with characters that are never stored.
        let fits = |part: &str, most| (1..=most).contains(&part.chars().count()) && !part.contains(char::is_control);
        if fits(kind, 80) && fits(id, 200) {
            Ok(Self {
                kind: kind.to_owned(),
                external_id: id.to_owned(),
            })
        } else {
            Err(BrokenCursor)
        }
    }
}

impl fmt::Display for ItemCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.external_id)
    }
}

/// Something in the URL that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemError {
    /// Not an outcome of items.
    Outcome(String),
    /// Not the form of a reason code.
    Reason(String),
    /// The cursor: what is shown is the first page.
    Cursor,
}

/// What a list of items is filtered by, and where it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemFilter {
    /// Only of this outcome.
    pub outcome: Option<ItemOutcome>,
    /// Only with this reason; one that this release does not know is possible.
    pub reason: Option<String>,
    /// After this.
    pub after: Option<ItemCursor>,
    /// What could not be understood.
    pub errors: Vec<ItemError>,
}

impl ItemFilter {
    /// Reads the values of a URL; an empty one says nothing.
    pub fn parse(outcome: &str, reason: &str, after: &str) -> Self {
        let mut filter = Self::default();
        match outcome.parse() {
            _ if outcome.is_empty() => {}
            Ok(known) => filter.outcome = Some(known),
            Err(_) => filter.errors.push(ItemError::Outcome(outcome.to_owned())),
        }
        if is_code(reason) {
            filter.reason = Some(reason.to_owned());
        } else if !reason.is_empty() {
            filter.errors.push(ItemError::Reason(reason.to_owned()));
        }
        match after.parse() {
            _ if after.is_empty() => {}
            Ok(cursor) => filter.after = Some(cursor),
            Err(BrokenCursor) => filter.errors.push(ItemError::Cursor),
        }
        filter
    }

    /// Whether nothing can match: a filter that is not understood must never show everything.
    pub fn matches_nothing(&self) -> bool {
        self.errors.iter().any(|error| *error != ItemError::Cursor)
    }
}

/// Whether a text has the form of a reason code.
fn is_code(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
    (1..=80).contains(&text.len()) && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_and_broken_ones_are_said() {
        for text in ["deviceConfiguration/1", "policy/a/b c", "x/ü"] {
            assert_eq!(text.parse::<ItemCursor>().unwrap().to_string(), text);
        }
        let long = format!("policy/{}", "x".repeat(201));
        for text in ["x", "/", "x/", "/x", "policy/\0", "pol\nicy/1", &long] {
            assert_eq!(text.parse::<ItemCursor>(), Err(BrokenCursor), "{text:?}");
            let filter = ItemFilter::parse("", "", text);
            assert_eq!(
                (filter.after, filter.errors),
                (None, vec![ItemError::Cursor]),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_not_understood_matches_nothing() {
        let plain = ItemFilter::parse("", "", "");
        assert_eq!(plain, ItemFilter::default());
        assert!(!plain.matches_nothing());
        let good = ItemFilter::parse("failed", "graph.throttled", "policy/1");
        assert_eq!(good.outcome, Some(ItemOutcome::Failed));
        assert_eq!(good.reason.as_deref(), Some("graph.throttled"));
        assert!(good.errors.is_empty() && !good.matches_nothing());
        assert!(ItemFilter::parse("bogus", "", "").matches_nothing());
        for reason in ["' or 1=1", "Graph", "😀", ".x", &"x".repeat(81)] {
            assert!(ItemFilter::parse("", reason, "").matches_nothing(), "{reason}");
        }
        assert!(!ItemFilter::parse("", "", "bogus").matches_nothing());
        assert!(ItemFilter::parse("", "from.tomorrow", "").errors.is_empty());
    }
}
