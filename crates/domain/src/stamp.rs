//! What a page knows already, in few characters: a poll that finds nothing else says so, instead of saying it again.
//!
//! The server stamps what it says, and the page sends the stamp back with its next question.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a value said when it was last seen. Between two releases it may differ for equal values: then the whole answer comes once
/// more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp(u64);

impl Stamp {
    /// The stamp of a value.
    pub fn of(value: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Stamp {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_stamps() {
        let stamp = Stamp::of(&("running", 7));
        assert_eq!(Stamp::of(&("running", 7)), stamp);
        assert_ne!(Stamp::of(&("running", 8)), stamp);
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
        let said = serde_json::to_string(&stamp).unwrap();
        assert_eq!(serde_json::from_str::<Stamp>(&said).unwrap(), stamp, "{said}");
        assert!("".parse::<Stamp>().is_err());
        assert!("zz".parse::<Stamp>().is_err());
    }
}
