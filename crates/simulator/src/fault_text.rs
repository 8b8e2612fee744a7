//! Faults as one line of text, for a flag and for `PUT /_simulator/faults`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::collection::Collection;
use crate::faults::Faults;

/// A part that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part}: expected {expected}")]
pub struct FaultsError {
    /// The part between two commas, shortened.
    pub part: String,
    /// What would have been.
    pub expected: &'static str,
}

const KNOWN: &str = "latency=80ms, throttle=0.05, throttle-next=3, errors=0.01, errors-next=3, retry-after=2, \
                     deny=COLLECTION, broken-json=COLLECTION, refuse-tokens or outage, separated by commas";
const SHARE: &str = "a share between 0 and 1, such as 0.05";
const COUNT: &str = "a whole number";
const COLLECTION: &str = "a collection such as deviceCompliancePolicies, configurationPolicies or groups";
const LATENCY: &str = "a duration such as 80ms or 2s, of at most ten minutes";

impl FromStr for Faults {
    type Err = FaultsError;

    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let mut faults = Self::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty() && *part != "none")
        {
            let (key, value) = part
                .split_once('=')
                .map_or((part, None), |(key, value)| (key, Some(value)));
            faults.set(key, value).map_err(|expected| FaultsError {
                part: part.chars().take(80).collect(),
                expected,
            })?;
        }
        Ok(faults)
    }
}

impl Faults {
    fn set(&mut self, key: &str, value: Option<&str>) -> Result<(), &'static str> {
        match (key, value) {
            ("latency", Some(value)) => self.latency = duration(value).ok_or(LATENCY)?,
            ("throttle", Some(value)) => self.throttle = share(value)?,
            ("throttle-next", Some(value)) => self.throttle_next = count(value)?,
            ("errors", Some(value)) => self.errors = share(value)?,
            ("errors-next", Some(value)) => self.errors_next = count(value)?,
            ("retry-after", Some(value)) => self.retry_after = count(value)?,
            ("deny", Some(value)) => {
                self.deny.insert(collection(value)?);
            }
            ("broken-json", Some(value)) => {
                self.broken_json.insert(collection(value)?);
            }
            ("refuse-tokens", None) => self.refuse_tokens = true,
            ("outage", None) => self.outage = true,
            _ => return Err(KNOWN),
        }
        Ok(())
    }
}

fn duration(text: &str) -> Option<Duration> {
    let milliseconds = match text.strip_suffix("ms") {
        Some(number) => number.parse().ok()?,
        None => text.strip_suffix('s')?.parse::<u64>().ok()?.checked_mul(1_000)?,
    };
    (milliseconds <= 600_000).then(|| Duration::from_millis(milliseconds))
}

fn share(text: &str) -> Result<f64, &'static str> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or(SHARE)
}

fn count(text: &str) -> Result<u32, &'static str> {
    text.parse().map_err(|_| COUNT)
}

fn collection(text: &str) -> Result<Collection, &'static str> {
    text.parse().map_err(|_| COLLECTION)
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = Self::default();
        let mut parts = Vec::new();
        if self.latency != usual.latency {
            parts.push(format!("latency={}ms", self.latency.as_millis()));
        }
        for (key, share) in [("throttle", self.throttle), ("errors", self.errors)] {
            if share > 0.0 {
                parts.push(format!("{key}={share}"));
            }
        }
        for (key, count, usual) in [
            ("throttle-next", self.throttle_next, usual.throttle_next),
            ("errors-next", self.errors_next, usual.errors_next),
            ("retry-after", self.retry_after, usual.retry_after),
        ] {
            if count != usual {
                parts.push(format!("{key}={count}"));
            }
        }
        parts.extend(self.deny.iter().map(|collection| format!("deny={collection}")));
        parts.extend(
            self.broken_json
                .iter()
                .map(|collection| format!("broken-json={collection}")),
        );
        for (key, set) in [("refuse-tokens", self.refuse_tokens), ("outage", self.outage)] {
            if set {
                parts.push(key.to_owned());
            }
        }
        f.write_str(if parts.is_empty() { "none" } else { "" })?;
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_whole_grammar_is_read() {
        let text = "latency=80ms, throttle=0.05,errors=0.01,deny=deviceCompliancePolicies,deny=groups,retry-after=2,\
                    broken-json=configurationPolicies,throttle-next=3,errors-next=4,refuse-tokens,outage";
        let faults: Faults = text.parse().unwrap();
        assert_eq!(faults.latency, Duration::from_millis(80));
        assert!((faults.throttle - 0.05).abs() < f64::EPSILON && (faults.errors - 0.01).abs() < f64::EPSILON);
        assert_eq!(
            faults.deny,
            [Collection::DeviceCompliancePolicies, Collection::Groups].into()
        );
        assert_eq!(faults.broken_json, [Collection::ConfigurationPolicies].into());
        assert_eq!(
            (faults.retry_after, faults.throttle_next, faults.errors_next),
            (2, 3, 4)
        );
        assert!(faults.refuse_tokens && faults.outage);
    }

    #[test]
    fn nothing_is_written_as_none() {
        assert_eq!(Faults::default().to_string(), "none");
        for text in ["", " ", "none", ","] {
            assert_eq!(text.parse(), Ok(Faults::default()), "{text:?}");
        }
    }

    #[test]
    fn the_bad_part_is_named_on_one_line() {
        for (text, part) in [
            ("latency=80", "latency=80"),
            ("latency=11m,outage", "latency=11m"),
            ("outage,throttle=1.5", "throttle=1.5"),
            ("errors=NaN", "errors=NaN"),
            ("errors=-0.1", "errors=-0.1"),
            ("deny=nothing", "deny=nothing"),
            ("retry-after=2s", "retry-after=2s"),
            ("outage=1", "outage=1"),
            ("throttle", "throttle"),
            ("flood", "flood"),
        ] {
            let error = text.parse::<Faults>().unwrap_err();
            assert_eq!(error.part, part);
            assert!(error.to_string().starts_with(&format!("{part}: expected ")) && !error.to_string().contains('\n'));
        }
    }

    proptest! {
        #[test]
        fn text_and_back(
            (latency, throttle, errors) in (0_u64..=600_000, 0.0..=1.0_f64, 0.0..=1.0_f64),
            (throttle_next, errors_next, retry_after) in any::<(u32, u32, u32)>(),
            (refuse_tokens, outage) in any::<(bool, bool)>(),
            (deny, broken_json) in (0_usize..=10, 0_usize..=10),
        ) {
            let faults = Faults {
                latency: Duration::from_millis(latency),
                throttle, throttle_next, errors, errors_next, retry_after, refuse_tokens, outage,
                deny: Collection::ALL.into_iter().take(deny).collect(),
                broken_json: Collection::ALL.into_iter().skip(broken_json).collect(),
            };
            prop_assert_eq!(faults.to_string().parse(), Ok(faults));
        }
    }
}
