//! A place in the list.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::SEARCH_MAX;
use crate::id::RunId;
use crate::status::UnknownWord;

/// A place in a list: every sort column of the row it stands at (keyset paging). Newer ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The sort time, in microseconds since 1970.
    pub at: i64,
    /// The run.
    pub id: RunId,
}

/// The times that a cursor may name, in microseconds since 1970: up to the year 9999, which databases hold.
pub const TIMES: RangeInclusive<i64> = 0..=253_402_300_799_999_999;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

impl FromStr for Cursor {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let parse = || {
            let (at, id) = text.split_once('.')?;
            let at: i64 = at.parse().ok()?;
            TIMES.contains(&at).then_some(())?;
            Some(Self {
                at,
                id: id.parse().ok()?,
            })
        };
        parse().ok_or_else(|| UnknownWord(text.chars().take(SEARCH_MAX).collect()))
    }
}
