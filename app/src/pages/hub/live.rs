//! Keeping the rows that are shown up to date, and counting what has come since (DESIGN §6).

use std::sync::Arc;
use std::time::Duration;

use domain::filter::{Cursor, RunFilter};
use domain::id::RunId;
use domain::view::{BoundedCount, RunPage, RunRow};
use leptos::prelude::*;

use super::frame::Frame;
use super::query::HubQuery;
use crate::api::hub::{HubPoll, poll_runs};
use crate::copy;
use crate::live::{Liveness, Wake, poll_unless};
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
        let (announcement, announce) = signal(String::new());

        let filter = url::query(query.filter.to_query());
        // Only where the list begins does "newer than the first row" mean "new".
        let newest = if query.is_first_page() {
            newest(page, &query.filter)
        } else {
            String::new()
        };
        frame.observe_shown(&page.rows);
        let ask = {
            let (all, frame) = (Arc::clone(&all), frame.clone());
            move || {
                let asked = asked(&all, &frame);
                let ids = asked.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
                let answer = poll_runs(filter.clone(), ids, newest.clone());
                async move { Ok((asked, answer.await?)) }
            }
        };
        let first = is_waiting(&all, frame).then_some(PAUSE);
        let held = frame.held;
        let frame = frame.clone();
        let liveness = poll_unless(
            held,
            first,
            Wake::Look,
            ask,
            move |(asked, answer): (Vec<RunId>, HubPoll)| {
                frame.observe(&asked, &answer.rows);
                let changed = apply(&all, answer.rows);
                if !changed.is_empty() {
                    announce.set(in_one_line(&changed));
                }
                if newer.get_untracked() != answer.newer {
                    set_newer.set(answer.newer);
                }
                is_waiting(&all, &frame).then_some(PAUSE)
            },
        );
        Self {
            rows,
            pinned,
            newer,
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
