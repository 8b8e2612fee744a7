//! The life of a run, from its events: what happened in which order, and how its time was split.

use chrono::{DateTime, TimeDelta, Utc};

use crate::view::RunEvent;

/// Where the time of a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Waiting for its turn, for a worker, or for another worker after the first was lost.
    pub queued: TimeDelta,
    /// Working.
    pub working: TimeDelta,
    /// Waiting for Microsoft Graph (R17).
    pub waiting: TimeDelta,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Queued,
    Working,
    Waiting,
}

/// Adds up phases, never backwards: clocks of two processes may differ by a little.
struct Walk {
    split: Split,
    phase: Phase,
    since: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Walk {
    fn turn(&mut self, at: DateTime<Utc>, next: Phase) {
        let at = at.max(self.since).min(self.end);
        let spent = at - self.since;
        match self.phase {
            Phase::Queued => self.split.queued += spent,
            Phase::Working => self.split.working += spent,
            Phase::Waiting => self.split.waiting += spent,
        }
        self.since = at;
        self.phase = next;
    }
}

impl Split {
    /// Of a run that was recorded, began and ended at these times; `now` counts as the end of one that goes on.
    pub fn of(
        created_at: DateTime<Utc>,
        started_at: Option<DateTime<Utc>>,
        completed_at: Option<DateTime<Utc>>,
        events: &[RunEvent],
        now: DateTime<Utc>,
    ) -> Self {
        let nothing = TimeDelta::zero();
        let mut walk = Walk {
            split: Self {
                queued: nothing,
                working: nothing,
                waiting: nothing,
            },
            phase: Phase::Queued,
            since: created_at,
            end: completed_at.unwrap_or(now).max(created_at),
        };
        let is_told = events.iter().any(|event| event.kind == "started");
        if let Some(at) = started_at.filter(|_| !is_told) {
            walk.turn(at, Phase::Working);
        }
        for event in events {
            let next = match event.kind.as_str() {
                "started" | "resumed" => Phase::Working,
                "waiting" if walk.phase == Phase::Working => Phase::Waiting,
                "handed_back" | "repaired" => Phase::Queued,
                _ => continue,
            };
            walk.turn(event.at, next);
        }
        let phase = walk.phase;
        walk.turn(walk.end, phase);
        walk.split
    }

    /// From the first moment to the last.
    pub fn total(&self) -> TimeDelta {
        self.queued + self.working + self.waiting
    }

    /// The parts in order, as whole thousandths of the total that add up to 1000; all nothing for no time at all.
    pub fn thousandths(&self) -> [u32; 3] {
        let total = self.total().num_milliseconds();
        if total <= 0 {
            return [0; 3];
        }
        let up_to = |part: TimeDelta| u32::try_from(part.num_milliseconds() * 1000 / total).unwrap_or(0);
        let (queued, before_waiting) = (up_to(self.queued), up_to(self.queued + self.working));
        [queued, before_waiting - queued, 1000 - before_waiting]
    }
}

/// A line of the timeline: an event, or a row of waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it happened, or began.
    pub at: DateTime<Utc>,
    /// The event's kind.
    pub kind: String,
    /// The event's text; of a row of waits, the first's.
    pub detail: String,
    /// How many waits; 0 for anything else.
    pub waits: u32,
    /// How long they were together.
    pub waited: TimeDelta,
}

