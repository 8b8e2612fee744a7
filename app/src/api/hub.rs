//! The runs list.

use domain::id::RunId;
use domain::view::{BoundedCount, RunPage, RunRow};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Answer;

/// What has changed since a page of the hub was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubPoll {
    /// The rows asked for, as they are now; a row that is gone is left out.
    pub rows: Vec<RunRow>,
    /// Runs that the filter matches and that are newer than the page.
    pub newer: BoundedCount,
}

/// A page of the hub. `query` is the hub's own query string, as in the URL, without `?`.
#[server(name = LoadRuns, prefix = "/_fn", endpoint = "runs", input = server_fn::codec::GetUrl)]
pub async fn load_runs(#[server(default)] query: String) -> Answer<RunPage> {
    let _ = query;
    Err(crate::error::AppError::NotFound)
}

/// The given rows as they are now, and how many newer ones there are than `newest` (a cursor) under `query`.
/// `ids` is a comma-separated list of run ids: only the visible rows that are active.
#[server(name = PollRuns, prefix = "/_fn", endpoint = "runs_poll", input = server_fn::codec::GetUrl)]
pub async fn poll_runs(
    #[server(default)] query: String,
    #[server(default)] ids: String,
    #[server(default)] newest: String,
) -> Answer<HubPoll> {
    let _ = (query, ids, newest);
    let _: Option<RunId> = None;
    Err(crate::error::AppError::NotFound)
}
