//! The values of one field.

use std::fmt;
use std::str::FromStr;

use super::SEARCH_MAX;

/// The most values of one field that are taken.
pub const VALUES_MAX: usize = 50;

/// The most values of one field that are kept although nobody knows them. How many more there were stands behind them, as `+6380`,
/// which is never a value: the address may be long, what is made of it on a page is not.
pub const UNKNOWN_MAX: usize = 20;

/// How many values were left out, if a word of [`Choice::unknown`] says that.
pub fn left_out(word: &str) -> Option<u32> {
    let digits = word.strip_prefix('+')?;
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| is_number)
}

/// The values of one field: any of them, or none of them. Values nobody knows are kept to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// "not" rather than "one of".
    pub not: bool,
    /// What is known.
    pub values: Vec<T>,
    /// What is not: an error on the page. At most [`UNKNOWN_MAX`], and one that says how many there were beyond.
    pub unknown: Vec<String>,
}

impl<T: FromStr + PartialEq> Choice<T> {
    /// One value.
    pub fn one(value: T) -> Self {
        Self {
            not: false,
            values: vec![value],
            unknown: Vec::new(),
        }
    }

    pub(super) const fn nothing() -> Self {
        Self {
            not: false,
            values: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Adds what one pair of the query says.
    pub(super) fn read(&mut self, text: &str) {
        let (not, list) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        self.not |= not;
        for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word.parse() {
                Ok(value) if self.values.contains(&value) => {}
                Ok(value) if self.values.len() < VALUES_MAX => self.values.push(value),
                Ok(_) => self.leave_out(1),
                Err(_) => match left_out(word) {
                    Some(more) => self.leave_out(more),
                    None => self.note(word.chars().take(SEARCH_MAX).collect()),
                },
            }
        }
    }

    /// Nothing, if nothing was chosen.
    pub(super) fn chosen(self) -> Option<Self> {
        (!self.values.is_empty() || !self.unknown.is_empty()).then_some(self)
    }
}

impl<T> Choice<T> {
    /// Keeps a word that nobody knows, if there is room for it.
    fn note(&mut self, word: String) {
        let more = self.unknown.last().is_some_and(|last| left_out(last).is_some());
        let words = self.unknown.len() - usize::from(more);
        if self.unknown.contains(&word) {
        } else if words < UNKNOWN_MAX {
            self.unknown.insert(words, word);
        } else {
            self.leave_out(1);
        }
    }

    /// Counts values that are not kept.
    fn leave_out(&mut self, more: u32) {
        let before = self.unknown.last().and_then(|last| left_out(last));
        if before.is_some() {
            self.unknown.pop();
        }
        self.unknown
            .push(format!("+{}", before.unwrap_or(0).saturating_add(more)));
    }
}

impl<T: fmt::Display> Choice<T> {
    /// Makes unknown what `is_known` does not know.
    pub(super) fn keep(&mut self, is_known: impl Fn(&T) -> bool) {
        let (known, unknown): (Vec<_>, Vec<_>) = self.values.drain(..).partition(is_known);
        self.values = known;
        for value in unknown {
            self.note(value.to_string());
        }
    }
}

impl<T: fmt::Display> fmt::Display for Choice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.not {
            f.write_str("!")?;
        }
        // An unknown word that begins with `!` must not become a "not" when it is read again.
        let negates =
            !self.not && self.values.is_empty() && self.unknown.first().is_some_and(|word| word.starts_with('!'));
        let mut separator = if negates { "," } else { "" };
        for value in self
            .values
            .iter()
            .map(ToString::to_string)
            .chain(self.unknown.iter().cloned())
        {
            write!(f, "{separator}{value}")?;
            separator = ",";
        }
        Ok(())
    }
}
