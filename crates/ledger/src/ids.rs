//! New ids: UUIDv7 of the clock's time, so that they sort by it and so that items find their partition.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

/// A new id of a moment. `T` is any of the id types.
pub fn new<T: From<Uuid>>(now: DateTime<Utc>) -> T {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let mut random: [u8; 10] = rand::random();
    // The microseconds go where RFC 9562 puts a finer clock, so that ids of one process sort within a millisecond too.
    let micros = u16::try_from(now.timestamp_subsec_micros() % 1000).unwrap_or(0);
    let fine = (micros << 2).to_be_bytes();
    random[0] = fine[0];
    random[1] = (fine[1] & !0b11) | (random[1] & 0b11);
    T::from(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time() {
        let at = |text: &str| new::<Uuid>(text.parse().unwrap());
        let earlier = at("2026-11-21T08:00:00.000100Z");
        let later = at("2026-11-21T08:00:00.000900Z");
        assert!(
            earlier < later && later < at("2026-11-21T08:00:00.001Z"),
            "{earlier} {later}"
        );
        assert_eq!(earlier.get_version_num(), 7);
    }
}
