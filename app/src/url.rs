//! Paths of the app and query strings.
//!
//! Query strings are read and written here rather than through the router's map, which decodes values twice and encodes
//! them differently in the browser and on the server.

use domain::id::{RunId, TenantId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub const HUB: &str = "/admin/operations";
pub const OVERVIEW: &str = "/admin/operations/overview";
/// The hub's list as a file for spreadsheets.
pub const EXPORT_CSV: &str = "/admin/operations/export.csv";
/// The hub's list as a file for programs.
pub const EXPORT_JSONL: &str = "/admin/operations/export.jsonl";
/// The viewer's notifications.
pub const NOTIFICATIONS: &str = "/admin/notifications";
pub const SIGN_IN: &str = "/sign-in";

/// The longest cursor of a list that is ordered by names, in characters. A page repeats it in few of its links; a longer one is none.
pub const PLACE_MAX: usize = 4000;

pub fn run(id: RunId) -> String {
    format!("{HUB}/{id}")
}

/// The inventory of a tenant.
pub fn inventory(tenant: TenantId) -> String {
    format!("/admin/tenants/{tenant}/inventory")
}

/// The groups of a tenant.
pub fn groups(tenant: TenantId) -> String {
    format!("/admin/tenants/{tenant}/groups")
}

/// What is encoded in a query string. Unlike in one that a form makes, what the filter's grammar is made of stays readable.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b',')
    .remove(b':');

/// Encodes a name or a value for a query string.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// The decoded pairs of a query string, without its `?`.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// One value of a query string; empty if it is not there.
pub fn value(query: &str, name: &str) -> String {
    pairs(query)
        .into_iter()
        .rev()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
        .unwrap_or_default()
}

/// One value of a query string, no longer than `most` characters and one: what is longer than it can be stays that, and costs
/// nothing more.
pub fn bounded(query: &str, name: &str, most: usize) -> String {
    let value = value(query, name);
    match value.char_indices().nth(most + 1) {
        Some((end, _)) => value[..end].to_owned(),
        None => value,
    }
}

/// A query string from pairs, without `?`; pairs without a value are left out.
pub fn query<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if value.as_ref().is_empty() {
            continue;
        }
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&encode(name.as_ref()));
        query.push('=');
        query.push_str(&encode(value.as_ref()));
    }
    query
}

/// A path with a query string added to it, or as it is if that is empty.
pub fn with_query(path: &str, query: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}{joint}{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        for text in [
            "",
            "a b",
            "100%",
            "%41",
            "ä+ö&=?#",
            "<script>",
            "\u{202e}rtl 😀",
            "failed,partial",
        ] {
            assert_eq!(value(&format!("q={}", encode(text)), "q"), text);
        }
        assert_eq!(value("q=a+b%20c%zz%4", "q"), "a b c%zz%4");
    }

    #[test]
    fn queries_round_trip() {
        assert_eq!(
            with_query("/sign-in", &query([("next", "/a?b=c&d"), ("draft", "")])),
            "/sign-in?next=%2Fa%3Fb%3Dc%26d"
        );
        let written = query([("status", "failed,partial"), ("q", "50% & more"), ("type", "")]);
        assert_eq!(written, "status=failed,partial&q=50%25%20%26%20more");
        assert_eq!(
            pairs(&written),
            [
                ("status".to_owned(), "failed,partial".to_owned()),
                ("q".to_owned(), "50% & more".to_owned())
            ]
        );
        assert_eq!(value(&written, "q"), "50% & more");
        assert_eq!(value("a=1&a=2&b", "a"), "2");
        assert_eq!(value("a=1", "b"), "");
        assert_eq!(with_query(HUB, ""), HUB);
        assert_eq!(with_query("/a?b", "draft=1"), "/a?b&draft=1");
        assert_eq!(bounded("a=äöü", "a", 3), "äöü");
        assert_eq!(bounded("a=äöü", "a", 1), "äö", "too long still");
    }
}
