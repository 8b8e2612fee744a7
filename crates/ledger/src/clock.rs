//! The one clock.
//!
//! Every time that is stored or compared comes from here, not from SQL's `now()`: tests move it, and a transaction sees one
//! time. Processes on several machines follow the clock of the one PostgreSQL ([`DatabaseClock`]), so fire times, expiries and
//! leases are decided by it and a machine whose clock is wrong decides nothing by it.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present, in PostgreSQL's precision: what is stored is what is read back.
    fn now(&self) -> DateTime<Utc>;

    /// The clock that follows PostgreSQL's, if this is one: it has to be told what that shows.
    fn as_database_clock(&self) -> Option<&DatabaseClock> {
        None
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// PostgreSQL's clock, as far as a process can know it: what it showed when it was last asked, and the time that has passed since by
/// the machine's monotonic clock, which nobody sets. Until it was asked, the machine's.
#[derive(Debug)]
pub struct DatabaseClock {
    machine: Arc<dyn Clock>,
    asked: RwLock<Option<Asked>>,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    /// What the database showed.
    database: DateTime<Utc>,
    /// When that was.
    at: Instant,
    /// How far the machine's clock was ahead.
    ahead: TimeDelta,
}

impl DatabaseClock {
    /// Follows the database from the first time it is asked; `machine` is compared with it.
    pub fn over(machine: Arc<dyn Clock>) -> Self {
        Self {
            machine,
            asked: RwLock::new(None),
        }
    }

    /// Takes what the database showed at a moment.
    pub(crate) fn follow(&self, database: DateTime<Utc>, at: Instant) {
        let since = TimeDelta::from_std(at.elapsed()).unwrap_or_default();
        let asked = Asked {
            database,
            at,
            ahead: self.machine.now() - since - database,
        };
        *self.asked.write().unwrap_or_else(PoisonError::into_inner) = Some(asked);
    }

    fn asked(&self) -> Option<Asked> {
        *self.asked.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far the machine's clock was ahead of the database's when that was last asked; negative if it was behind.
    pub fn ahead(&self) -> Option<TimeDelta> {
        self.asked().map(|asked| asked.ahead)
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> DateTime<Utc> {
        self.asked().map_or_else(
            || self.machine.now(),
            |asked| {
                let since = TimeDelta::from_std(asked.at.elapsed()).unwrap_or_default();
                (asked.database + since).trunc_subsecs(6)
            },
        )
    }

    fn as_database_clock(&self) -> Option<&DatabaseClock> {
        Some(self)
    }
}

/// A clock that stands still until it is moved. For tests; clones are the same clock.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Arc::new(AtomicI64::new(now.timestamp_micros())))
    }

    /// Moves it forward.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_database_s_time_goes_on_from_when_it_was_asked_whatever_the_machine_shows() {
        let machine = ManualClock::at("2026-11-21T09:00:00Z".parse().unwrap());
        let clock = DatabaseClock::over(Arc::new(machine.clone()));
        assert_eq!(
            (clock.now(), clock.ahead()),
            (machine.now(), None),
            "nobody was asked yet"
        );
        let database: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let asked = Instant::now().checked_sub(Duration::from_secs(30)).unwrap();
        clock.follow(database, asked);
        let passed = clock.now() - database;
        assert!(
            passed >= TimeDelta::seconds(30) && passed < TimeDelta::seconds(90),
            "{passed}"
        );
        let ahead = clock.ahead().unwrap();
        assert!(
            ahead <= TimeDelta::minutes(60) - TimeDelta::seconds(30) && ahead > TimeDelta::minutes(58),
            "{ahead}"
        );
        // Somebody sets the machine's clock.
        machine.advance(TimeDelta::days(365));
        assert!(clock.now() - database < TimeDelta::seconds(90));
    }
}
