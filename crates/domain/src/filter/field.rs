//! The fields of the filter. Whoever does something for each of them matches on [`Field`], so that one that is added is an error of
//! the compiler wherever it was forgotten.

use std::fmt;
use std::str::FromStr;

use super::Choice;
use crate::status::UnknownWord;

/// A field of the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The tab.
    Tab,
    /// Tenants.
    Tenant,
    /// Operation types.
    Type,
    /// States.
    Status,
    /// Origins.
    Origin,
    /// Initiators.
    Initiator,
    /// Why the run as a whole ended as it did.
    Reason,
    /// First day of the window.
    From,
    /// Last day of the window.
    To,
    /// Whose days they are.
    Zone,
    /// Id, correlation id or target.
    Q,
}

impl Field {
    /// Every field, in the order in which an address has them.
    pub const ALL: [Self; 11] = [
        Self::Tab,
        Self::Tenant,
        Self::Type,
        Self::Status,
        Self::Origin,
        Self::Initiator,
        Self::Reason,
        Self::From,
        Self::To,
        Self::Zone,
        Self::Q,
    ];

    /// Their names in the URL, in the same order.
    pub const NAMES: [&'static str; Self::ALL.len()] = {
        let mut names = [""; Self::ALL.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = Self::ALL[at].as_str();
            at += 1;
        }
        names
    };

    /// The name in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tab => "tab",
            Self::Tenant => "tenant",
            Self::Type => "type",
            Self::Status => "status",
            Self::Origin => "origin",
            Self::Initiator => "initiator",
            Self::Reason => "reason",
            Self::From => "from",
            Self::To => "to",
            Self::Zone => "zone",
            Self::Q => "q",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Field {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|field| field.as_str() == text)
            .ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// What a field holds that may hold several values, whatever they are values of.
pub trait Values {
    /// "not" rather than "one of".
    fn is_not(&self) -> bool;
    /// What is known, as words of the address.
    fn known(&self) -> Vec<String>;
    /// What is not.
    fn unknown(&self) -> &[String];
    /// Whether nothing is known.
    fn is_unknown(&self) -> bool;
    /// All of it, as the address has it.
    fn text(&self) -> String;
}

impl<T: fmt::Display> Values for Choice<T> {
    fn is_not(&self) -> bool {
        self.not
    }

    fn known(&self) -> Vec<String> {
        self.values.iter().map(ToString::to_string).collect()
    }

    fn unknown(&self) -> &[String] {
        &self.unknown
    }

    fn is_unknown(&self) -> bool {
        self.values.is_empty()
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// The place of a choice in the filter, to be changed whatever it chooses from.
pub(super) trait Slot {
    /// Adds what one pair of the query says.
    fn read(&mut self, text: &str);
    /// Empties it if nothing was chosen after all.
    fn settle(&mut self);
    /// Takes away a value that nobody knows.
    fn forget(&mut self, unknown: &str);
    /// Takes away all of those.
    fn forget_unknown(&mut self);
    /// Empties it.
    fn clear(&mut self);
}

impl<T: FromStr + PartialEq> Slot for Option<Choice<T>> {
    fn read(&mut self, text: &str) {
        self.get_or_insert_with(Choice::nothing).read(text);
    }

    fn settle(&mut self) {
        *self = self.take().and_then(Choice::chosen);
    }

    fn forget(&mut self, unknown: &str) {
        if let Some(choice) = self {
            choice.unknown.retain(|word| word != unknown);
        }
        self.settle();
    }

    fn forget_unknown(&mut self) {
        if let Some(choice) = self {
            choice.unknown.clear();
        }
        self.settle();
    }

    fn clear(&mut self) {
        *self = None;
    }
}
