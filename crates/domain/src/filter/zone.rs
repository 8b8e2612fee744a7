//! The time zone of a filter's days, and how days and moments go together there.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::SEARCH_MAX;
use crate::status::UnknownWord;

/// The names of the IANA database, one a line. Here and not only where the zones themselves are: what is no zone has to be an error to
/// the browser, the command line and the API alike, and what one of them knows and another does not would be a page that changes as it
/// comes alive.
const NAMES: &str = include_str!("zones.txt");

/// A time zone by its IANA name, as it is written in the database: an address has one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(&'static str);

impl Zone {
    /// The name.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// Every zone there is.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.lines().map(Self)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for Zone {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::all()
            .find(|zone| zone.0 == text)
            .ok_or_else(|| UnknownWord(text.chars().take(SEARCH_MAX).collect()))
    }
}

/// How days and moments go together in one place. Implemented by whoever has a time zone database; this crate has none.
pub trait Calendar {
    /// The day that a moment belongs to.
    fn day_of(&self, at: DateTime<Utc>) -> NaiveDate;
    /// The first moment of a day, which in some places is not midnight once a year.
    fn start_of(&self, day: NaiveDate) -> DateTime<Utc>;
}

/// Days from midnight to midnight UTC: those of a filter without a zone.
#[derive(Debug, Clone, Copy)]
pub struct UtcDays;

impl Calendar for UtcDays {
    fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.date_naive()
    }

    fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        day.and_time(NaiveTime::MIN).and_utc()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_what_the_database_calls_it_and_nothing_else() {
        for name in [
            "UTC",
            "Europe/Berlin",
            "Asia/Kathmandu",
            "Asia/Katmandu",
            "America/Argentina/Buenos_Aires",
        ] {
            assert_eq!(name.parse::<Zone>().unwrap().to_string(), name);
        }
        for name in [
            "",
            "europe/berlin",
            "Europe/Berlin ",
            "Europe",
            "+01:00",
            "Mars/Olympus",
            "Europe/Berlin\nUTC",
            "\0",
        ] {
            assert!(name.parse::<Zone>().is_err(), "{name:?}");
        }
        assert!(Zone::all().count() > 500);
    }
}
