//! What a page knows already, in few characters: a poll that finds nothing else says so, instead of saying it again.
//!
//! The server tags what it says, as an `ETag` does, and the page sends the tag back with its next question. On the wire it is called
//! `stamp`, which pages of before know it by.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a value said when it was last seen. Between two releases it may differ for equal values: then the whole answer comes once
/// more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VersionTag(u64);

impl VersionTag {
    /// The tag of a value.
    pub fn of(value: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl fmt::Display for VersionTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for VersionTag {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for VersionTag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VersionTag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_tags() {
        let tag = VersionTag::of(&("running", 7));
        assert_eq!(VersionTag::of(&("running", 7)), tag);
        assert_ne!(VersionTag::of(&("running", 8)), tag);
        assert_eq!(tag.to_string().parse(), Ok(tag));
        let said = serde_json::to_string(&tag).unwrap();
        assert_eq!(serde_json::from_str::<VersionTag>(&said).unwrap(), tag, "{said}");
        assert!("".parse::<VersionTag>().is_err());
        assert!("zz".parse::<VersionTag>().is_err());
    }
}