/// The lines of the timeline, oldest first. Waits that follow each other are one line: an hour of throttling is hundreds.
/// `end` is when the run ended, or now.
pub fn entries(events: &[RunEvent], end: DateTime<Utc>) -> Vec<Entry> {
    let mut lines: Vec<Entry> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        if event.kind == "resumed" {
            continue;
        }
        let waits = event.kind == "waiting";
        // Somebody who joins or looks does not end a wait: only what the run itself does.
        let ends_wait = |next: &&RunEvent| {
            matches!(
                next.kind.as_str(),
                "waiting" | "resumed" | "started" | "handed_back" | "repaired" | "completed"
            )
        };
        let until = events
            .iter()
            .skip(at + 1)
            .find(ends_wait)
            .map_or(end, |next| next.at)
            .max(event.at);
        let waited = if waits { until - event.at } else { TimeDelta::zero() };
        match lines.last_mut() {
            Some(last) if waits && last.waits > 0 => {
                last.waits += 1;
                last.waited += waited;
            }
            _ => lines.push(Entry {
                at: event.at,
                kind: event.kind.clone(),
                detail: event.detail.clone(),
                waits: u32::from(waits),
                waited,
            }),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    fn events(told: &[(i64, &str)]) -> Vec<RunEvent> {
        told.iter()
            .map(|(second, kind)| RunEvent {
                at: at(*second),
                kind: (*kind).to_owned(),
                detail: String::new(),
            })
            .collect()
    }

    fn seconds(split: &Split) -> [i64; 3] {
        [split.queued, split.working, split.waiting].map(|part| part.num_seconds())
    }

    #[test]
    fn time_is_split_by_what_the_run_did() {
        let told = events(&[
            (0, "queued"),
            (3, "admitted"),
            (5, "started"),
            (10, "waiting"),
            (30, "resumed"),
            (40, "repaired"),
            (45, "started"),
            (50, "completed"),
        ]);
        let split = Split::of(at(0), Some(at(5)), Some(at(50)), &told, at(99));
        assert_eq!(seconds(&split), [10, 20, 20]);
        assert_eq!(split.total(), TimeDelta::seconds(50));
        assert_eq!(split.thousandths(), [200, 400, 400]);
        // One that goes on goes on until now.
        let split = Split::of(at(0), Some(at(5)), None, &told[..4], at(99));
        assert_eq!(seconds(&split), [5, 5, 89]);
        // Imported history has no events.
        assert_eq!(
            seconds(&Split::of(at(0), Some(at(4)), Some(at(9)), &[], at(99))),
            [4, 5, 0]
        );
        // Blocked before it began.
        assert_eq!(
            seconds(&Split::of(at(0), None, Some(at(9)), &told[..1], at(99))),
            [9, 0, 0]
        );
        assert_eq!(Split::of(at(0), None, None, &[], at(0)).thousandths(), [0; 3]);
    }

    #[test]
    fn a_row_of_waits_is_one_line() {
        let told = events(&[
            (0, "queued"),
            (1, "started"),
            (2, "waiting"),
            (4, "resumed"),
            (5, "waiting"),
            (9, "resumed"),
            (10, "joined"),
            (11, "waiting"),
        ]);
        let lines = entries(&told, at(20));
        let kinds: Vec<_> = lines
            .iter()
            .map(|line| (line.kind.as_str(), line.waits, line.waited.num_seconds()))
            .collect();
        let expected = [
            ("queued", 0, 0),
            ("started", 0, 0),
            ("waiting", 2, 6),
            ("joined", 0, 0),
            ("waiting", 1, 9),
        ];
        assert_eq!(kinds, expected);
        // Who joins while it waits does not shorten the wait.
        let told = events(&[(1, "started"), (2, "waiting"), (3, "joined"), (6, "resumed")]);
        let waited: Vec<_> = entries(&told, at(20))
            .iter()
            .map(|line| line.waited.num_seconds())
            .collect();
        assert_eq!(waited, [0, 4, 0]);
    }

    proptest! {
        /// Whatever is recorded in whatever order, the parts are never negative and add up to the whole.
        #[test]
        fn the_parts_add_up(told in prop::collection::vec((0_i64..1000, prop::sample::select(
            vec!["queued", "admitted", "started", "waiting", "resumed", "repaired", "handed_back", "completed", "new"])), 0..30),
            ended in prop::option::of(0_i64..1000)) {
            let split = Split::of(at(0), None, ended.map(at), &events(&told), at(1000));
            prop_assert_eq!(split.total(), TimeDelta::seconds(ended.unwrap_or(1000)));
            for part in [split.queued, split.working, split.waiting] {
                prop_assert!(part >= TimeDelta::zero());
            }
            prop_assert!([0, 1000].contains(&split.thousandths().iter().sum::<u32>()));
        }
    }
}
