//! What a page knows already, in few characters: a poll that finds nothing else says so, instead of saying it again.

use std::fmt;
use std::hash::{DefaultHasher, Hasher};
use std::str::FromStr;

use serde::Serialize;

/// What a value said when it was last seen, the same in the browser and on the server. Between two releases it may differ for
/// equal values: then the whole answer comes once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64);

impl Stamp {
    /// The stamp of what a value says as JSON. `None` if it has no JSON, which then always counts as new.
    pub fn of(value: &impl Serialize) -> Option<Self> {
        let said = serde_json::to_vec(value).ok()?;
        let mut hasher = DefaultHasher::new();
        // Bytes, not the value's own `Hash`: lengths are of another size in the browser.
        hasher.write(&said);
        Some(Self(hasher.finish()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_stamps() {
        let stamp = Stamp::of(&("running", 7)).unwrap();
        assert_eq!(Stamp::of(&("running", 7)), Some(stamp));
        assert_ne!(Stamp::of(&("running", 8)), Some(stamp));
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
        assert!("".parse::<Stamp>().is_err());
        assert!("zz".parse::<Stamp>().is_err());
    }
}
