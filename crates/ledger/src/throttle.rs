//! Counting attempts before it is known how they end, and what a person does so often that it would otherwise be without end.
//!
//! Counted afterwards, a hundred attempts at once would all find the count low. So each one takes a place first, is refused
//! where none is left, and gives it back if it turns out to be right. The table (`sign_in_failures`, of which signing in was the first
//! use) is on the reviewed list: its keys are hashes, read before anybody is known.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::UserId;
use sqlx::{PgConnection, PgExecutor};

use crate::digest::digest;
use crate::{Ledger, Result};

/// So many attempts under one key in a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) key: Vec<u8>,
    pub(crate) most: i32,
    pub(crate) window: TimeDelta,
}

impl Limit {
    /// What a person may do, of a kind, so often in an hour.
    pub(crate) fn hourly(kind: &str, person: UserId, most: i32) -> Self {
        Self {
            key: digest(kind, &person.to_string()),
            most,
            window: TimeDelta::hours(1),
        }
    }

    /// Takes a place in the transaction of what is counted, which gives it back by not being committed. `false` if there is none.
    /// The last lock that a transaction takes: nobody but the same person waits for it.
    pub(crate) async fn take_in(&self, tx: &mut PgConnection, now: DateTime<Utc>) -> Result<bool> {
        Ok(take(tx, self, now).await?.is_some())
    }
}

/// When the window of the place began; none if there is no place. One statement: of any number at once, exactly as many get one as
/// there are.
async fn take<'e>(database: impl PgExecutor<'e>, limit: &Limit, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let taken = sqlx::query_scalar!(
        "insert into sign_in_failures as f (key, window_started_at, failures) values ($1, $2, 1)
            on conflict (key) do update set
                failures = case when f.window_started_at <= $3 then 1 else f.failures + 1 end,
                window_started_at = case when f.window_started_at <= $3 then $2 else f.window_started_at end
            where f.window_started_at <= $3 or f.failures < $4
            returning window_started_at",
        limit.key,
        now,
        now - limit.window,
        limit.most
    )
    .fetch_optional(database)
    .await?;
    Ok(taken)
}

/// A slot taken under a key, in the window that began then.
#[derive(Debug)]
struct Slot {
    key: Vec<u8>,
    window_started_at: DateTime<Utc>,
}

/// The slots that one attempt holds.
#[derive(Debug, Default)]
pub(crate) struct Reservation(Vec<Slot>);

impl Reservation {
    /// Takes a slot under one more key. If none is left, gives back those taken before, so that attempts that are refused under
    /// one key use up no other, and answers after how many seconds there will be one.
    pub(crate) async fn add(mut self, ledger: &Ledger, limit: Limit) -> Result<std::result::Result<Self, u32>> {
        let now = ledger.now();
        let taken = take(ledger.pool(), &limit, now).await?;
        if let Some(window_started_at) = taken {
            let key = limit.key;
            self.0.push(Slot { key, window_started_at });
            return Ok(Ok(self));
        }
        self.give_back(ledger).await?;
        let began = sqlx::query_scalar!(
            "select window_started_at from sign_in_failures where key = $1",
            limit.key
        )
        .fetch_optional(ledger.pool())
        .await?;
        let left = began.map_or(1, |began| (began + limit.window - now).num_seconds() + 1);
        Ok(Err(u32::try_from(left).unwrap_or(1)))
    }

    /// Gives every place back: the attempt was no failure.
    pub(crate) async fn give_back(self, ledger: &Ledger) -> Result<()> {
        for place in self.0 {
            // Of that window alone: a later one never counted it.
            sqlx::query!(
                "update sign_in_failures set failures = failures - 1 where key = $1 and window_started_at = $2 and failures > 0",
                place.key,
                place.window_started_at
            )
            .execute(ledger.pool())
            .await?;
        }
        Ok(())
    }
}

/// What one person or household has of the Internet: an address of IPv4, or the /64 of IPv6 that each line is given at least.
/// Of that, anybody may use as many addresses as they like.
pub(crate) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s05_an_address_of_ipv6_counts_as_its_64() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
