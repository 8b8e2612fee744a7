//! How long to wait before trying again (R17).

use std::num::NonZeroU32;
use std::time::Duration;

use chrono::DateTime;
use rand::Rng;
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// When to try again, and when to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often a request is made before its last failure counts.
    pub attempts: NonZeroU32,
    /// The first wait; each further one is twice as long.
    pub base: Duration,
    /// No wait of our own choosing is longer.
    pub max_delay: Duration,
    /// A `Retry-After` beyond this is shortened to it.
    pub max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: NonZeroU32::MIN.saturating_add(5),
            base: Duration::from_secs(1),
            max_delay: Duration::from_mins(1),
            max_retry_after: Duration::from_mins(5),
        }
    }
}

impl RetryPolicy {
    /// The wait after the given attempt, counted from one.
    ///
    /// Half of a wait of our own is random, so that workers which failed together do not return together. To a
    /// `Retry-After` something is added for the same reason, but nothing is taken away: coming early counts against the
    /// limit.
    pub(crate) fn delay(&self, attempt: u32, retry_after: Option<Duration>, rng: &mut impl Rng) -> Duration {
        if let Some(asked) = retry_after {
            let spread = (asked / 10).min(self.base);
            return (asked + spread.mul_f64(rng.random())).min(self.max_retry_after);
        }
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let whole = self.base.saturating_mul(doubled).min(self.max_delay);
        whole.mul_f64(rng.random_range(0.5..=1.0))
    }
}

/// Whether a status speaks of the moment and not of the request: every server error, known or not (509, 520), and those of the
/// client's class that say "too slow", "not now" or "at the same time as something else". All requests only read, so that a conflict
/// (409) can only be one of the service with itself. 429 is temporary as well, and has a reason of its own.
pub(crate) fn is_temporary(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status.as_u16(), 408 | 409 | 421 | 423 | 425 | 449 | 499)
}

/// 401 and 403 are not asked again, whatever stands beside them (R17).
pub(crate) fn is_about_access(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// What the answer asks for, as seconds or as a date.
///
/// A date is compared with the answer's own `Date`, so that it does not matter whether this machine's clock is right. Zero
/// or a moment that has passed asks for nothing.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let delay = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits for a number are still a wish for a long wait.
        Duration::from_secs(text.parse::<u32>().unwrap_or(u32::MAX).into())
    } else {
        let date = |text| DateTime::parse_from_rfc2822(text).ok();
        let (until, now) = (date(text)?, date(headers.get(DATE)?.to_str().ok()?)?);
        (until - now).to_std().ok()?
    };
    (!text.is_empty() && !delay.is_zero()).then_some(delay)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(retry_after: &'static str, date: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry_after));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        headers
    }

    #[test]
    fn case_statuses_that_may_be_retried_follow_a_rule() {
        for status in (500..600).chain([408, 409, 423, 425, 449, 499]) {
            assert!(is_temporary(StatusCode::from_u16(status).unwrap()), "{status}");
        }
        for status in [
            200, 301, 400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 451,
        ] {
            assert!(!is_temporary(StatusCode::from_u16(status).unwrap()), "{status}");
        }
    }

    #[test]
    fn r17_retry_after_is_read_as_seconds_and_as_a_date() {
        let now = Some("Sat, 21 Nov 2026 08:00:00 GMT");
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(retry_after(&headers("7", None)), seconds(7));
        assert_eq!(retry_after(&headers("Sat, 21 Nov 2026 08:00:30 GMT", now)), seconds(30));
        assert_eq!(
            retry_after(&headers("99999999999999999999", None)),
            seconds(u64::from(u32::MAX))
        );
        for nothing in ["0", "", "soon", "-1", "1.5", "Sat, 21 Nov 2026 07:59:00 GMT"] {
            assert_eq!(retry_after(&headers(nothing, now)), None, "{nothing}");
        }
        assert_eq!(retry_after(&headers("Sat, 21 Nov 2026 08:00:30 GMT", None)), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn r17_waits_double_up_to_the_limit_and_vary() {
        let policy = RetryPolicy::default();
        let mut rng = StdRng::seed_from_u64(1);
        for (attempt, whole) in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (7, 60.0), (u32::MAX, 60.0)] {
            let waits: Vec<f64> = (0..200)
                .map(|_| policy.delay(attempt, None, &mut rng).as_secs_f64())
                .collect();
            assert!(
                waits.iter().all(|wait| (whole / 2.0..=whole).contains(wait)),
                "{attempt}: {waits:?}"
            );
            assert!(waits.iter().any(|wait| *wait < whole * 0.6) && waits.iter().any(|wait| *wait > whole * 0.9));
        }
    }

    #[test]
    fn r17_retry_after_is_never_undercut_and_is_capped() {
        let policy = RetryPolicy::default();
        let mut rng = StdRng::seed_from_u64(1);
        for _ in 0..200 {
            let wait = policy.delay(5, Some(Duration::from_secs(3)), &mut rng).as_secs_f64();
            assert!((3.0..=3.3).contains(&wait), "{wait}");
            assert_eq!(
                policy.delay(1, Some(Duration::from_hours(24)), &mut rng),
                policy.max_retry_after
            );
        }
    }
}
