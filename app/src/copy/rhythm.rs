//! Cron expressions in words, as far as they are simple. Read by what runs them, so that nothing is worded that does not run.

use domain::cron::{CronExpression, Days, Field};

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// What an expression says; `None` if it cannot be run, or if that takes more than a few words.
pub fn in_words(cron: &str) -> Option<String> {
    let rule: CronExpression = cron.parse().ok()?;
    if !rule.every_month() {
        return None;
    }
    if rule.hour.is_any() {
        return (rule.days() == Days::Every).then(|| each_hour(&rule.minute))?;
    }
    if rule.hour.repeats() {
        let (step, minute) = (rule.hour.even_step()?, rule.minute.single()?);
        return (rule.days() == Days::Every).then(|| format!("Every {step} hours at minute {minute}"));
    }
    let time = format!("{:02}:{:02}", rule.hour.single()?, rule.minute.single()?);
    match rule.days() {
        Days::Every => Some(format!("Every day at {time}")),
        Days::OfWeek(days) => Some(format!("Every {} at {time}", weekdays(days)?)),
        Days::OfMonth(days) => on_day(days.single()?, &time),
        Days::Mixed => None,
    }
}

fn each_hour(minute: &Field) -> Option<String> {
    match (minute.even_step(), minute.single()) {
        (Some(1), _) => Some("Every minute".to_owned()),
        (_, Some(0)) => Some("Every hour".to_owned()),
        (_, Some(minute)) => Some(format!("Every hour at minute {minute}")),
        (Some(step), None) => Some(format!("Every {step} minutes")),
        (None, None) => None,
    }
}

/// Not every month has the last three days, and a month without is passed over.
fn on_day(day: u32, time: &str) -> Option<String> {
    match day {
        0..=28 => Some(format!("On day {day} of every month at {time}")),
        29..=31 => Some(format!("On day {day} of every month that has one, at {time}")),
        _ => None,
    }
}

/// One day, or a run of days; Sunday may begin it or end it.
fn weekdays(days: &Field) -> Option<String> {
    let name = |day: u32| DAYS.get(usize::try_from(day % 7).ok()?);
    if let Some(day) = days.single() {
        return name(day).map(|name| (*name).to_owned());
    }
    let mut all: Vec<u32> = days.values().collect();
    if all.first() == Some(&0) && !days.contains(1) {
        all.remove(0);
        all.push(7);
    }
    let (first, last) = (*all.first()?, *all.last()?);
    let unbroken = usize::try_from(last - first).ok()? + 1 == all.len();
    if !unbroken {
        return None;
    }
    Some(format!("{} to {}", name(first)?, name(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_rhythms_are_said_and_others_are_not() {
        for (cron, words) in [
            ("15 2 * * *", "Every day at 02:15"),
            ("40 13 * * 1-5", "Every Monday to Friday at 13:40"),
            ("0 6 1 * *", "On day 1 of every month at 06:00"),
            ("0 6 31 * *", "On day 31 of every month that has one, at 06:00"),
            ("*/15 * * * *", "Every 15 minutes"),
            ("0,30 * * * *", "Every 30 minutes"),
            ("* * * * *", "Every minute"),
            ("0 * * * *", "Every hour"),
            ("5 * * * *", "Every hour at minute 5"),
            ("5 */6 * * *", "Every 6 hours at minute 5"),
            ("0 */24 * * *", "Every day at 00:00"),
            ("@daily", "Every day at 00:00"),
            ("@weekly", "Every Sunday at 00:00"),
            ("15 2 * 1-12 *", "Every day at 02:15"),
            // Every day of the month or Mondays: that is every day.
            ("15 2 1-31 * 1", "Every day at 02:15"),
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
            "15 2 */2 * *",
            "15 2 * * 1,3",
            "*/5 2 * * *",
            "*/15 * * * 1",
            // Times, not an interval: once where an hour is repeated.
            "0 0,6,12,18 * * *",
        ] {
            assert_eq!(in_words(cron), None, "{cron}");
        }
    }

    #[test]
    fn case_sunday_is_seven_says_what_runs() {
        for (cron, words) in [
            ("0 6 * * 7", "Every Sunday at 06:00"),
            ("0 6 * * 0", "Every Sunday at 06:00"),
            ("0 6 * * SUN", "Every Sunday at 06:00"),
            ("0 6 * * 5-7", "Every Friday to Sunday at 06:00"),
            ("0 6 * * FRI-SUN", "Every Friday to Sunday at 06:00"),
            ("0 6 * * 0-2", "Every Sunday to Tuesday at 06:00"),
            ("0 6 * * 0-7", "Every day at 06:00"),
        ] {
            assert_eq!(in_words(cron).as_deref(), Some(words), "{cron}");
        }
        // What cannot be run is not worded.
        for cron in [
            "0 6 * * 8",
            "61 2 * * *",
            "0 24 * * *",
            "0 6 0 * *",
            "0 6 * * 1-9",
            "+5 6 * * *",
        ] {
            assert_eq!(in_words(cron), None, "{cron}");
        }
    }
}
