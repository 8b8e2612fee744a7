//! The days of a filter as moments: by the clocks of its zone, which change twice a year in many places.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::filter::{Calendar, RunFilter, UtcDays, Zone};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The database in the binary and not the machine's: every process has to know the same zones as `domain`, and machines may have few
/// or none.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The window of a filter as `from ≤ t < to`; see [`RunFilter::window`].
pub fn window(filter: &RunFilter, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
    match filter.zone.and_then(ZoneDays::of) {
        Some(days) => filter.window(now, &days),
        None => filter.window(now, &UtcDays),
    }
}

/// The days of a zone.
struct ZoneDays(TimeZone);

impl ZoneDays {
    /// `None` for UTC, and never for another zone: a test goes through all of them.
    fn of(zone: Zone) -> Option<Self> {
        (zone.name() != "UTC")
            .then(|| ZONES.get(zone.name()).ok())
            .flatten()
            .map(Self)
    }
}

impl Calendar for ZoneDays {
    fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        let there = || {
            let date = Timestamp::from_microsecond(at.timestamp_micros())
                .ok()?
                .to_zoned(self.0.clone())
                .date();
            let (month, day) = (u32::try_from(date.month()).ok()?, u32::try_from(date.day()).ok()?);
            NaiveDate::from_ymd_opt(date.year().into(), month, day)
        };
        there().unwrap_or_else(|| at.date_naive())
    }

    fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let there = || {
            let (year, month) = (i16::try_from(day.year()).ok()?, i8::try_from(day.month()).ok()?);
            let day = Date::new(year, month, i8::try_from(day.day()).ok()?).ok()?;
            // The first of two midnights, and the moment after one that is skipped.
            let start = day.to_zoned(self.0.clone()).ok()?;
            DateTime::from_timestamp_micros(start.timestamp().as_microsecond())
        };
        // Beyond the years that zones are known for.
        there().unwrap_or_else(|| UtcDays.start_of(day))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// First day, last day, zone: the window as it is between 1970 and now.
    fn between(from: &str, to: &str, zone: &str, now: &str) -> (String, String) {
        let filter = RunFilter::parse([("from", from), ("to", to), ("zone", zone)]);
        assert!(filter.errors().is_empty(), "{zone}");
        let (from, to) = window(&filter, at(now)).unwrap();
        let short = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M").to_string();
        (short(from), short(to.unwrap()))
    }

    #[test]
    fn every_zone_of_the_grammar_is_one_of_the_database_and_the_other_way_round() {
        let known: BTreeSet<String> = ZONES
            .available()
            .map(|name| name.to_string())
            .filter(|name| name != "Factory")
            .collect();
        let named: BTreeSet<String> = Zone::all().map(|zone| zone.to_string()).collect();
        assert_eq!(known, named);
        for zone in Zone::all().filter(|zone| zone.name() != "UTC") {
            assert!(ZoneDays::of(zone).is_some(), "{zone}");
        }
    }

    #[test]
    fn case_period_is_utc_days_a_day_is_the_readers() {
        let now = "2026-11-25T12:30:00Z";
        for (zone, day, from, to) in [
            (
                "Pacific/Kiritimati",
                "2026-11-26",
                "2026-11-25T10:00",
                "2026-11-26T10:00",
            ),
            (
                "America/Los_Angeles",
                "2026-11-24",
                "2026-11-24T08:00",
                "2026-11-25T08:00",
            ),
            ("Asia/Kathmandu", "2026-11-25", "2026-11-24T18:15", "2026-11-25T18:15"),
            ("UTC", "2026-11-25", "2026-11-25T00:00", "2026-11-26T00:00"),
            // Days of 23, 25, 23 1/2 and 24 1/2 hours.
            ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),
            ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
            (
                "Australia/Lord_Howe",
                "2026-10-04",
                "2026-10-03T13:30",
                "2026-10-04T13:00",
            ),
            (
                "Australia/Lord_Howe",
                "2026-04-05",
                "2026-04-04T13:00",
                "2026-04-05T13:30",
            ),
            // Midnight is skipped, and midnight comes twice.
            ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00", "2026-03-29T21:00"),
            ("America/Havana", "2026-11-01", "2026-11-01T04:00", "2026-11-02T05:00"),
        ] {
            assert_eq!(
                between(day, day, zone, now),
                (from.to_owned(), to.to_owned()),
                "{zone} {day}"
            );
        }
        // Today where it is tomorrow already, and where it is yesterday still.
        assert_eq!(between("0d", "0d", "Pacific/Kiritimati", now).0, "2026-11-25T10:00");
        assert_eq!(
            between("0d", "0d", "America/Los_Angeles", "2026-11-25T07:59:00Z").0,
            "2026-11-24T08:00"
        );
    }

    #[test]
    fn c10_the_ends_of_time_are_windows_in_every_zone() {
        for zone in ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Amsterdam"] {
            let (from, to) = between("1970-01-01", "9999-12-31", zone, "2026-11-25T12:30:00Z");
            assert!(
                from.starts_with("1969-12-31") || from.starts_with("1970-01-01"),
                "{from}"
            );
            assert!(
                to.starts_with("9999-12-31") || to.starts_with("+10000-01-01") || to.starts_with("10000-01-01"),
                "{to}"
            );
        }
    }
}
