//! Places in lists, as addresses carry them (keyset paging): every column that a list is ordered by, of the row it stands at.
//!
//! One way of writing them for all lists: the number of the way, then the columns, with dots between. Texts are written so that no
//! address has to encode them further. Whoever writes an address can put anything there, so a cursor is read into what a row can have
//! and nothing else: what the database could not hold (a NUL, a year of before its calendar) is no cursor. Nor is one that was written
//! in another way, or for another list. What is shown then is the first page, and it is said.

use std::fmt;
use std::ops::{Deref, RangeInclusive};
use std::str::FromStr;

use crate::id::{NotificationId, RunId};

/// How cursors are written. A way that comes later has a number of its own, so that none is read as what it is not.
const VERSION: &str = "1";

/// The longest text in a cursor, in characters. No column that a list is ordered by holds more.
const TEXT_MAX: usize = 1000;

/// The longest cursor, in bytes: what a list of names can need. A page repeats it in few of its links; a longer one is none.
pub const CURSOR_MAX: usize = 4000;

/// The times that a cursor may name, in microseconds since 1970: up to the year 9999, which databases hold.
pub const TIMES: RangeInclusive<i64> = 0..=253_402_300_799_999_999;

/// A text that is no cursor of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct BrokenCursor;

/// A place in a list that is ordered by the columns of `K`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor<K>(pub K);

/// The columns that a list is ordered by, of one row.
pub trait Key: Sized {
    /// As texts without dots.
    fn write(&self) -> Vec<String>;
    /// From such texts, of which there must be as many.
    fn read(columns: &mut dyn Iterator<Item = &str>) -> Option<Self>;
}

impl<K> Deref for Cursor<K> {
    type Target = K;
    fn deref(&self) -> &K {
        &self.0
    }
}

impl<K> From<K> for Cursor<K> {
    fn from(key: K) -> Self {
        Self(key)
    }
}

impl<K: Key> fmt::Display for Cursor<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(VERSION)?;
        self.0.write().iter().try_for_each(|column| write!(f, ".{column}"))
    }
}

impl<K: Key> FromStr for Cursor<K> {
    type Err = BrokenCursor;
    fn from_str(text: &str) -> Result<Self, BrokenCursor> {
        if text.len() > CURSOR_MAX {
            return Err(BrokenCursor);
        }
        let mut columns = text.split('.');
        let key = (columns.next() == Some(VERSION))
            .then(|| K::read(&mut columns))
            .flatten();
        key.filter(|_| columns.next().is_none()).map(Self).ok_or(BrokenCursor)
    }
}

/// What an address says of a place: none, one, or something that is none (`true`).
pub fn read<K: Key>(text: &str) -> (Option<Cursor<K>>, bool) {
    if text.is_empty() {
        return (None, false);
    }
    let cursor = text.parse().ok();
    let broken = cursor.is_none();
    (cursor, broken)
}

/// A column as a text without dots.
trait Column: Sized {
    fn write(&self) -> String;
    fn read(text: &str) -> Option<Self>;
}

/// A time, in microseconds since 1970.
impl Column for i64 {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|at| TIMES.contains(at))
    }
}

/// Letters, digits, `-` and `_` as they are, every other byte as `~` and two digits.
impl Column for String {
    fn write(&self) -> String {
        let mut written = Self::with_capacity(self.len());
        for byte in self.bytes() {
            if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
                written.push(char::from(byte));
            } else {
                written.push('~');
                written.push(char::from(HEX[usize::from(byte >> 4)]));
                written.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
        written
    }

    fn read(text: &str) -> Option<Self> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'~' => hex(rest.next()?)? * 16 + hex(rest.next()?)?,
                b'-' | b'_' => byte,
                byte if byte.is_ascii_alphanumeric() => byte,
                _ => return None,
            });
        }
        let text = Self::from_utf8(bytes).ok()?;
        let fits = text.chars().count() <= TEXT_MAX && !text.contains(char::is_control);
        fits.then_some(text)
    }
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

