//! Values of the filter's fields: people and days.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};

use super::SEARCH_MAX;
use crate::id::UserId;
use crate::status::UnknownWord;

/// Who started a run, as a filter names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Initiator {
    /// Whoever is looking.
    Me,
    /// Nobody: the system or a schedule.
    System,
    /// One person.
    User(UserId),
}

impl fmt::Display for Initiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => f.write_str("me"),
            Self::System => f.write_str("system"),
            Self::User(id) => id.fmt(f),
        }
    }
}

impl FromStr for Initiator {
    type Err = crate::id::InvalidId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "me" => Ok(Self::Me),
            "system" => Ok(Self::System),
            id => id.parse().map(Self::User),
        }
    }
}

/// A day, absolute (`2026-11-21`) or counted back from today (`7d`; `0d` is today), by the clocks of the filter's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Day {
    /// A date.
    Date(NaiveDate),
    /// So many days before today, so that a saved view stays what it means.
    Ago(u16),
}

/// Years of days that can be asked for: what is outside of them is a slip, and some of it no database can hold.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

impl Day {
    /// Which day that is, if `today` is today; never before 1970.
    pub fn date(self, today: NaiveDate) -> NaiveDate {
        match self {
            Self::Date(date) => date,
            Self::Ago(days) => today
                .checked_sub_days(Days::new(days.into()))
                .unwrap_or_default()
                .max(NaiveDate::default()),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::Ago(days) => write!(f, "{days}d"),
        }
    }
}

impl FromStr for Day {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord(text.chars().take(SEARCH_MAX).collect());
        if let Some(days) = text.strip_suffix('d') {
            let canonical = days == "0" || !days.starts_with(['0', '+']);
            return days
                .parse()
                .ok()
                .filter(|_| canonical)
                .map(Self::Ago)
                .ok_or_else(unknown);
        }
        // As it is written, and no other way: an address has one spelling. Not by a format string, whose reader and writer the browser
        // would need for nothing else.
        match text.parse::<NaiveDate>() {
            Ok(date) if YEARS.contains(&date.year()) && date.to_string() == text => Ok(Self::Date(date)),
            _ => Err(unknown()),
        }
    }
}
