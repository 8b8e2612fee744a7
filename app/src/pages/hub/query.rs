//! What the hub shows, as its URL says it.

use domain::filter::{RunFilter, Tab};

use crate::routes;
use crate::url;

/// The longest query that is read, in bytes. Each link of the page repeats it.
pub const QUERY_MAX: usize = 8 * 1024;

/// The longest text that is taken for a cursor. All that can be one are shorter.
const CURSOR_MAX: usize = 100;

/// A filter and a place in its list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HubQuery {
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
            return Self {
                filter: RunFilter::too_long(),
                ..Self::default()
            };
        }
        let pairs = url::pairs(search);
        let filter = RunFilter::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        Self {
            filter,
            after: url::bounded(search, "after", CURSOR_MAX),
            before: url::bounded(search, "before", CURSOR_MAX),
        }
    }

    /// The canonical query string, as the server function takes it.
    pub fn to_query(&self) -> String {
        let place = [("after", self.after.clone()), ("before", self.before.clone())];
        url::query(self.filter.to_query().into_iter().chain(place))
    }

    /// Whether this is where the list begins.
    pub fn is_first_page(&self) -> bool {
        self.after.is_empty() && self.before.is_empty()
    }

    /// Where older entries than the cursor's are.
    pub fn older(&self, cursor: String) -> String {
        Self {
            after: cursor,
            before: String::new(),
            ..self.clone()
        }
        .href()
    }

    /// Where newer entries than the cursor's are.
    pub fn newer(&self, cursor: String) -> String {
        Self {
            after: String::new(),
            before: cursor,
            ..self.clone()
        }
        .href()
    }

    /// The page's address.
    pub fn href(&self) -> String {
        url::with_query(routes::Hub::link(), &self.to_query())
    }
}

/// Where the list of a filter begins.
pub fn href(filter: &RunFilter) -> String {
    url::with_query(routes::Hub::link(), &url::query(filter.to_query()))
}

/// The same filter under another tab.
pub fn under_tab(filter: &RunFilter, tab: Tab) -> RunFilter {
    let mut filter = filter.clone();
    filter.rejected.retain(|(field, _)| field != "tab");
    RunFilter { tab, ..filter }
}

/// The filter without one of its fields.
pub fn without(filter: &RunFilter, field: &str) -> RunFilter {
    let mut filter = filter.clone();
    match field {
        "tenant" => filter.tenant = None,
        "type" => filter.kind = None,
        "status" => filter.status = None,
        "origin" => filter.origin = None,
        "initiator" => filter.initiator = None,
        "reason" => filter.reason = None,
        "window" => (filter.from, filter.to, filter.zone) = (None, None, None),
        "q" => filter.q = None,
        _ => {}
    }
    filter
}

/// The filter without one value that could not be understood.
pub fn without_error(filter: &RunFilter, field: &str, value: &str) -> RunFilter {
    let mut filter = filter.clone();
    filter
        .rejected
        .retain(|(f, v)| (f.as_str(), v.as_str()) != (field, value));
    macro_rules! forget {
        ($choice:expr) => {
            if let Some(choice) = &mut $choice {
                choice.unknown.retain(|unknown| unknown != value);
                if choice.unknown.is_empty() && choice.values.is_empty() {
                    $choice = None;
                }
            }
        };
    }
    match field {
        "tenant" => forget!(filter.tenant),
        "type" => forget!(filter.kind),
        "status" => forget!(filter.status),
        "origin" => forget!(filter.origin),
        "initiator" => forget!(filter.initiator),
        "reason" => forget!(filter.reason),
        _ => {}
    }
    filter
}

/// The filter whoever's days they are.
pub fn without_zone(filter: &RunFilter) -> RunFilter {
    RunFilter {
        zone: None,
        ..filter.clone()
    }
}

/// The filter with its first and its last day exchanged.
pub fn exchanged(filter: &RunFilter) -> RunFilter {
    RunFilter {
        from: filter.to,
        to: filter.from,
        ..filter.clone()
    }
}

/// Whether anything but tab and window narrows the list.
pub fn is_narrowed(filter: &RunFilter) -> bool {
    filter.tenant.is_some()
        || filter.kind.is_some()
        || filter.status.is_some()
        || filter.origin.is_some()
        || filter.initiator.is_some()
        || filter.reason.is_some()
        || filter.q.is_some()
}

#[cfg(test)]
mod tests {
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
            query.newer("2.x".to_owned()),
            "/admin/operations?status=failed,partial&q=50%25&before=2.x"
        );
        assert_eq!(href(&query.filter), "/admin/operations?status=failed,partial&q=50%25");
    }

    #[test]
    fn c02_what_links_repeat_is_bounded() {
        let words = |count: usize| (0..count).map(|n| format!("x{n}")).collect::<Vec<_>>().join(",");
        let query = HubQuery::parse(&format!("type={}&after={}", words(1_000), "1".repeat(1_000)));
        assert!(query.href().len() < 500, "{}", query.href());
        assert!(query.filter.errors().contains(&("type", "+980")));
        let long = HubQuery::parse(&format!("type={}", words(10_000)));
        assert!(long.filter.matches_nothing(), "never everything instead");
        assert_eq!(href(&long.filter), "/admin/operations?query=too-long");
        assert_eq!(HubQuery::parse("query=too-long").filter, long.filter);
        let tab = under_tab(&long.filter, Tab::Failed);
        assert!(tab.matches_nothing() && href(&tab).contains("query=too-long"));
        assert_eq!(
            href(&without_error(&long.filter, "query", "too-long")),
            routes::Hub::link()
        );
    }

    #[test]
    fn errors_are_removed_one_by_one() {
        let filter = HubQuery::parse("status=failed,x&type=y&from=z&tab=w").filter;
        assert_eq!(filter.errors().len(), 4);
        let filter = without_error(&filter, "status", "x");
        let filter = without_error(&filter, "type", "y");
        let filter = without_error(&filter, "from", "z");
        let filter = under_tab(&filter, Tab::All);
        assert_eq!(href(&filter), "/admin/operations?status=failed");
        assert!(filter.errors().is_empty());
        assert!(is_narrowed(&filter));
        assert!(!is_narrowed(&without(&filter, "status")));
    }
}
