//! One field of a cron expression: a set of numbers, and how it was written as far as that matters.

/// The values of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    set: u64,
    kind: Kind,
    /// Begins with `*`: matters for the two day fields.
    starred: bool,
    /// Written with `*` or a step: matters for minutes and hours.
    stepped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Minute,
    Hour,
    Day,
    Month,
    Weekday,
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day of month",
            Self::Month => "month",
            Self::Weekday => "day of week",
        }
    }

    pub(super) const fn takes(self) -> &'static str {
        match self {
            Self::Minute => "0 to 59",
            Self::Hour => "0 to 23",
            Self::Day => "1 to 31",
            Self::Month => "1 to 12, or JAN to DEC",
            Self::Weekday => "0 to 7 (0 and 7 are Sunday), or SUN to SAT",
        }
    }

    /// Least and greatest value as written; Sunday may be a 7.
    const fn bounds(self) -> (u32, u32) {
        match self {
            Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::Day => (1, 31),
            Self::Month => (1, 12),
            Self::Weekday => (0, 7),
        }
    }

    /// The greatest value as kept.
    const fn last(self) -> u32 {
        match self {
            Self::Weekday => 6,
            other => other.bounds().1,
        }
    }

    fn value(self, text: &str) -> Option<u32> {
        let named = |names: &[&str]| names.iter().position(|name| text.eq_ignore_ascii_case(name));
        let (least, most) = self.bounds();
        let value = match self {
            Self::Month => named(&MONTHS).map(|at| at + 1),
            Self::Weekday => named(&WEEKDAYS),
            _ => None,
        };
        let value = value.and_then(|at| u32::try_from(at).ok()).or_else(|| number(text))?;
        (least..=most).contains(&value).then_some(value)
    }

    const fn all(self) -> u64 {
        bits(self.bounds().0, self.last(), 1)
    }
}

/// Digits and nothing else: `parse` takes a sign.
fn number(text: &str) -> Option<u32> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

const fn bits(first: u32, last: u32, step: u32) -> u64 {
    let mut set = 0;
    let mut at = first;
    while at <= last {
        set |= 1 << at;
        at += step;
    }
    set
}

impl Field {
    pub(super) fn read(text: &str, kind: Kind) -> Option<Self> {
        let mut set = 0;
        for part in text.split(',') {
            set |= Self::part(part, kind)?;
        }
        if kind == Kind::Weekday && set & (1 << 7) != 0 {
            set = set & !(1 << 7) | 1;
        }
        Some(Self {
            set,
            kind,
            starred: text.starts_with(['*', '?']),
            stepped: text.contains(['*', '?', '/']),
        })
    }

    /// One element of the list: a value or a range, with a step or without.
    fn part(text: &str, kind: Kind) -> Option<u64> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(number(step).filter(|step| (1..=100).contains(step))?)),
            None => (text, None),
        };
        let (first, last) = if matches!(range, "*" | "?") {
            (kind.bounds().0, kind.last())
        } else if let Some((first, last)) = range.split_once('-') {
            let (first, last) = (kind.value(first)?, kind.value(last)?);
            // "FRI-SUN": a week may end with its Sunday.
            let sunday = kind == Kind::Weekday && last == 0 && first > 0;
            (first, if sunday { 7 } else { last })
        } else {
            let first = kind.value(range)?;
            (first, if step.is_some() { kind.last().max(first) } else { first })
        };
        (first <= last).then(|| bits(first, last, step.unwrap_or(1)))
    }

    /// Whether a value belongs to it.
    pub const fn contains(&self, value: u32) -> bool {
        value < 64 && self.set & (1 << value) != 0
    }

    /// Whether every value does.
    pub const fn is_any(&self) -> bool {
        self.set == self.kind.all()
    }

    /// The one value, if it is one.
    pub const fn single(&self) -> Option<u32> {
        if self.set.is_power_of_two() {
            Some(self.set.trailing_zeros())
        } else {
            None
        }
    }

    /// The values, ascending.
    pub fn values(&self) -> impl Iterator<Item = u32> + use<> {
        let set = self.set;
        (0..64).filter(move |value| set & (1 << value) != 0)
    }

    /// The distance of its values, if they begin with 0 and come round evenly: each 15 minutes, each 6 hours.
    pub fn even_step(&self) -> Option<u32> {
        let (count, all) = (self.set.count_ones(), self.kind.last() + 1);
        let step = all.checked_div(count)?;
        (self.kind.bounds().0 == 0 && all.is_multiple_of(count) && self.set == bits(0, self.kind.last(), step))
            .then_some(step)
    }

    /// Whether it means "again and again" and not a list of times. A step that leaves one value does not.
    pub const fn repeats(&self) -> bool {
        (self.stepped || self.is_any()) && self.set.count_ones() > 1
    }

    pub(super) const fn is_starred(&self) -> bool {
        self.starred
    }

    pub(super) const fn at_or_after(&self, value: u32) -> Option<u32> {
        if value >= 64 {
            return None;
        }
        let rest = self.set >> value;
        if rest == 0 {
            None
        } else {
            Some(value + rest.trailing_zeros())
        }
    }
}