macro_rules! ids {
    ($($id:ty)*) => {$(
        impl Column for $id {
            fn write(&self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}

ids!(RunId NotificationId);

macro_rules! keys {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $column:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name {
            $($(#[$doc])* pub $column: $type,)*
        }

        impl Key for $name {
            fn write(&self) -> Vec<String> {
                vec![$(self.$column.write()),*]
            }

            fn read(columns: &mut dyn Iterator<Item = &str>) -> Option<Self> {
                Some(Self { $($column: <$type as Column>::read(columns.next()?)?,)* })
            }
        }
    )*};
}

keys! {
    /// Of the hub. Newer ones are greater.
    #[derive(Copy)]
    RunKey {
        /// The time that the list goes by, in microseconds since 1970.
        at: i64,
        /// The run.
        id: RunId,
    }
    /// Of a person's notifications. Newer ones are greater.
    #[derive(Copy)]
    NotificationKey {
        /// When it was made, in microseconds since 1970.
        at: i64,
        /// Which.
        id: NotificationId,
    }
    /// Of the items of a run.
    ItemKey {
        /// The kind.
        kind: String,
        /// Its id in the tenant.
        external_id: String,
    }
    /// Of a tenant's policies.
    PolicyKey {
        /// The name.
        name: String,
        /// The type.
        kind: String,
        /// Its id in the tenant.
        external_id: String,
    }
    /// Of a tenant's groups, and of its roles.
    DirectoryKey {
        /// The name.
        name: String,
        /// Its id in the tenant.
        external_id: String,
    }
}

/// A place in the hub's list.
pub type RunCursor = Cursor<RunKey>;

impl RunKey {
    /// Older than every run.
    pub const OLDEST: Self = Self {
        at: 0,
        id: RunId(uuid::Uuid::nil()),
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0199f0a4-7c00-7000-8000-000000000001";

    fn group(name: &str, id: &str) -> Cursor<DirectoryKey> {
        Cursor(DirectoryKey {
            name: name.to_owned(),
            external_id: id.to_owned(),
        })
    }

    proptest! {
        #[test]
        fn case_nul_in_cursor_what_is_read_can_be_in_the_database(text in "\\PC{0,40}|1(\\.([a-zA-Z]|~[0-9A-F]{2}|~00|~C3~A4){0,9}){1,3}|1\\.[0-9]{1,20}\\.[-0-9a-f]{36}") {
            if let Ok(Cursor(DirectoryKey { name, external_id })) = text.parse() {
                prop_assert!(!name.contains(char::is_control) && !external_id.contains(char::is_control));
            }
            if let Ok(Cursor(RunKey { at, .. })) = text.parse() {
                prop_assert!(TIMES.contains(&at));
            }
        }

        #[test]
        fn a_cursor_is_read_as_it_was_written(name in "[^\\p{Cc}]{0,30}", kind in "[^\\p{Cc}]{0,30}", id in "[^\\p{Cc}]{0,30}", at in 0_i64..253_402_300_799_999_999, bytes: [u8; 16]) {
            let uuid = uuid::Uuid::from_bytes(bytes);
            let cursor = group(&name, &id);
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
            let cursor = Cursor(ItemKey { kind: kind.clone(), external_id: id.clone() });
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
            let cursor = Cursor(PolicyKey { name, kind, external_id: id });
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
            let cursor = Cursor(NotificationKey { at, id: NotificationId(uuid) });
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
            let cursor = Cursor(RunKey { at, id: RunId(uuid) });
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        /// An address carries it as it is.
        #[test]
        fn a_cursor_needs_no_encoding(name in "[^\\p{Cc}]{0,30}", id in "[^\\p{Cc}]{0,30}") {
            let written = group(&name, &id).to_string();
            prop_assert_eq!(crate::query::encode(&written), written);
        }

        /// Of two lists with other columns; whose columns are alike in number and form are told apart by where they stand.
        #[test]
        fn a_cursor_of_another_list_is_none(name in "[^\\p{Cc}]{0,30}", kind in "[^\\p{Cc}]{0,30}", id in "[^\\p{Cc}]{0,30}") {
            let policy = Cursor(PolicyKey { name, kind, external_id: id }).to_string();
            prop_assert_eq!(policy.parse::<Cursor<DirectoryKey>>(), Err(BrokenCursor));
            prop_assert_eq!(policy.parse::<Cursor<RunKey>>(), Err(BrokenCursor));
        }
    }

    #[test]
    fn case_nul_in_cursor_is_no_cursor_and_said() {
        let long = format!("1.{}.x", "a".repeat(TEXT_MAX + 1));
        let longest = format!("1.{}.x", "~".repeat(CURSOR_MAX));
        for text in [
            "1.~00.x",
            "1.x.~00",
            "1.~ED~A0~80.x",
            "1.a~0Ab.x",
            "1.a",
            "1.a.b.c",
            "1.a.b.",
            "2.a.b",
            "a.b",
            "1",
            ".",
            "1.~4.x",
            "1.~.x",
            "1.~4g.x",
            "1.ä.x",
            "1.a b.x",
            // As earlier releases wrote them.
            r#"["a","b"]"#,
            "a/b",
            "null",
            "\0",
            &long,
            &longest,
        ] {
            assert_eq!(read::<DirectoryKey>(text), (None, true), "{text:.60}");
        }
        assert_eq!(read::<DirectoryKey>(""), (None, false));
        assert_eq!(read::<DirectoryKey>("1.a.b"), (Some(group("a", "b")), false));
        for at in ["-300000000000000000", "-1", "253402300800000000", "1e300", "+-1", ""] {
            assert_eq!(read::<NotificationKey>(&format!("1.{at}.{ID}")), (None, true), "{at}");
            assert_eq!(read::<RunKey>(&format!("1.{at}.{ID}")), (None, true), "{at}");
        }
        for text in [format!("1764532123000000.{ID}"), format!("1.{ID}")] {
            assert_eq!(
                read::<RunKey>(&text),
                (None, true),
                "as earlier releases wrote it: {text}"
            );
        }
    }

    #[test]
    fn the_longest_name_has_a_cursor() {
        let longest = group(&"\u{10ffff}".repeat(300), &"x".repeat(200));
        assert_eq!(longest.to_string().parse(), Ok(longest));
    }
}
