//! Where to go after a form, as the form itself says: a path of ours or nothing.

use url::form_urlencoded;

/// The longest path that is taken.
const MAX: usize = 2048;

/// The path, if it cannot lead anywhere else: one `/` at the start (`//host` is another site), no `\` (which browsers read as
/// `/`), nothing that would end a header line.
pub(crate) fn valid(path: &str) -> Option<&str> {
    let ours = path.starts_with('/') && !path.starts_with("//") && path.len() <= MAX;
    let plain = !path.chars().any(|c| c == '\\' || c.is_control());
    (ours && plain).then_some(path)
}

/// A path with a query made of pairs, those without a value left out.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    let joint = if path.contains('?') { '&' } else { '?' };
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}{joint}{query}")
    }
}

/// The path as the value of a `Location` header: what is not ASCII is percent-encoded.
pub(crate) fn location(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            out.push_str(
                form_urlencoded::byte_serialize(&[byte])
                    .next()
                    .map_or("", |text| if text == "+" { "%20" } else { text }),
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_followed() {
        for good in ["/", "/admin/operations?tab=failed&q=a%20b", "/ä"] {
            assert_eq!(valid(good), Some(good));
        }
        let long = format!("/{}", "a".repeat(2048));
        for bad in [
            "",
            "admin",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/\0",
            &long,
        ] {
            assert_eq!(valid(bad), None, "{bad}");
        }
    }

    #[test]
    fn queries_are_encoded_and_appended() {
        assert_eq!(
            with_query("/sign-in", &[("next", "/a?b=c&d"), ("draft", "")]),
            "/sign-in?next=%2Fa%3Fb%3Dc%26d"
        );
        assert_eq!(with_query("/a?b", &[("draft", "1")]), "/a?b&draft=1");
        assert_eq!(location("/ä b"), "/%C3%A4%20b");
    }
}
