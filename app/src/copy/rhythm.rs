//! Cron expressions in words, as far as they are simple.

const DAYS: [&str; 8] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// What an expression of five fields says; `None` if that takes more than a few words.
pub fn in_words(cron: &str) -> Option<String> {
    let fields: Vec<&str> = cron.split_ascii_whitespace().collect();
    let &[minute, hour, day, "*", weekday] = fields.as_slice() else {
        return None;
    };
    match (hour, day, weekday) {
        ("*", "*", "*") => match (minute, every(minute, 60)) {
            ("*", _) => Some("Every minute".to_owned()),
            (_, Some(step)) => Some(format!("Every {step} minutes")),
            _ => Some(format!("Every hour at minute {}", number(minute, 59)?)),
        },
        (hour, "*", "*") if hour.starts_with("*/") => {
            let (step, minute) = (every(hour, 24)?, number(minute, 59)?);
            Some(format!("Every {step} hours at minute {minute}"))
        }
        (hour, day, weekday) => {
            let time = format!("{:02}:{:02}", number(hour, 23)?, number(minute, 59)?);
            match (day, weekday) {
                ("*", "*") => Some(format!("Every day at {time}")),
                ("*", days) => Some(format!("Every {} at {time}", weekdays(days)?)),
                (day, "*") => Some(format!("On day {} of every month at {time}", number(day, 31)?)),
                _ => None,
            }
        }
    }
}

fn number(text: &str, most: u8) -> Option<u8> {
    text.parse().ok().filter(|number| *number <= most)
}

/// The step of `*/n`, if that is the same all day long.
fn every(text: &str, of: u8) -> Option<u8> {
    let step: u8 = text.strip_prefix("*/")?.parse().ok()?;
    (step > 1 && of.is_multiple_of(step)).then_some(step)
}

fn weekdays(text: &str) -> Option<String> {
    let day = |text| number(text, 7).map(|day| DAYS[usize::from(day)]);
    match text.split_once('-') {
        Some((first, last)) => Some(format!("{} to {}", day(first)?, day(last)?)),
        None => day(text).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_rhythms_are_said_and_others_are_not() {
        for (cron, words) in [
            ("15 2 * * *", "Every day at 02:15"),
            ("40 13 * * 1-5", "Every Monday to Friday at 13:40"),
            ("0 6 * * 7", "Every Sunday at 06:00"),
            ("0 6 1 * *", "On day 1 of every month at 06:00"),
            ("*/15 * * * *", "Every 15 minutes"),
            ("* * * * *", "Every minute"),
            ("5 * * * *", "Every hour at minute 5"),
            ("5 */6 * * *", "Every 6 hours at minute 5"),
        ] {
            assert_eq!(in_words(cron).as_deref(), Some(words), "{cron}");
        }
        for cron in [
            "",
            "15 2 * *",
            "15 2 * 6 *",
            "15 2,14 * * *",
            "*/7 * * * *",
            "15 */7 * * *",
            "15 2 1 * 1",
            "61 2 * * *",
            "15 2 * * 1,3",
        ] {
            assert_eq!(in_words(cron), None, "{cron}");
        }
    }
}
