//! What the run page asks the server, at first and while the run is active.

use std::time::Duration;

use chrono::TimeDelta;
use domain::status::ItemOutcome;
use domain::view::RunDetail;

use crate::api::Answer;
use crate::api::run::{load_items, load_run, poll_run};
use crate::url;

/// Which run, and which of its items, as the URL says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunQuery {
    /// The run.
    pub run: String,
    /// Only items of this outcome; all of them if empty.
    pub outcome: String,
    /// Cursor: items after this.
    pub after: String,
}

impl RunQuery {
    /// From the path's run and the query string.
    pub fn new(run: String, search: &str) -> Self {
        Self {
            run,
            outcome: url::value(search, "outcome"),
            after: url::value(search, "after"),
        }
    }

    /// Where the items of one outcome are, or all of them.
    pub fn items(&self, outcome: Option<ItemOutcome>) -> String {
        let query = url::query([("outcome", outcome.map(ItemOutcome::as_str).unwrap_or_default())]);
        url::with_query(&format!("{}/{}", url::HUB, self.run), &query)
    }

    /// Where further items are.
    pub fn more(&self, cursor: &str) -> String {
        let query = url::query([("outcome", self.outcome.as_str()), ("after", cursor)]);
        format!(
            "{}#items",
            url::with_query(&format!("{}/{}", url::HUB, self.run), &query)
        )
    }

    /// Whether the items are the ones that come with the run.
    pub fn is_plain(&self) -> bool {
        self.outcome.is_empty() && self.after.is_empty()
    }
}

/// The run, with the items that the URL asks for.
pub async fn load(query: RunQuery) -> Answer<RunDetail> {
    let mut detail = load_run(query.run.clone()).await?;
    if !query.is_plain() {
        detail.items = load_items(query.run, query.outcome, query.after).await?;
    }
    Ok(detail)
}

/// The same again, while the page is open.
pub async fn reload(query: RunQuery) -> Answer<RunDetail> {
    poll_run(query.run, query.outcome, query.after).await
}

/// How long to wait before asking again, by the age of the run; `None` once it has ended.
pub fn pace(detail: &RunDetail) -> Option<Duration> {
    if !detail.run.status.is_active() {
        return None;
    }
    let age = detail.now - detail.run.created_at;
    Some(Duration::from_secs(match age {
        age if age < TimeDelta::seconds(10) => 1,
        age if age < TimeDelta::seconds(60) => 5,
        _ => 10,
    }))
}
