use chrono::Timelike;
use proptest::prelude::*;

use super::*;

fn fires(cron: &str, zone: &str, after: &str, n: usize) -> Vec<String> {
    let rhythm = CronSchedule::parse(cron, zone).unwrap();
    let mut at: DateTime<Utc> = after.parse().unwrap();
    let mut all = Vec::new();
    for _ in 0..n {
        at = rhythm.next_after(at).unwrap().at;
        all.push(at.format("%m-%dT%H:%M").to_string());
    }
    all
}

/// The fires from a moment on, as instant and intended wall time.
fn meant(cron: &str, zone: &str, after: &str, n: usize) -> Vec<(String, String)> {
    let rhythm = CronSchedule::parse(cron, zone).unwrap();
    let mut at: DateTime<Utc> = after.parse().unwrap();
    let mut all = Vec::new();
    for _ in 0..n {
        let fire = rhythm.next_after(at).unwrap();
        at = fire.at;
        all.push((
            at.format("%m-%dT%H:%M").to_string(),
            fire.wall.format("%m-%d %H:%M").to_string(),
        ));
    }
    all
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(at, wall)| ((*at).to_owned(), (*wall).to_owned()))
        .collect()
}

#[test]
fn case_autumn_hour_is_lost_for_no_interval() {
    assert_eq!(
        fires("0 * * * *", "America/New_York", "2026-11-01T04:30:00Z", 3),
        ["11-01T05:00", "11-01T06:00", "11-01T07:00"]
    );
    assert_eq!(
        fires("*/15 * * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", 6),
        [
            "10-25T00:45",
            "10-25T01:00",
            "10-25T01:15",
            "10-25T01:30",
            "10-25T01:45",
            "10-25T02:00"
        ]
    );
    assert_eq!(
        fires("*/15 * * * *", "Australia/Lord_Howe", "2026-04-04T14:30:00Z", 4),
        ["04-04T14:45", "04-04T15:00", "04-04T15:15", "04-04T15:30"]
    );
    // By the minute, within one hour of the day: that hour is there twice.
    assert_eq!(
        fires("*/30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 5),
        [
            "10-25T00:00",
            "10-25T00:30",
            "10-25T01:00",
            "10-25T01:30",
            "10-26T01:00"
        ]
    );
}

#[test]
fn a_repeated_fixed_time_fires_once() {
    assert_eq!(
        fires("30 2 * * *", "Europe/Berlin", "2026-10-23T12:00:00Z", 3),
        ["10-24T00:30", "10-25T00:30", "10-26T01:30"]
    );
    assert_eq!(
        fires("0,30 2,3 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 5),
        [
            "10-25T00:00",
            "10-25T00:30",
            "10-25T02:00",
            "10-25T02:30",
            "10-26T01:00"
        ]
    );
    // Asked in the second pass, and at its first moment.
    for after in ["2026-10-25T01:10:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"] {
        assert_eq!(
            fires("30 2 * * *", "Europe/Berlin", after, 1),
            ["10-26T01:30"],
            "{after}"
        );
    }
    // Beirut repeats 23:00, Lord Howe half an hour from 01:30.
    assert_eq!(
        fires("30 23 * * *", "Asia/Beirut", "2026-10-24T12:00:00Z", 2),
        ["10-24T20:30", "10-25T21:30"]
    );
    assert_eq!(
        fires("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00Z", 2),
        ["04-04T14:45", "04-05T15:15"]
    );
}

#[test]
fn case_spring_gap_is_silent_nowhere() {
    assert_eq!(
        meant("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 4),
        pairs(&[
            ("03-28T01:30", "03-28 02:30"),
            ("03-29T01:00", "03-29 02:30"),
            ("03-30T00:30", "03-30 02:30"),
            ("03-31T00:30", "03-31 02:30"),
        ])
    );
    assert_eq!(
        meant("0 0 * * *", "Asia/Beirut", "2026-03-28T12:00:00Z", 2),
        pairs(&[("03-28T22:00", "03-29 00:00"), ("03-29T21:00", "03-30 00:00")])
    );
    // Cairo: on 24 April 2026 the clocks go from 00:00 to 01:00.
    assert_eq!(
        meant("30 0 * * *", "Africa/Cairo", "2026-04-23T12:00:00Z", 2),
        pairs(&[("04-23T22:00", "04-24 00:30"), ("04-24T21:30", "04-25 00:30")])
    );
    // Lord Howe: half an hour, from 02:00 to 02:30.
    assert_eq!(
        meant("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", 2),
        pairs(&[("10-03T15:30", "10-04 02:15"), ("10-04T15:15", "10-05 02:15")])
    );
    // Only on the day that has no such time.
    assert_eq!(
        meant("30 2 29 3 *", "Europe/Berlin", "2026-01-01T00:00:00Z", 2),
        pairs(&[("03-29T01:00", "03-29 02:30"), ("03-29T00:30", "03-29 02:30")])
    );
}

#[test]
fn several_times_in_one_gap_are_one_fire() {
    assert_eq!(
        meant("0,30 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 3),
        pairs(&[
            ("03-29T01:00", "03-29 02:00"),
            ("03-29T01:30", "03-29 03:30"),
            ("03-30T00:00", "03-30 02:00"),
        ])
    );
}

#[test]
fn an_interval_does_not_make_up_for_what_the_clocks_skip() {
    assert_eq!(
        fires("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:10:00Z", 3),
        ["03-29T00:30", "03-29T01:00", "03-29T01:30"]
    );
}

#[test]
fn other_zones_and_calendars() {
    assert_eq!(
        fires("0 9 * * 1", "Asia/Kolkata", "2026-11-21T00:00:00Z", 2),
        ["11-23T03:30", "11-30T03:30"]
    );
    assert_eq!(fires("0 0 29 2 *", "UTC", "2026-11-21T00:00:00Z", 1), ["02-29T00:00"]);
    // The 30th of December 2011 was skipped as a whole.
    assert_eq!(
        fires("0 12 * * *", "Pacific/Apia", "2011-12-29T12:00:00Z", 3),
        ["12-29T22:00", "12-30T10:00", "12-30T22:00"]
    );
    assert_eq!(
        CronSchedule::parse("0 0 30 2 *", "UTC")
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
        assert!(
            matches!(CronSchedule::parse(cron, "UTC"), Err(InvalidRhythm::Cron(_))),
            "{cron}"
        );
    }
    for zone in ["Mars/Olympus", "", "local", "../etc/passwd"] {
        assert_eq!(
            CronSchedule::parse("0 0 * * *", zone).unwrap_err(),
            InvalidRhythm::Zone,
            "{zone}"
        );
    }
    assert_eq!(
        CronSchedule::parse_new("0 0 30 2 *", "UTC").unwrap_err(),
        InvalidRhythm::NoSuchDay
    );
    let error = CronSchedule::parse_new("0 6 * * 8", "UTC").unwrap_err().to_string();
    assert!(error.starts_with("day of week"), "{error}");
}

const ZONES: [&str; 9] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "UTC",
    "Pacific/Kiritimati",
    "Africa/Casablanca",
];

fn part(most: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("*".to_owned()),
        2 => (0..=most).prop_map(|value| value.to_string()),
        1 => (2_u32..=most).prop_map(|step| format!("*/{step}")),
        1 => (0..=most, 0..=most).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => (0..=most, 0..=most).prop_map(|(a, b)| format!("{a},{b}")),
    ]
}

/// The fires of some days by looking at each minute: what the wall clock shows of the rule, or went past since it was furthest.
fn minute_by_minute(
    rhythm: &CronSchedule,
    cron: &CronExpression,
    from: DateTime<Utc>,
    minutes: i64,
) -> Vec<(DateTime<Utc>, NaiveDateTime)> {
    let minute = TimeDelta::minutes(1);
    let matches = |at: NaiveDateTime| cron.at_or_after(at) == Some(at);
    // The furthest that the clock had been; a day is more than any of the zones puts it back.
    let mut furthest = (0..=24 * 60)
        .filter_map(|back| rhythm.wall_at(from - minute * back))
        .max()
        .unwrap();
    let mut all = Vec::new();
    for n in 1..=minutes {
        let at = from + minute * i32::try_from(n).unwrap();
        let now = rhythm.wall_at(at).unwrap();
        if cron.is_interval() {
            if matches(now) {
                all.push((at, now));
            }
            continue;
        }
        let mut passed = furthest + minute;
        while passed <= now {
            if matches(passed) {
                all.push((at, passed));
                break;
            }
            passed += minute;
        }
        furthest = furthest.max(now);
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Around every kind of change: none lost, none twice, strictly forward, each with the time it was meant for.
    #[test]
    fn r04_fires_are_those_that_the_wall_clock_shows(
        minute in part(59),
        hour in part(23),
        weekday in prop_oneof![4 => Just("*".to_owned()), 1 => (0_u32..=7).prop_map(|day| day.to_string())],
        zone in 0..ZONES.len(),
        near in 0..4_usize,
        shift in -48_i64..24,
    ) {
        let rule = format!("{minute} {hour} * * {weekday}");
        let cron: CronExpression = rule.parse().unwrap();
        let rhythm = CronSchedule::parse(&rule, ZONES[zone]).unwrap();
        let start = Timestamp::from_second(1_767_225_600).unwrap();
        let change = rhythm.zone.following(start).nth(near).map_or(start, |change| change.timestamp());
        let from = DateTime::from_timestamp(change.as_second(), 0).unwrap().with_second(0).unwrap() + TimeDelta::hours(shift);
        let minutes = 60 * 60;
        let expected = minute_by_minute(&rhythm, &cron, from, minutes);
        let mut found = Vec::new();
        let mut at = from;
        while let Some(fire) = rhythm.next_after(at) {
            prop_assert!(fire.at > at, "{rule} stands still at {at}");
            if fire.at > from + TimeDelta::minutes(minutes) {
                break;
            }
            found.push((fire.at, fire.wall));
            at = fire.at;
        }
        prop_assert_eq!(&found, &expected, "{} in {} from {}", rule, ZONES[zone], from);
        // Whenever it is asked, the answer is the next of those.
        for step in 0..60 {
            let asked = from + TimeDelta::minutes(step * 60) + TimeDelta::seconds(7);
            if let Some(next) = expected.iter().find(|(at, _)| *at > asked) {
                prop_assert_eq!(rhythm.next_after(asked).map(|fire| (fire.at, fire.wall)), Some(*next));
            }
        }
    }
}
