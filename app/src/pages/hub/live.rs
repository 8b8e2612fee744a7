//! Keeping the rows that are shown up to date, and counting what has come since (DESIGN §6).

use std::sync::Arc;
use std::time::Duration;

use domain::filter::{Cursor, RunFilter};
use domain::id::RunId;
use domain::view::{BoundedCount, HubPoll, RunPage, RunRow};
use leptos::prelude::*;

use super::frame::Frame;
use super::query::HubQuery;
use crate::api::hub::poll_runs;
use crate::copy;
use crate::live::{Liveness, Wake, poll};
use crate::url;

/// How often the rows are asked for.
const PAUSE: Duration = Duration::from_secs(5);

/// The page's rows as signals, and what is known about them by now.
#[derive(Clone)]
pub struct LiveRows {
    /// The rows, in the order of the page.
    pub rows: Vec<RwSignal<RunRow>>,
    /// The pinned ones.
    pub pinned: Vec<RwSignal<RunRow>>,
    /// How many runs have come since.
    pub newer: ReadSignal<BoundedCount>,
    /// How many runs each tab has by now, in the order of the tabs.
    pub tabs: ReadSignal<Vec<BoundedCount>>,
    /// What has changed, in one line.
    pub announcement: ReadSignal<String>,
    /// Whether this goes on.
    pub liveness: ReadSignal<Liveness>,
}

impl LiveRows {
    /// Makes signals of the rows and begins to poll, if there is anything to wait for.
    pub fn new(page: &RunPage, query: &HubQuery, frame: &Frame) -> Self {
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
                )
            }
        };
        let first = is_waiting(&all, frame).then_some(PAUSE);
        let held = frame.held;
        let frame = frame.clone();
        let liveness = poll(first, Wake::Look, Some(held), ask, move |answer: HubPoll| {
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
            is_waiting(&all, &frame).then_some(PAUSE)
        });
        Self {
            rows,
            pinned,
            newer,
            tabs,
            announcement,
            liveness,
        }
    }
}

fn active_id(run: &RunRow) -> Option<RunId> {
    run.status.is_active().then_some(run.id)
}

/// The rows that are active, and the runs that the viewer waits for wherever they are.
fn asked(rows: &[RwSignal<RunRow>], frame: &Frame) -> Vec<RunId> {
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

fn is_waiting(rows: &[RwSignal<RunRow>], frame: &Frame) -> bool {
    !asked(rows, frame).is_empty()
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

/// The cursor of the newest run on the page; of the moment of the answer, if there is none.
fn newest(page: &RunPage, filter: &RunFilter) -> String {
    let at = |run: &RunRow| {
        if filter.tab.by_completion() {
            run.completed_at.unwrap_or(run.created_at)
        } else {
            run.created_at
        }
    };
    page.rows.first().map_or_else(
        || format!("{}.00000000-0000-0000-0000-000000000000", page.now.timestamp_micros()),
        |run| {
            Cursor {
                at: at(run).timestamp_micros(),
                id: run.id,
            }
            .to_string()
        },
    )
}
