use proptest::prelude::*;

use super::*;

fn next(cron: &str, from: &str, n: usize) -> Vec<String> {
    let cron: CronExpression = cron.parse().unwrap();
    let mut from: NaiveDateTime = from.parse().unwrap();
    let mut all = Vec::new();
    for _ in 0..n {
        let at = cron.at_or_after(from).unwrap();
        all.push(at.format("%m-%d %H:%M").to_string());
        from = at + TimeDelta::minutes(1);
    }
    all
}

#[test]
fn case_sunday_is_seven_is_read_wherever_sunday_may_stand() {
    // 22 November 2026 is a Sunday.
    for rule in [
        "0 6 * * 7",
        "0 6 * * 0",
        "0 6 * * SUN",
        "0 6 * * sun",
        "0 6 * * 7-7",
        "0 6 * * 0,7",
        "0 6 * * 7/2",
        "0 6 ? * 7",
    ] {
        assert_eq!(
            next(rule, "2026-11-20T12:00:00", 2),
            ["11-22 06:00", "11-29 06:00"],
            "{rule}"
        );
    }
    for rule in [
        "0 6 * * 5-7",
        "0 6 * * FRI-SUN",
        "0 6 * * 5-0",
        "0 6 * * 5,6,7",
        "0 6 * * 5/1",
        "0 6 * * fri-7",
    ] {
        let days = next(rule, "2026-11-19T12:00:00", 4);
        // Without a range, a step goes to the greatest value as it is kept.
        let expected = if rule.contains('/') {
            ["11-20 06:00", "11-21 06:00", "11-27 06:00", "11-28 06:00"]
        } else {
            ["11-20 06:00", "11-21 06:00", "11-22 06:00", "11-27 06:00"]
        };
        assert_eq!(days, expected, "{rule}");
    }
    assert_eq!(
        next("0 6 * * 0-7", "2026-11-19T12:00:00", 2),
        ["11-20 06:00", "11-21 06:00"]
    );
}

#[test]
fn either_day_field_will_do_if_neither_begins_with_a_star() {
    assert_eq!(
        next("0 0 13 * 5", "2026-11-01T00:00:00", 4),
        ["11-06 00:00", "11-13 00:00", "11-20 00:00", "11-27 00:00"]
    );
    assert_eq!(
        next("0 0 1 * 5", "2026-11-02T00:00:00", 5).last().unwrap(),
        "12-01 00:00"
    );
    // Odd days that are Fridays.
    assert_eq!(
        next("0 0 */2 * 5", "2026-11-01T00:00:00", 2),
        ["11-13 00:00", "11-27 00:00"]
    );
}

#[test]
fn nicknames_months_and_leap_days() {
    assert_eq!(next("@daily", "2026-11-21T00:00:01", 1), ["11-22 00:00"]);
    assert_eq!(next("@weekly", "2026-11-21T00:00:01", 1), ["11-22 00:00"]);
    assert_eq!(next("@yearly", "2026-11-21T00:00:01", 1), ["01-01 00:00"]);
    assert_eq!(next("0 0 29 2 *", "2096-03-01T00:00:00", 1), ["02-29 00:00"]);
    assert_eq!(
        next("15 14 1 JAN,JUL *", "2026-11-21T00:00:00", 2),
        ["01-01 14:15", "07-01 14:15"]
    );
    assert_eq!(
        next("5/20 8-10/2 * * *", "2026-11-21T08:06:00", 3),
        ["11-21 08:25", "11-21 08:45", "11-21 10:05"]
    );
    let never: CronExpression = "0 0 30 2 *".parse().unwrap();
    assert_eq!(never.at_or_after("2026-11-21T00:00:00".parse().unwrap()), None);
}

#[test]
fn what_is_no_rule_is_refused_with_the_field_named() {
    for (rule, field) in [
        ("60 * * * *", "minute"),
        ("-1 * * * *", "minute"),
        ("+1 * * * *", "minute"),
        ("*/0 * * * *", "minute"),
        ("1,,2 * * * *", "minute"),
        ("1-2-3 * * * *", "minute"),
        ("5-1 * * * *", "minute"),
        ("0 24 * * *", "hour"),
        ("0 0 0 * *", "day of month"),
        ("0 0 32 * *", "day of month"),
        ("0 0 L * *", "day of month"),
        ("0 0 * 13 *", "month"),
        ("0 0 * FEBRUARY *", "month"),
        ("0 0 * * 8", "day of week"),
        ("0 0 * * MONDAY", "day of week"),
        ("0 0 * * 1#2", "day of week"),
        ("0 0 * * ٣", "day of week"),
    ] {
        let error = rule.parse::<CronExpression>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("{field}: “")), "{rule}: {error}");
    }
    for rule in [
        "",
        "* * * *",
        "0 0 0 * * *",
        "@every 1s",
        "@reboot",
        "CRON_TZ=UTC 0 0 * * *",
    ] {
        assert!(
            matches!(rule.parse::<CronExpression>(), Err(CronError::Count(_))),
            "{rule}"
        );
    }
    assert_eq!("1,".repeat(150).parse::<CronExpression>(), Err(CronError::TooLong));
}

#[test]
fn only_what_repeats_is_an_interval() {
    for (rule, interval) in [
        ("0 * * * *", true),
        ("*/15 * * * *", true),
        ("* 2 * * *", true),
        ("*/30 2 * * *", true),
        ("0 */6 * * *", true),
        ("0 0-23 * * *", true),
        ("0 8-18/2 * * *", true),
        ("30 2 * * *", false),
        ("0,30 2 * * *", false),
        ("0 2,14 * * *", false),
        ("0 9-17 * * *", false),
        ("0 */24 * * *", false),
        ("30 2 */2 * *", false),
    ] {
        assert_eq!(
            rule.parse::<CronExpression>().unwrap().is_interval(),
            interval,
            "{rule}"
        );
    }
}

fn field(least: u32, most: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("*".to_owned()),
        3 => (least..=most).prop_map(|value| value.to_string()),
        1 => (2_u32..=most).prop_map(|step| format!("*/{step}")),
        1 => (least..=most, least..=most).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => (least..=most, least..=most).prop_map(|(a, b)| format!("{a},{b}")),
    ]
}

proptest! {
    /// The first match is a match, and there is none before it.
    #[test]
    fn the_first_match_is_the_first(
        fields in (field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 7)),
        from in 0_i64..60 * 24 * 900,
    ) {
        let rule = format!("{} {} {} {} {}", fields.0, fields.1, fields.2, fields.3, fields.4);
        let cron: CronExpression = rule.parse().unwrap();
        let start: NaiveDateTime = "2026-01-01T00:00:00".parse().unwrap();
        let from = start + TimeDelta::minutes(from);
        let matches = |at: NaiveDateTime| {
            cron.minute.contains(at.minute()) && cron.hour.contains(at.hour()) && cron.month.contains(at.month()) && cron.matches_day(at.date())
        };
        let found = cron.at_or_after(from);
        if let Some(found) = found {
            prop_assert!(matches(found));
        }
        let mut at = from;
        for _ in 0..3000 {
            if Some(at) == found {
                break;
            }
            prop_assert!(!matches(at), "{rule}: {at} was passed over");
            at += TimeDelta::minutes(1);
        }
    }
}
