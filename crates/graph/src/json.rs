//! JSON as Microsoft's services write it, made into the JSON that a strict reader takes.
//!
//! A reader that refuses a document for one character throws away every good object beside it. So the harmless deviations are
//! mended first, in one pass over the text: a byte order mark, bytes that are not UTF-8, half of a surrogate pair (a name that
//! was cut in the middle of an emoji), control characters within a text, numbers that fit into no number, and nesting without
//! end. What is left is read strictly; a document that breaks off stays unreadable.

use std::borrow::Cow;

use serde_json::Value;

/// Deeper containers are read as nothing; strict readers refuse the whole document at 128.
const MAX_DEPTH: usize = 64;
/// A number of more characters is kept as text: it would lose digits, or take hundreds once it is written out.
const MAX_NUMBER: usize = 20;
/// The same for its exponent.
const MAX_EXPONENT: i32 = 15;

/// Reads a body.
pub(crate) fn read(body: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_str(&mended(&text_of(body)))
}

/// The text of a body, mended as far as that is possible, for whoever reads it with a type of its own.
pub(crate) fn text(body: &[u8]) -> String {
    mended(&text_of(body))
}

/// By its byte order mark; UTF-8 without one.
fn text_of(body: &[u8]) -> Cow<'_, str> {
    let wide = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        Cow::Owned(text.collect())
    };
    match body {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(body),
    }
}

/// Copies a document piece by piece. Everything that is looked for is ASCII, so bytes are as good as characters.
struct Mending<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    mended: String,
}

fn mended(text: &str) -> String {
    let mut mending = Mending {
        text,
        at: 0,
        depth: 0,
        mended: String::with_capacity(text.len()),
    };
    while mending.piece() {}
    mending.mended
}

