//! Moments of the past, as Graph writes them. They do not depend on today, so that a seed gives the same data for ever.

use chrono::DateTime;
use serde_json::{Value, json};

use crate::random::Random;

/// 2023-01-01
const BEGIN: u64 = 1_672_531_200;
const DAY: u64 = 86_400;

/// When an object was created and last changed.
pub(super) fn created_and_modified(random: &mut Random) -> (Value, Value) {
    let created = BEGIN + random.below(900 * DAY);
    let modified = if random.below(4) == 0 {
        created
    } else {
        created + random.below(360 * DAY)
    };
    (
        written(created, random.below(10_000_000)),
        written(modified, random.below(10_000_000)),
    )
}

/// A midnight some years later, as for the end of support.
pub(super) fn midnight(days: u64) -> Value {
    written(BEGIN + days * DAY, 0)
}

fn written(seconds: u64, fraction: u64) -> Value {
    let moment = i64::try_from(seconds)
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .unwrap_or_default();
    if fraction == 0 {
        return json!(moment.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    json!(format!("{}.{fraction:07}Z", moment.format("%Y-%m-%dT%H:%M:%S")))
}
