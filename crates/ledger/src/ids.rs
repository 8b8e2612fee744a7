//! New ids: UUIDv7 of the clock's time, so that they sort by it and so that items find their partition.

use std::sync::{LazyLock, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// How far a clock may step back before its time is believed. Below that an id gets the newest time instead, so that those of one
/// process sort in the order in which they were made.
const JITTER: TimeDelta = TimeDelta::seconds(1);

/// What makes the ids of this process go up, also within a moment.
struct Newest {
    context: ContextV7,
    at: DateTime<Utc>,
}

static NEWEST: LazyLock<Mutex<Newest>> = LazyLock::new(|| {
    Mutex::new(Newest {
        context: context(),
        at: DateTime::UNIX_EPOCH,
    })
});

/// Microseconds go where RFC 9562 puts a finer clock, so that ids of several processes sort within a millisecond too.
fn context() -> ContextV7 {
    ContextV7::new().with_additional_precision()
}

/// A new id of a moment. `T` is any of the id types.
pub fn new<T: From<Uuid>>(now: DateTime<Utc>) -> T {
    let mut newest = NEWEST.lock().unwrap_or_else(PoisonError::into_inner);
    let id = if newest.at - now > JITTER {
        // A moment of the past on purpose, such as those of the demo's history: the context would replace it by the newest.
        of(&context(), now)
    } else {
        newest.at = newest.at.max(now);
        of(&newest.context, now)
    };
    T::from(id)
}

fn of(context: &ContextV7, at: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(context, seconds, at.timestamp_subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Uuid {
        new(text.parse().unwrap())
    }

    /// When it says that it was made, in milliseconds.
    fn millis(id: Uuid) -> u64 {
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        seconds * 1000 + u64::from(nanos / 1_000_000)
    }

    // In one, because the newest moment is that of the whole process.
    #[test]
    fn ids_sort_by_time_and_within_a_moment_by_order() {
        let earlier = at("2126-11-21T08:00:00.000100Z");
        let later = at("2126-11-21T08:00:00.000900Z");
        assert!(
            earlier < later && later < at("2126-11-21T08:00:00.001Z"),
            "{earlier} {later}"
        );
        assert_eq!(earlier.get_version_num(), 7);

        let of_one_moment: Vec<_> = (0..1000).map(|_| at("2126-11-21T08:00:01Z")).collect();
        assert!(of_one_moment.is_sorted());
        let after_a_step_back = at("2126-11-21T08:00:00.500Z");
        assert!(*of_one_moment.last().unwrap() < after_a_step_back);

        let past = at("2126-10-21T08:00:00Z");
        assert_eq!(millis(earlier) - millis(past), 31 * 24 * 60 * 60 * 1000, "{past}");
    }
}
