//! Cron expressions: the one reader for what runs a schedule and for what words it, so that neither understands more than the
//! other.
//!
//! Five fields as Debian's cron reads them: lists, ranges, steps, names, Sunday as 0 and as 7, and either of the two day fields if
//! both are restricted. Besides, what other schedulers accept and people paste: `?` for `*`, a step without a range (`5/15`), and
//! the nicknames from `@hourly` to `@yearly`. Wall times only: zones and their changes are `ledger::schedules::cron`'s.

mod field;

use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

pub use self::field::Field;
use self::field::Kind;

/// Longer text is no expression that a person wrote.
const MAX_LENGTH: usize = 200;

/// How many days ahead a match is looked for. 29 February is eight years away at most, where a century without it lies between.
const HORIZON_DAYS: usize = 366 * 9;

/// A rule of five fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronExpression {
    /// Minutes of the hour, 0–59.
    pub minute: Field,
    /// Hours of the day, 0–23.
    pub hour: Field,
    day: Field,
    month: Field,
    weekday: Field,
}

/// On which days of its months a rule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days<'a> {
    /// On all of them.
    Every,
    /// On these days of the month, 1–31.
    OfMonth(&'a Field),
    /// On these days of the week, 0 (Sunday) to 6.
    OfWeek(&'a Field),
    /// Days of the month and of the week restrict it both.
    Mixed,
}

/// Why text is no rule: what is wrong, and in which field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// Another number of fields.
    #[error("a rule has five fields (minute, hour, day of month, month, day of week), not {0}")]
    Count(usize),
    /// One that cannot be read.
    #[error("{field}: “{text}” is not understood; it takes {takes}")]
    Field {
        /// Its name.
        field: &'static str,
        /// What stands there.
        text: String,
        /// What may stand there.
        takes: &'static str,
    },
    /// Longer than any rule.
    #[error("a rule has at most {MAX_LENGTH} characters")]
    TooLong,
}

impl FromStr for CronExpression {
    type Err = CronError;

    fn from_str(text: &str) -> Result<Self, CronError> {
        if text.len() > MAX_LENGTH {
            return Err(CronError::TooLong);
        }
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let fields = match fields.as_slice() {
            &[nickname] => match nickname.to_ascii_lowercase().as_str() {
                "@hourly" => ["0", "*", "*", "*", "*"],
                "@daily" | "@midnight" => ["0", "0", "*", "*", "*"],
                "@weekly" => ["0", "0", "*", "*", "0"],
                "@monthly" => ["0", "0", "1", "*", "*"],
                "@yearly" | "@annually" => ["0", "0", "1", "1", "*"],
                _ => return Err(CronError::Count(1)),
            },
            &[minute, hour, day, month, weekday] => [minute, hour, day, month, weekday],
            other => return Err(CronError::Count(other.len())),
        };
        let read = |at: usize, kind: Kind| {
            Field::read(fields[at], kind).ok_or_else(|| CronError::Field {
                field: kind.name(),
                text: fields[at].to_owned(),
                takes: kind.takes(),
            })
        };
        Ok(Self {
            minute: read(0, Kind::Minute)?,
            hour: read(1, Kind::Hour)?,
            day: read(2, Kind::Day)?,
            month: read(3, Kind::Month)?,
            weekday: read(4, Kind::Weekday)?,
        })
    }
}

impl CronExpression {
    /// Whether the rule means an interval: by the minute or by the hour. It follows elapsed time where clocks change; others are
    /// for times of the day.
    pub const fn is_interval(&self) -> bool {
        self.minute.repeats() || self.hour.repeats()
    }

    /// Whether it fires in every month.
    pub fn every_month(&self) -> bool {
        self.month.is_any()
    }

    /// On which days it fires. As Debian's cron has it: days of the month or of the week, if neither begins with `*`; else both.
    pub fn days(&self) -> Days<'_> {
        let (day, weekday) = (self.day.is_any(), self.weekday.is_any());
        match (self.either_day(), day, weekday) {
            (true, true, _) | (true, _, true) | (false, true, true) => Days::Every,
            (false, true, false) => Days::OfWeek(&self.weekday),
            (false, false, true) => Days::OfMonth(&self.day),
            _ => Days::Mixed,
        }
    }

    const fn either_day(&self) -> bool {
        !self.day.is_starred() && !self.weekday.is_starred()
    }

    fn matches_day(&self, date: NaiveDate) -> bool {
        let day = self.day.contains(date.day());
        let weekday = self.weekday.contains(date.weekday().num_days_from_sunday());
        if self.either_day() {
            day || weekday
        } else {
            day && weekday
        }
    }

    /// The first wall time of the rule that is not before `from`; `None` if there is none (30 February).
    pub fn at_or_after(&self, from: NaiveDateTime) -> Option<NaiveDateTime> {
        let whole = from.with_second(0)?.with_nanosecond(0)?;
        let from = if whole < from {
            whole.checked_add_signed(TimeDelta::minutes(1))?
        } else {
            whole
        };
        let mut date = from.date();
        let mut earliest = Some(from.time());
        for _ in 0..HORIZON_DAYS {
            if !self.month.contains(date.month()) {
                date = first_of_next_month(date)?;
                earliest = None;
                continue;
            }
            if self.matches_day(date)
                && let Some(time) = self.time_at_or_after(earliest.unwrap_or(NaiveTime::MIN))
            {
                return Some(date.and_time(time));
            }
            date = date.succ_opt()?;
            earliest = None;
        }
        None
    }

    fn time_at_or_after(&self, from: NaiveTime) -> Option<NaiveTime> {
        let hour = self.hour.at_or_after(from.hour())?;
        let minute = if hour == from.hour() { from.minute() } else { 0 };
        match self.minute.at_or_after(minute) {
            Some(minute) => NaiveTime::from_hms_opt(hour, minute, 0),
            None => NaiveTime::from_hms_opt(self.hour.at_or_after(hour + 1)?, self.minute.at_or_after(0)?, 0),
        }
    }
}

fn first_of_next_month(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)?.checked_add_months(chrono::Months::new(1))
}

#[cfg(test)]
mod tests;
