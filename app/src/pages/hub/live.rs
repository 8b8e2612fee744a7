//! Keeping the rows that are shown up to date, and counting what has come since (DESIGN §6).

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::cursor::{Cursor, RunKey};
use domain::filter::{HubQuery, RunFilter};
use domain::id::RunId;
use domain::view::{BoundedCount, HubPoll, RunPage, RunRow};
use leptos::prelude::*;

use super::context::HubContext;
use crate::api::hub::poll_runs;
use crate::clock::use_clock;
use crate::copy;
use crate::layout::bell;
use crate::live::{Live, Wake, poll};
use crate::url;
use crate::viewer::{CurrentViewer, use_viewer};

/// How often the rows are asked for while one of them is active or waited for.
const PAUSE: Duration = Duration::from_secs(5);
/// How often it is asked what others have started while nothing is.
const IDLE: Duration = bell::PAUSE;

/// The page's rows as signals, and what is known about them by now.
#[derive(Clone)]
pub struct LiveRows {
    /// The rows, in the order of the page.
    pub rows: Vec<RwSignal<RunRow>>,
    pub pinned: Vec<RwSignal<RunRow>>,
    /// How many runs have come since.
    pub newer: ReadSignal<BoundedCount>,
    /// How many runs each tab has by now, in the order of the tabs.
    pub tabs: ReadSignal<Vec<BoundedCount>>,
    /// What has changed, in one line.
    pub announcement: ReadSignal<String>,
    /// How up to date this is.
    pub live: Live,
}

impl LiveRows {
    /// Makes signals of the rows and begins to poll: also where nothing goes on, for others may start something.
    pub fn new(page: &RunPage, query: &HubQuery, frame: &HubContext) -> Self {
        let signals = |rows: &[RunRow]| rows.iter().cloned().map(RwSignal::new).collect::<Vec<_>>();
        let (rows, pinned) = (signals(&page.rows), signals(&page.pinned));
        let all: Arc<[_]> = rows.iter().chain(&pinned).copied().collect();
        let (newer, set_newer) = signal(BoundedCount::default());
        let (tabs, set_tabs) = signal(page.tabs.clone());
        let (announcement, announce) = signal(String::new());

        let filter = url::query(query.filter.to_query());
        // Only where the list begins does "newer than the first row" mean "new".
        let newest = if query.is_first_page() {
            newest(page, &query.filter)
        } else {
            String::new()
        };
        frame.observe(&page.rows, &[]);
        let clock = use_clock();
        let unread = Unread::new(frame.held);
        let ask = {
            let (all, frame) = (Arc::clone(&all), frame.clone());
            move || {
                let asked = asked(&all, &frame);
                let rows = asked.iter().map(|run| known(&all, *run)).collect::<Vec<_>>().join(",");
                poll_runs(
                    filter.clone(),
                    rows,
                    newest.clone(),
                    newer.with_untracked(|newer| newer.count),
                    unread.is_due(clock.read()),
                )
            }
        };
        let first = Some(pace(&all, frame));
        let held = frame.held;
        let frame = frame.clone();
        let live = poll(first, Wake::Look, Some(held), ask, move |answer: HubPoll| {
            if let Some(count) = answer.unread {
                unread.counted(count, clock.read());
            }
            frame.observe(&answer.rows, &answer.gone);
            let changed = apply(&all, answer.rows);
            if !changed.is_empty() {
                announce.set(in_one_line(&changed));
            }
            if newer.get_untracked() != answer.newer {
                set_newer.set(answer.newer);
            }
            if let Some(tabs) = answer.tabs {
                set_tabs.set(tabs);
            }
            Some(pace(&all, &frame))
        });
        Self {
            rows,
            pinned,
            newer,
            tabs,
            announcement,
            live,
        }
    }

    /// How many of the rows have ended by now.
    pub fn ended(&self) -> usize {
        let has_ended = |row: &&RwSignal<RunRow>| row.with(|run| !run.status.is_active());
        self.rows.iter().filter(has_ended).count()
    }
}

/// The unread count, asked for with the list instead of by a request of its own: by the list's page as long as it asks for anything.
#[derive(Clone, Copy)]
struct Unread {
    viewer: CurrentViewer,
    asked: StoredValue<Option<DateTime<Utc>>>,
}

impl Unread {
    /// `held` while the list does not ask.
    fn new(held: RwSignal<bool>) -> Self {
        let viewer = use_viewer();
        Effect::new(move |_| viewer.counts_unread.set(!held.get()));
        on_cleanup(move || {
            // The viewer may go with the page.
            let _ = viewer.counts_unread.try_set(false);
        });
        Self {
            viewer,
            asked: StoredValue::new(None),
        }
    }

    fn is_due(self, now: DateTime<Utc>) -> bool {
        let pause = TimeDelta::from_std(bell::PAUSE).unwrap_or_default() - TimeDelta::seconds(1);
        self.asked.get_value().is_none_or(|asked| now - asked >= pause)
    }

    fn counted(self, count: BoundedCount, now: DateTime<Utc>) {
        self.asked.set_value(Some(now));
        self.viewer.set_unread(count);
    }
}

fn active_id(run: &RunRow) -> Option<RunId> {
    run.status.is_active().then_some(run.id)
}

/// The rows that are active, and the runs that the viewer waits for wherever they are.
fn asked(rows: &[RwSignal<RunRow>], frame: &HubContext) -> Vec<RunId> {
    let mut asked: Vec<_> = rows.iter().filter_map(|run| run.with_untracked(active_id)).collect();
    for run in frame.awaited() {
        if !asked.contains(&run) {
            asked.push(run);
        }
    }
    asked
}

/// How a run is known, for the server to leave it out while it stays so: a run that is not shown is known by nothing.
fn known(rows: &[RwSignal<RunRow>], run: RunId) -> String {
    let stamp = rows
        .iter()
        .find_map(|row| row.with_untracked(|row| if row.id == run { row.stamp } else { None }));
    stamp.map_or_else(|| run.to_string(), |stamp| format!("{run}:{stamp}"))
}

fn pace(rows: &[RwSignal<RunRow>], frame: &HubContext) -> Duration {
    if asked(rows, frame).is_empty() { IDLE } else { PAUSE }
}

/// Puts the answer into the rows that differ, and returns those whose state is called something else now.
fn apply(rows: &[RwSignal<RunRow>], answer: Vec<RunRow>) -> Vec<RunRow> {
    let mut changed = Vec::new();
    for fresh in answer {
        let Some(row) = rows.iter().find(|row| row.with_untracked(|row| row.id == fresh.id)) else {
            continue;
        };
        if row.with_untracked(|row| *row == fresh) {
            continue;
        }
        if row.with_untracked(RunRow::badge) != fresh.badge() {
            changed.push(fresh.clone());
        }
        row.set(fresh);
    }
    changed
}

fn in_one_line(changed: &[RunRow]) -> String {
    match changed {
        [run] => copy::live::now(run.label(), &run.target, run.badge().word),
        runs => copy::live::changed(runs.len()),
    }
}

/// The cursor of the newest run on the page. Of the beginning of time, if there is none: whatever there is by then has come since.
fn newest(page: &RunPage, filter: &RunFilter) -> String {
    let at = |run: &RunRow| {
        if filter.tab.by_completion() {
            run.completed_at.unwrap_or(run.created_at)
        } else {
            run.created_at
        }
    };
    let newest = page.rows.first().map_or(RunKey::OLDEST, |run| RunKey {
        at: at(run).timestamp_micros(),
        id: run.id,
    });
    Cursor(newest).to_string()
}
