//! Pages of lists that are paged by keyset: there are no page numbers, and each page says where the next one begins.

use serde::{Deserialize, Serialize};

use crate::cursor::{self, Cursor, Key};

/// Which side of a place, in a list that can be walked both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side<K> {
    /// What comes after it.
    After(Cursor<K>),
    /// What comes before it.
    Before(Cursor<K>),
}

impl<K: Key> Side<K> {
    /// What an address asks for, and whether it has a cursor that cannot be read.
    pub fn read(after: &str, before: &str) -> (Option<Self>, bool) {
        match (cursor::read(before), cursor::read(after)) {
            ((Some(cursor), _), _) => (Some(Self::Before(cursor)), false),
            ((None, false), (Some(cursor), _)) => (Some(Self::After(cursor)), false),
            ((None, broken_before), (_, broken_after)) => (None, broken_before || broken_after),
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Cursor of the page before this one, in a list that can be walked both ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// Whether the cursor that was asked for could not be read: this is the first page instead.
    #[serde(default)]
    pub cursor_broken: bool,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            next: None,
            previous: None,
            cursor_broken: false,
        }
    }
}

impl<T> Page<T> {
    /// A page of a list that goes one way, of at most `limit` of the rows found: one that is too many tells that it goes on.
    pub fn onward<K: Key>(mut found: Vec<T>, limit: usize, key: impl Fn(&T) -> K) -> Self {
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|last| Cursor(key(last)).to_string());
        Self {
            rows: found,
            next,
            ..Self::default()
        }
    }

    /// A page of a list that can be walked both ways, on one side of a place or at the list's beginning. The rows found are in the order
    /// in which they are shown; the one too many is the farthest from the place.
    pub fn beside<K: Key>(mut found: Vec<T>, limit: usize, side: Option<&Side<K>>, key: impl Fn(&T) -> K) -> Self {
        let (after, before) = (
            matches!(side, Some(Side::After(_))),
            matches!(side, Some(Side::Before(_))),
        );
        let more = found.len() > limit;
        if more {
            found.remove(if before { 0 } else { limit });
        }
        let cursor = |row: &T| Cursor(key(row)).to_string();
        // On the side one came from there is always more; on the other only if a row too many was found.
        Self {
            next: found.last().filter(|_| more || before).map(cursor),
            previous: found.first().filter(|_| (before && more) || after).map(cursor),
            rows: found,
            cursor_broken: false,
        }
    }

    /// The same page with its rows as something else.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(show).collect(),
            next: self.next,
            previous: self.previous,
            cursor_broken: self.cursor_broken,
        }
    }

    /// The same, where a row may be none.
    pub fn try_map<U, E>(self, show: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page {
            rows: self.rows.into_iter().map(show).collect::<Result<_, E>>()?,
            next: self.next,
            previous: self.previous,
            cursor_broken: self.cursor_broken,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cursor::RunKey;
    use crate::id::RunId;

    fn key(at: i64) -> RunKey {
        RunKey {
            at,
            id: RunId(uuid::Uuid::nil()),
        }
    }

    /// A list that is shown from the greatest to the smallest, as a database reads it: one row too many.
    fn read(all: &[i64], limit: usize, side: Option<Side<RunKey>>) -> Page<i64> {
        let mut found: Vec<i64> = match &side {
            None => all.iter().rev().copied().take(limit + 1).collect(),
            Some(Side::After(place)) => (all.iter().rev())
                .filter(|at| **at < place.at)
                .copied()
                .take(limit + 1)
                .collect(),
            Some(Side::Before(place)) => all
                .iter()
                .filter(|at| **at > place.at)
                .copied()
                .take(limit + 1)
                .collect(),
        };
        found.sort_unstable();
        found.reverse();
        Page::beside(found, limit, side.as_ref(), |at| key(*at))
    }

    proptest! {
        #[test]
        fn pages_there_and_back_are_the_list(all in prop::collection::btree_set(0_i64..1_000, 0..40), limit in 1_usize..7) {
            let all: Vec<i64> = all.into_iter().collect();
            let (mut side, mut seen): (_, Vec<i64>) = (None, Vec::new());
            let mut last = loop {
                let page = read(&all, limit, side);
                seen.extend(&page.rows);
                prop_assert!(page.rows.len() <= limit);
                prop_assert_eq!(page.previous.is_none(), seen.len() == page.rows.len());
                match &page.next {
                    Some(next) => side = Side::read(next, "").0,
                    None => break page,
                }
            };
            let mut shown = all.clone();
            shown.reverse();
            prop_assert_eq!(&seen, &shown);
            let mut back = last.rows.clone();
            while let Some(previous) = last.previous {
                last = read(&all, limit, Side::read("", &previous).0);
                back.splice(0..0, last.rows.clone());
                prop_assert!(last.next.is_some());
            }
            prop_assert_eq!(back, shown);
        }

        #[test]
        fn pages_of_a_list_that_goes_one_way_are_the_list(all in prop::collection::btree_set(0_i64..1_000, 0..40), limit in 1_usize..7) {
            let all: Vec<i64> = all.into_iter().collect();
            let (mut seen, mut place): (Vec<i64>, _) = (Vec::new(), None::<Cursor<RunKey>>);
            loop {
                let rest = all.iter().filter(|at| place.is_none_or(|place| **at > place.at));
                let page = Page::onward(rest.copied().take(limit + 1).collect(), limit, |at| key(*at));
                seen.extend(&page.rows);
                prop_assert!(page.previous.is_none());
                match page.next {
                    Some(next) => place = cursor::read(&next).0,
                    None => break,
                }
            }
            prop_assert_eq!(seen, all);
        }
    }

    #[test]
    fn a_cursor_that_cannot_be_read_is_said_whichever_it_is() {
        let good = Cursor(key(5)).to_string();
        assert_eq!(Side::<RunKey>::read("", ""), (None, false));
        assert_eq!(Side::read(&good, "").0, Some(Side::After(Cursor(key(5)))));
        assert_eq!(Side::read("", &good).0, Some(Side::Before(Cursor(key(5)))));
        assert_eq!(Side::read(&good, &good), (Some(Side::Before(Cursor(key(5)))), false));
        for (after, before) in [("x", ""), ("", "x"), ("x", "x"), (good.as_str(), "x")] {
            assert_eq!(Side::<RunKey>::read(after, before), (None, true), "{after} {before}");
        }
    }
}
