//! The values of one field.

use std::fmt;
use std::str::FromStr;

use super::SEARCH_MAX;

/// The values of one field: any of them, or none of them. Values nobody knows are kept to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// "not" rather than "one of".
    pub not: bool,
    /// What is known.
    pub values: Vec<T>,
    /// What is not: an error on the page.
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
                Ok(value) => self.values.push(value),
                Err(_) => {
                    let word: String = word.chars().take(SEARCH_MAX).collect();
                    if !self.unknown.contains(&word) {
                        self.unknown.push(word);
                    }
                }
            }
        }
    }

    /// Nothing, if nothing was chosen.
    pub(super) fn chosen(self) -> Option<Self> {
        (!self.values.is_empty() || !self.unknown.is_empty()).then_some(self)
    }
}

impl<T: fmt::Display> Choice<T> {
    /// Makes unknown what `is_known` does not know.
    pub(super) fn keep(&mut self, is_known: impl Fn(&T) -> bool) {
        let (known, unknown): (Vec<_>, Vec<_>) = self.values.drain(..).partition(is_known);
        self.values = known;
        self.unknown.extend(unknown.iter().map(ToString::to_string));
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
