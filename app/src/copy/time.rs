//! Times and durations in words. Written by hand: a formatter that reads patterns is a noticeable part of what browsers load.

use chrono::{DateTime, TimeDelta, Timelike, Utc};

/// A moment, absolute and with its zone, as the server writes it: `2026-11-21 03:00 UTC`.
pub fn absolute(at: DateTime<Utc>) -> String {
    format!("{} {:02}:{:02} UTC", day(at), at.hour(), at.minute())
}

/// A moment to the second.
pub fn exact(at: DateTime<Utc>) -> String {
    format!("{} {}", day(at), of_day(at))
}

/// A moment to the second on a wall clock so many minutes east of UTC: `2026-11-21 04:00:12 +01:00`.
pub fn in_zone(at: DateTime<Utc>, minutes_east: i32) -> String {
    let wall = at + TimeDelta::minutes(minutes_east.into());
    let (sign, minutes) = if minutes_east < 0 {
        ('-', -minutes_east)
    } else {
        ('+', minutes_east)
    };
    format!(
        "{} {:02}:{:02}:{:02} {sign}{:02}:{:02}",
        day(wall),
        wall.hour(),
        wall.minute(),
        wall.second(),
        minutes / 60,
        minutes % 60
    )
}

/// The time of day to the second, for what is minutes away.
pub fn of_day(at: DateTime<Utc>) -> String {
    format!("{:02}:{:02}:{:02} UTC", at.hour(), at.minute(), at.second())
}

pub fn day(at: DateTime<Utc>) -> String {
    at.date_naive().to_string()
}

/// The machine-readable form.
pub fn machine(at: DateTime<Utc>) -> String {
    format!("{}T{:02}:{:02}:{:02}Z", day(at), at.hour(), at.minute(), at.second())
}

/// A moment as seen from another: `3 min ago`, `in 20 s`, or the day if it is far away.
pub fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (now - at).num_seconds();
    let (distance, future) = (seconds.unsigned_abs(), seconds < 0);
    let words = match distance {
        0..5 => return "just now".to_owned(),
        5..60 => format!("{distance} s"),
        60..3_600 => format!("{} min", distance / 60),
        3_600..86_400 => format!("{} h", distance / 3_600),
        86_400..2_592_000 => format!("{} d", distance / 86_400),
        _ => return format!("{} UTC", day(at)),
    };
    if future {
        format!("in {words}")
    } else {
        format!("{words} ago")
    }
}

/// How long something took, in at most two units.
pub fn duration(length: TimeDelta) -> String {
    let seconds = length.num_seconds().max(0);
    match seconds {
        0 => "< 1 s".to_owned(),
        1..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {:02} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

/// A number with thousands separated.
pub fn number(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_read_well() {
        let now: DateTime<Utc> = "2026-11-21T03:00:00Z".parse().unwrap();
        let ago = |seconds| relative(now - TimeDelta::seconds(seconds), now);
        let read: Vec<_> = [0, 4, 5, 59, 60, 3_599, 3_600, 86_400, -20].map(ago).into();
        let expected = [
            "just now",
            "just now",
            "5 s ago",
            "59 s ago",
            "1 min ago",
            "59 min ago",
            "1 h ago",
            "1 d ago",
            "in 20 s",
        ];
        assert_eq!(read, expected);
        assert_eq!(ago(40 * 86_400), "2026-10-12 UTC");
    }

    #[test]
    fn wall_clocks_say_how_far_they_are_from_utc() {
        let at: DateTime<Utc> = "2026-11-21T23:30:12Z".parse().unwrap();
        let read = [60, 0, -210, 345].map(|minutes| in_zone(at, minutes));
        let expected = [
            "2026-11-22 00:30:12 +01:00",
            "2026-11-21 23:30:12 +00:00",
            "2026-11-21 20:00:12 -03:30",
            "2026-11-22 05:15:12 +05:45",
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn durations_have_at_most_two_units() {
        let read: Vec<_> = [-5, 0, 7, 65, 3_720, 90_000]
            .map(|s| duration(TimeDelta::seconds(s)))
            .into();
        assert_eq!(read, ["< 1 s", "< 1 s", "7 s", "1 min 05 s", "1 h 02 min", "1 d 01 h"]);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(number),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
