//! When a schedule fires: a cron expression on the wall clock of a time zone.
//!
//! By the rule of Debian's cron. A rhythm of fixed times fires once where the clocks repeat an hour, on the first pass, and at the
//! first moment after it where they skip the time. A rhythm by the minute or the hour follows elapsed time: whenever the wall clock
//! shows a time of the rule, on both passes. Nobody who writes "02:30" wants two backups on a night in October or none on one in
//! March, and nobody who writes "every 15 minutes" wants an hour without.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::cron::{CronError, CronExpression};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// A rhythm: five cron fields on the wall clock of a zone.
#[derive(Debug, Clone)]
pub struct CronSchedule {
    cron: CronExpression,
    zone: TimeZone,
    /// As they were written, which is how they are kept.
    text: (String, String),
}

/// A moment at which a schedule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fire {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The time of the rule that it is for, as the wall clock shows it, or would, had it not been put forward over it.
    pub wall: NaiveDateTime,
}

/// Text that is no rhythm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRhythm {
    /// Not a cron expression.
    #[error(transparent)]
    Cron(#[from] CronError),
    /// Not an IANA time zone.
    #[error("time zone: not an IANA time zone such as Europe/Berlin")]
    Zone,
    /// A day that no year has, 30 February.
    #[error("day of month: there is no such day in the months of the rule")]
    NoSuchDay,
}

/// Changes of the clocks that are looked at before the search is given up: more than any zone makes until the next 29 February.
const MAX_CHANGES: usize = 400;

fn wall(at: Timestamp, offset: Offset) -> Option<NaiveDateTime> {
    let utc = DateTime::from_timestamp_micros(at.as_microsecond())?.naive_utc();
    utc.checked_add_signed(TimeDelta::seconds(offset.seconds().into()))
}

fn moment(wall: NaiveDateTime, offset: Offset) -> Option<DateTime<Utc>> {
    let utc = wall.checked_sub_signed(TimeDelta::seconds(offset.seconds().into()))?;
    Some(utc.and_utc())
}

impl CronSchedule {
    /// Reads a rhythm.
    pub fn parse(cron: &str, zone: &str) -> Result<Self, InvalidRhythm> {
        let text = (cron.to_owned(), zone.to_owned());
        Ok(Self {
            cron: cron.parse()?,
            zone: TimeZone::get(zone).map_err(|_| InvalidRhythm::Zone)?,
            text,
        })
    }

    /// Reads a rhythm that somebody wants to keep: one that never fires is a mistake.
    pub fn parse_new(cron: &str, zone: &str) -> Result<Self, InvalidRhythm> {
        let rhythm = Self::parse(cron, zone)?;
        match rhythm.next_after(DateTime::UNIX_EPOCH) {
            Some(_) => Ok(rhythm),
            None => Err(InvalidRhythm::NoSuchDay),
        }
    }

    /// The expression, as it was written.
    pub fn expression(&self) -> &str {
        &self.text.0
    }

    /// The name of the zone, as it was written.
    pub fn zone_name(&self) -> &str {
        &self.text.1
    }

    /// The fire of a moment that was found to be one, or that somebody set.
    pub fn fire_at(&self, at: DateTime<Utc>) -> Fire {
        self.next_after(at - TimeDelta::microseconds(1))
            .filter(|fire| fire.at == at)
            .unwrap_or_else(|| Fire {
                at,
                wall: self.wall_at(at).unwrap_or_else(|| at.naive_utc()),
            })
    }

    /// What the wall clock shows at a moment.
    pub fn wall_at(&self, at: DateTime<Utc>) -> Option<NaiveDateTime> {
        let at = Timestamp::from_microsecond(at.timestamp_micros()).ok()?;
        wall(at, self.zone.to_offset(at))
    }

    /// The first fire after a moment; `None` for a rhythm that never fires again (30 February).
    ///
    /// Goes from one change of the clocks to the next. `from` is the first wall time that may fire before the next one.
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<Fire> {
        let mut at = Timestamp::from_microsecond(after.timestamp_micros()).ok()?;
        let mut offset = self.zone.to_offset(at);
        let fixed = !self.cron.is_interval();
        let mut from = wall(at, offset)?.checked_add_signed(TimeDelta::microseconds(1))?;
        if fixed {
            from = from.max(self.shown_before(at)?);
        }
        for _ in 0..MAX_CHANGES {
            let next = self.cron.at_or_after(from)?;
            let change = self.zone.following(at).next();
            let candidate = moment(next, offset)?;
            let Some(change) = change else {
                return Some(Fire {
                    at: candidate,
                    wall: next,
                });
            };
            at = change.timestamp();
            let changed = DateTime::from_timestamp_micros(at.as_microsecond())?;
            if candidate < changed {
                return Some(Fire {
                    at: candidate,
                    wall: next,
                });
            }
            offset = change.offset();
            let resumed = wall(at, offset)?;
            if fixed && next < resumed {
                // The clocks were put forward over it.
                return Some(Fire {
                    at: changed,
                    wall: next,
                });
            }
            // Put back, a fixed time goes on where the first pass ended; an interval goes on with what the clock shows.
            from = if fixed { resumed.max(next) } else { resumed };
        }
        None
    }

    /// The wall time up to which the clock had been before it was last put back: those times were shown once already.
    fn shown_before(&self, at: Timestamp) -> Option<NaiveDateTime> {
        let moments = self
            .zone
            .preceding(at.checked_add(SignedDuration::from_micros(1)).ok()?);
        let mut latest = NaiveDateTime::MIN;
        // Two, for a zone that changes twice in a night.
        for change in moments.take(2) {
            let before = change.timestamp().checked_sub(SignedDuration::from_micros(1)).ok()?;
            latest = latest.max(wall(change.timestamp(), self.zone.to_offset(before))?);
        }
        Some(latest)
    }
}

#[cfg(test)]
mod tests;
