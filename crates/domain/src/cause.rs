//! The reason of a run as a filter names it.

use std::fmt;
use std::str::FromStr;

use crate::status::UnknownWord;

/// Why a run as a whole ended as it did: a reason code, also one that only another release knows, or none that stands for the
/// whole run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// `none` in the URL: no single reason.
    None,
    /// A code, as stored.
    Code(String),
}

impl Cause {
    /// From a stored reason.
    pub fn of(reason: Option<&str>) -> Self {
        reason.map_or(Self::None, |code| Self::Code(code.to_owned()))
    }

    /// The code, if there is one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Code(code) => Some(code),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().unwrap_or("none"))
    }
}

impl FromStr for Cause {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let is_code = text.len() <= 80
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.');
        match text {
            "none" => Ok(Self::None),
            code if is_code => Ok(Self::Code(code.to_owned())),
            other => Err(UnknownWord(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::ReasonCode;

    #[test]
    fn every_code_can_be_filtered_by_and_nonsense_is_nothing() {
        for code in ReasonCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(Cause::Code(code.as_str().to_owned())));
        }
        assert_eq!("none".parse(), Ok(Cause::None));
        assert_eq!(Cause::of(None).to_string(), "none");
        for text in ["", "Graph", "graph throttled", "graph.throttled'", ".x", "1"] {
            assert!(text.parse::<Cause>().is_err(), "{text}");
        }
    }
}
