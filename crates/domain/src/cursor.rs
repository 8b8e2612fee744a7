//! Places in lists that are ordered by text or by time, as an address carries them.
//!
//! Whoever writes an address can put anything there, so a cursor is read into what a row can have and nothing else: what the
//! database could not hold (a NUL, a year of before its calendar) is no cursor.

use std::fmt;
use std::str::FromStr;

use crate::id::NotificationId;

/// A text that is no cursor of the list. What is shown is the first page, and it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct BrokenCursor;

/// The longest part of a cursor, in characters. No column that a list is ordered by holds more.
const PART_MAX: usize = 1000;

/// A place in a list that is ordered by `N` texts: those of the row before it, as a JSON array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextCursor<const N: usize>(pub [String; N]);

impl<const N: usize> FromStr for TextCursor<N> {
    type Err = BrokenCursor;
    fn from_str(text: &str) -> Result<Self, BrokenCursor> {
        let parts: Vec<String> = serde_json::from_str(text).map_err(|_| BrokenCursor)?;
        let fits = |part: &String| part.chars().count() <= PART_MAX && !part.contains(char::is_control);
        if !parts.iter().all(fits) {
            return Err(BrokenCursor);
        }
        parts.try_into().map(Self).map_err(|_| BrokenCursor)
    }
}

impl<const N: usize> fmt::Display for TextCursor<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0[..]).map_err(|_| fmt::Error)?)
    }
}

/// A place in the list of notifications, which is newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationCursor {
    /// When the one before it was made, in microseconds since 1970.
    pub at: i64,
    /// Its id.
    pub id: NotificationId,
}

impl FromStr for NotificationCursor {
    type Err = BrokenCursor;
    fn from_str(text: &str) -> Result<Self, BrokenCursor> {
        let (at, id) = serde_json::from_str(text).map_err(|_| BrokenCursor)?;
        // Up to the end of the year 9999.
        if (0..=253_402_300_799_999_999).contains(&at) {
            Ok(Self { at, id })
        } else {
            Err(BrokenCursor)
        }
    }
}

impl fmt::Display for NotificationCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{},\"{}\"]", self.at, self.id)
    }
}

/// What an address says of a place: none, one, or something that is none (`true`).
pub fn read<C: FromStr>(text: &str) -> (Option<C>, bool) {
    if text.is_empty() {
        return (None, false);
    }
    let cursor = text.parse().ok();
    let broken = cursor.is_none();
    (cursor, broken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn case_nul_in_cursor_what_is_read_can_be_in_the_database(text in "\\PC{0,40}|\\[\"(\\PC|[\\\\u0000 \"]){0,20}\",\"\\PC{0,9}\"\\]") {
            if let Ok(TextCursor([first, second])) = text.parse::<TextCursor<2>>() {
                prop_assert!(!first.contains('\0') && !second.contains('\0'));
            }
        }

        #[test]
        fn a_cursor_is_read_as_it_was_written(first in "[^\\p{Cc}]{0,30}", second in "[^\\p{Cc}]{0,30}", at in 0_i64..253_402_300_799_999_999, bytes: [u8; 16]) {
            let cursor = TextCursor([first, second]);
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
            let cursor = NotificationCursor { at, id: NotificationId(uuid::Uuid::from_bytes(bytes)) };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn case_nul_in_cursor_is_no_cursor_and_said() {
        let long = format!("[\"{}\",\"x\"]", "a".repeat(1_001));
        let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
        for text in [
            r#"["\u0000","x"]"#,
            r#"["x","\u0000"]"#,
            r#"["\ud800","x"]"#,
            r#"["a\nb","x"]"#,
            r#"["a"]"#,
            r#"["a","b","c"]"#,
            r#"{"0":"a","1":"b"}"#,
            "[1,2]",
            "null",
            "\0",
            "x",
            &long,
            &deep,
        ] {
            assert_eq!(read::<TextCursor<2>>(text), (None, true), "{text:.60}");
        }
        assert_eq!(read::<TextCursor<2>>(""), (None, false));
        let id = "0199f0a4-7c00-7000-8000-000000000001";
        for at in ["-300000000000000000", "-1", "253402300800000000", "1e300", "\"1\""] {
            assert_eq!(
                read::<NotificationCursor>(&format!("[{at},\"{id}\"]")),
                (None, true),
                "{at}"
            );
        }
    }
}
