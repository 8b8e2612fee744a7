//! Where to go after a form, as the form itself says: a path of ours or nothing.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The longest path that is taken.
const MAX: usize = 2048;

/// The path, if it cannot lead anywhere else: one `/` at the start (`//host` is another site), no `\` (which browsers read as
/// `/`), nothing that would end a header line.
pub(crate) fn valid(path: &str) -> Option<&str> {
    let ours = path.starts_with('/') && !path.starts_with("//") && path.len() <= MAX;
    let plain = !path.chars().any(|c| c == '\\' || c.is_control());
    (ours && plain).then_some(path)
}

/// What no header may hold; the rest of a path is as it came, encoded already where it has to be.
const UNPRINTABLE: &AsciiSet = &CONTROLS.add(b' ');

/// The path as the value of a `Location` header: what is not printable ASCII is percent-encoded.
pub(crate) fn location(path: &str) -> String {
    utf8_percent_encode(path, UNPRINTABLE).to_string()
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
    fn a_header_holds_any_path() {
        assert_eq!(location("/ä b"), "/%C3%A4%20b");
        assert_eq!(location("/a?b=%20c&d=\u{7f}!~"), "/a?b=%20c&d=%7F!~");
    }
}
