//! Query strings, read and written in one way wherever there are any: in pages, server functions, files and on the command line.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

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
        assert_eq!(bounded("a=äöü", "a", 3), "äöü");
        assert_eq!(bounded("a=äöü", "a", 1), "äö", "too long still");
    }
}
