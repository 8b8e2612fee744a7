//! Which items of a run are shown: the part of the run page's URL that is about them.

use crate::cursor::{self, Cursor, ItemKey};
use crate::status::ItemOutcome;

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
    pub after: Option<Cursor<ItemKey>>,
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
        let (after, broken) = cursor::read(after);
        filter.after = after;
        filter.errors.extend(broken.then_some(ItemError::Cursor));
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
    fn broken_cursors_are_said() {
        let after = ItemFilter::parse("", "", "1.policy.a~2Fb").after.unwrap();
        assert_eq!((after.kind.as_str(), after.external_id.as_str()), ("policy", "a/b"));
        for text in ["x", "1.policy", "1.policy.~00", "policy/1"] {
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
        let good = ItemFilter::parse("failed", "graph.throttled", "1.policy.1");
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
