//! When a schedule fires: cron on the wall clock of a time zone.
//!
//! The engine's own cron parses and steps; it is asked for wall times, as if they were UTC, and the zone is applied here:
//! it lets a repeated wall time fire twice, and a backup that runs twice on one night in October is not what people mean.
//! A wall time that the clocks skip does not fire; one that they repeat fires the first time.

use chrono::{DateTime, Utc};
use riverqueue::jiff::tz::{AmbiguousOffset, TimeZone};
use riverqueue::jiff::{Timestamp, Zoned};
use riverqueue::{CronSchedule, CronTimeZone};

/// A rhythm: five cron fields on the wall clock of a zone.
#[derive(Debug, Clone)]
pub struct Rhythm {
    cron: CronSchedule,
    zone: TimeZone,
}

/// Text that is no rhythm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRhythm {
    /// Not five cron fields.
    #[error("not a cron expression of five fields (minute, hour, day of month, month, day of week)")]
    Cron,
    /// Not an IANA time zone.
    #[error("not an IANA time zone such as Europe/Berlin")]
    Zone,
}

impl Rhythm {
    /// Reads a rhythm.
    pub fn parse(cron: &str, zone: &str) -> Result<Self, InvalidRhythm> {
        // Five fields and nothing else: no zone of its own, no `@every`.
        let plain = cron.split_whitespace().count() == 5 && !cron.contains(['=', '@']);
        let cron = CronSchedule::parse(cron)
            .ok()
            .filter(|_| plain)
            .ok_or(InvalidRhythm::Cron)?;
        let zone = TimeZone::get(zone).map_err(|_| InvalidRhythm::Zone)?;
        Ok(Self {
            cron: cron.with_time_zone(CronTimeZone::Utc),
            zone,
        })
    }

    /// The first fire time after a moment; `None` for a rhythm that never fires again (30 February).
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let after = Timestamp::from_microsecond(after.timestamp_micros()).ok()?;
        let mut wall: Zoned = after
            .to_zoned(self.zone.clone())
            .datetime()
            .to_zoned(TimeZone::UTC)
            .ok()?;
        // A wall time a day is enough to leave any change of the clocks behind; the bound is for a zone gone mad.
        for _ in 0..2000 {
            wall = self.cron.next_after(&wall)?;
            let local = self.zone.to_ambiguous_timestamp(wall.datetime());
            let fires = match local.offset() {
                AmbiguousOffset::Gap { .. } => None,
                AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => local.earlier().ok(),
            };
            // Within a repeated hour, the first pass of a later wall time may lie before `after`.
            if let Some(at) = fires.filter(|at| *at > after) {
                return DateTime::from_timestamp_micros(at.as_microsecond());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fires(cron: &str, zone: &str, after: &str, n: usize) -> Vec<String> {
        let rhythm = Rhythm::parse(cron, zone).unwrap();
        let mut at: DateTime<Utc> = after.parse().unwrap();
        let mut all = Vec::new();
        for _ in 0..n {
            at = rhythm.next_after(at).unwrap();
            all.push(at.format("%m-%dT%H:%M").to_string());
        }
        all
    }

    #[test]
    fn a_skipped_wall_time_does_not_fire() {
        // Berlin, 29 March 2026: 02:00 becomes 03:00.
        assert_eq!(
            fires("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 3),
            ["03-28T01:30", "03-30T00:30", "03-31T00:30"]
        );
    }

    #[test]
    fn a_repeated_wall_time_fires_once() {
        // Berlin, 25 October 2026: 03:00 becomes 02:00.
        assert_eq!(
            fires("30 2 * * *", "Europe/Berlin", "2026-10-23T12:00:00Z", 3),
            ["10-24T00:30", "10-25T00:30", "10-26T01:30"]
        );
        assert_eq!(
            fires("*/30 * * * *", "Europe/Berlin", "2026-10-24T23:45:00Z", 4),
            ["10-25T00:00", "10-25T00:30", "10-25T02:00", "10-25T02:30"]
        );
        // Asked in the second pass.
        assert_eq!(
            fires("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", 1),
            ["10-26T01:30"]
        );
    }

    #[test]
    fn other_zones_and_calendars() {
        assert_eq!(
            fires("0 9 * * 1", "Asia/Kolkata", "2026-11-21T00:00:00Z", 2),
            ["11-23T03:30", "11-30T03:30"]
        );
        assert_eq!(fires("0 0 29 2 *", "UTC", "2026-11-21T00:00:00Z", 1), ["02-29T00:00"]);
        assert_eq!(
            Rhythm::parse("0 0 30 2 *", "UTC")
                .unwrap()
                .next_after("2026-11-21T00:00:00Z".parse().unwrap()),
            None
        );
    }

    #[test]
    fn what_is_no_rhythm_is_refused() {
        for cron in [
            "",
            "* * * *",
            "61 * * * *",
            "@every 1s",
            "CRON_TZ=UTC 0 0 * * *",
            "0 0 * * * *",
        ] {
            assert_eq!(Rhythm::parse(cron, "UTC").unwrap_err(), InvalidRhythm::Cron, "{cron}");
        }
        assert_eq!(
            Rhythm::parse("0 0 * * *", "Mars/Olympus").unwrap_err(),
            InvalidRhythm::Zone
        );
    }
}