impl Mending<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// Copies up to a place, unless it is within what is too deep.
    fn copy_to(&mut self, end: usize) {
        if self.depth <= MAX_DEPTH {
            self.mended.push_str(self.text.get(self.at..end).unwrap_or_default());
        }
        self.at = end;
    }

    fn put(&mut self, text: &str, instead_of: usize) {
        if self.depth <= MAX_DEPTH {
            self.mended.push_str(text);
        }
        self.at += instead_of;
    }

    /// The next piece of the document; false at its end.
    fn piece(&mut self) -> bool {
        let Some(byte) = self.peek(0) else { return false };
        match byte {
            b'"' => self.string(),
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth == MAX_DEPTH + 1 {
                    self.mended.push_str("null");
                }
                self.copy_to(self.at + 1);
            }
            b'}' | b']' => {
                self.copy_to(self.at + 1);
                self.depth = self.depth.saturating_sub(1);
            }
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                let rest = &self.text.as_bytes()[self.at..];
                let plain = |byte: &u8| !matches!(byte, b'"' | b'{' | b'[' | b'}' | b']' | b'-' | b'0'..=b'9');
                let length = rest.iter().take_while(|byte| plain(byte)).count();
                self.copy_to(self.at + length);
            }
        }
        true
    }

    fn number(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let of_number = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let length = rest.iter().take_while(|byte| of_number(byte)).count();
        let number = &self.text[self.at..self.at + length];
        let exponent = number.split(['e', 'E']).nth(1);
        let fits = length <= MAX_NUMBER
            && exponent.is_none_or(|digits| {
                digits
                    .parse::<i32>()
                    .is_ok_and(|exponent| exponent.abs() <= MAX_EXPONENT)
            });
        if fits {
            self.copy_to(self.at + length);
        } else {
            self.put(&format!("\"{number}\""), length);
        }
    }

    fn string(&mut self) {
        self.copy_to(self.at + 1);
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let plain = |byte: &u8| *byte >= 0x20 && !matches!(byte, b'"' | b'\\');
            let length = rest.iter().take_while(|byte| plain(byte)).count();
            self.copy_to(self.at + length);
            match self.peek(0) {
                None => return,
                Some(b'"') => return self.copy_to(self.at + 1),
                Some(b'\\') if self.peek(1) == Some(b'u') => self.escaped_unit(),
                // One that escapes nothing at the end of the document is copied as it is.
                Some(b'\\') => {
                    let next = self.text[self.at + 1..].chars().next().map_or(0, char::len_utf8);
                    self.copy_to(self.at + 1 + next);
                }
                Some(control) => self.put(&format!("\\u{control:04x}"), 1),
            }
        }
    }

    /// `\uXXXX`: a character, a pair that makes one, or half of a pair.
    fn escaped_unit(&mut self) {
        match (self.unit(0), self.unit(6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => self.copy_to(self.at + 12),
            (Some(0xd800..=0xdfff), _) => self.put("\\ufffd", 6),
            (Some(_), _) => self.copy_to(self.at + 6),
            (None, _) => self.copy_to(self.at + 2),
        }
    }

    fn unit(&self, ahead: usize) -> Option<u16> {
        let digits = self
            .text
            .get(self.at + ahead..self.at + ahead + 6)?
            .strip_prefix("\\u")?;
        let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        hexadecimal.then(|| u16::from_str_radix(digits, 16).ok())?
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn case_bom_in_json_is_skipped_in_every_encoding() {
        let text = r#"{"name":"Zoë 😀"}"#;
        let expected = json!({ "name": "Zoë 😀" });
        let wide = |mark: [u8; 2], of: fn(u16) -> [u8; 2]| {
            [&mark[..], &text.encode_utf16().flat_map(of).collect::<Vec<_>>()].concat()
        };
        for body in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            wide([0xff, 0xfe], u16::to_le_bytes),
            wide([0xfe, 0xff], u16::to_be_bytes),
        ] {
            assert_eq!(read(&body).unwrap(), expected);
        }
    }

    #[test]
    fn case_lone_surrogate_becomes_one_character_and_nothing_else_changes() {
        for (written, name) in [
            (r"Wi-Fi \ud83d", "Wi-Fi \u{fffd}"),
            (r"\ude00 x", "\u{fffd} x"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\uD83D\uDE00", "😀"),
            (r"\\ud83d", r"\ud83d"),
            (r"\\\ud83d", "\\\u{fffd}"),
            (r#"\"{[1e999,\/"#, "\"{[1e999,/"),
            ("tab\there\u{1}", "tab\there\u{1}"),
        ] {
            let body = format!(r#"{{"n":"{written}"}}"#);
            assert_eq!(read(body.as_bytes()).unwrap(), json!({ "n": name }), "{written}");
        }
        assert_eq!(read(b"[\"a\xffb\"]").unwrap(), json!(["a\u{fffd}b"]));
    }

    #[test]
    fn s07_numbers_that_fit_into_no_number_are_texts() {
        let body = b"[1, -2.5, 1e3, 18446744073709551615, 1e300, -1E+400, 1e-300, 0.1000000000000000055511151231257827, 123456789012345678901234567890]";
        let expected = json!([
            1,
            -2.5,
            1e3,
            18_446_744_073_709_551_615_u64,
            "1e300",
            "-1E+400",
            "1e-300",
            "0.1000000000000000055511151231257827",
            "123456789012345678901234567890"
        ]);
        assert_eq!(read(body).unwrap(), expected);
    }

    #[test]
    fn what_is_nested_without_end_is_nothing_and_the_rest_is_read() {
        let deep = format!("[{}1{},{{\"a\":[2]}}]", "[".repeat(5_000), "]".repeat(5_000));
        let found = read(deep.as_bytes()).unwrap();
        assert_eq!(found[1], json!({ "a": [2] }));
        assert!(read("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn what_breaks_off_stays_unreadable() {
        for body in [
            "",
            " ",
            "<html>",
            "{\"value\":[",
            "{\"a\":\"b",
            "{\"a\":1}{\"error\":1}",
            "\"\\",
            "\"\\u12",
            "-",
            "nul",
        ] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
