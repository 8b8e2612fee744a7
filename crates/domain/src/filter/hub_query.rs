//! What the hub shows, as a query string says it: in the address of the page, of its server functions, and of its files.

use super::RunFilter;
use crate::query;

/// The longest query that is read, in bytes. Each link of the page repeats it.
pub const QUERY_MAX: usize = 8 * 1024;

/// The longest text that is taken for a cursor. All that can be one are shorter.
const CURSOR_MAX: usize = 100;

/// A filter and a place in its list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HubQuery {
    /// What is listed.
    pub filter: RunFilter,
    /// Cursor: what is older than this.
    pub after: String,
    /// Cursor: what is newer than this.
    pub before: String,
}

impl HubQuery {
    /// Reads a query string. One that is longer than any filter can be is an error of its own, which matches nothing.
    pub fn parse(search: &str) -> Self {
        if search.len() > QUERY_MAX {
            return Self::first_page(RunFilter::too_long());
        }
        let pairs = query::pairs(search);
        let filter = RunFilter::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        Self {
            filter,
            after: query::bounded(search, "after", CURSOR_MAX),
            before: query::bounded(search, "before", CURSOR_MAX),
        }
    }

    /// Where the list of a filter begins.
    pub fn first_page(filter: RunFilter) -> Self {
        Self {
            filter,
            ..Self::default()
        }
    }

    /// The canonical query string, as the server function takes it.
    pub fn to_query(&self) -> String {
        let place = [("after", self.after.clone()), ("before", self.before.clone())];
        query::query(self.filter.to_query().into_iter().chain(place))
    }

    /// Whether this is where the list begins.
    pub fn is_first_page(&self) -> bool {
        self.after.is_empty() && self.before.is_empty()
    }

    /// The entries that are older than the cursor's.
    #[must_use]
    pub fn older(&self, cursor: String) -> Self {
        Self {
            after: cursor,
            before: String::new(),
            filter: self.filter.clone(),
        }
    }

    /// The entries that are newer than the cursor's.
    #[must_use]
    pub fn newer(&self, cursor: String) -> Self {
        Self {
            after: String::new(),
            before: cursor,
            filter: self.filter.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Field, FilterError};
    use super::*;

    #[test]
    fn a_query_is_read_and_written() {
        let query = HubQuery::parse("status=failed%2Cpartial&q=50%25&after=1.0199f0a4-7c00-7000-8000-000000000001&x=1");
        assert_eq!(
            query.to_query(),
            "status=failed,partial&q=50%25&after=1.0199f0a4-7c00-7000-8000-000000000001"
        );
        assert!(!query.is_first_page());
        assert_eq!(
            query.newer("2.x".to_owned()).to_query(),
            "status=failed,partial&q=50%25&before=2.x"
        );
        assert_eq!(
            HubQuery::first_page(query.filter).to_query(),
            "status=failed,partial&q=50%25"
        );
    }

    #[test]
    fn c02_what_links_repeat_is_bounded() {
        let words = |count: usize| (0..count).map(|n| format!("x{n}")).collect::<Vec<_>>().join(",");
        let query = HubQuery::parse(&format!("type={}&after={}", words(1_000), "1".repeat(1_000)));
        assert!(query.to_query().len() < 480, "{}", query.to_query());
        assert!(query.filter.errors().contains(&FilterError::Value(Field::Type, "+980")));
        let long = HubQuery::parse(&format!("type={}", words(10_000)));
        assert!(long.filter.matches_nothing(), "never everything instead");
        assert_eq!(long.to_query(), "query=too-long");
        assert_eq!(HubQuery::parse("query=too-long"), long);
    }
}
