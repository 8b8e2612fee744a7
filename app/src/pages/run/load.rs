//! What the run page asks the server, at first and while the run is active.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::cursor::CURSOR_MAX;
use domain::items::ItemFilter;
use domain::status::ItemOutcome;
use domain::version_tag::VersionTag;
use domain::view::{RunDetail, RunPoll, RunRow};

use crate::api::ApiResult;
use crate::api::run::{load_run, poll_run};
use crate::routes;
use crate::url;

/// The longest outcome or reason that is taken, in characters: no code is as long. Each link of the page repeats it.
const WORD_MAX: usize = 100;

/// Which run, and which of its items, as the URL says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunQuery {
    pub run: String,
    /// Only items of this outcome; all of them if empty.
    pub outcome: String,
    /// Only items with this reason; all of them if empty.
    pub reason: String,
    /// Cursor: items after this.
    pub after: String,
}

impl RunQuery {
    /// From the path's run and the query string.
    pub fn new(run: String, search: &str) -> Self {
        Self {
            run,
            outcome: url::bounded(search, "outcome", WORD_MAX),
            reason: url::bounded(search, "reason", WORD_MAX),
            after: url::bounded(search, "after", CURSOR_MAX),
        }
    }

    /// The items it asks for, understood.
    pub fn filter(&self) -> ItemFilter {
        ItemFilter::parse(&self.outcome, &self.reason, &self.after)
    }

    fn href(&self, outcome: &str, reason: &str, after: &str) -> String {
        let query = url::query([("outcome", outcome), ("reason", reason), ("after", after)]);
        url::with_query(&routes::Run::PATTERN.replace("{run}", &self.run), &query)
    }

    /// Where the items of one outcome are, or all of them.
    pub fn of_outcome(&self, outcome: Option<ItemOutcome>) -> String {
        self.href(outcome.map(ItemOutcome::as_str).unwrap_or_default(), "", "")
    }

    /// Where the items with one reason are.
    pub fn of_reason(&self, code: &str) -> String {
        format!("{}#items", self.href("", code, ""))
    }

    /// The same list without the outcome.
    pub fn without_outcome(&self) -> String {
        self.href("", &self.reason, "")
    }

    /// The same list without the reason.
    pub fn without_reason(&self) -> String {
        self.href(&self.outcome, "", "")
    }

    /// Where the same list begins.
    pub fn first(&self) -> String {
        format!("{}#items", self.href(&self.outcome, &self.reason, ""))
    }

    /// Where further items are.
    pub fn more(&self, cursor: &str) -> String {
        format!("{}#items", self.href(&self.outcome, &self.reason, cursor))
    }
}

/// The run, with the items that the URL asks for.
pub async fn load(query: RunQuery) -> ApiResult<RunDetail> {
    load_run(query.run, query.outcome, query.reason, query.after).await
}

/// The same again, while the page is open, if it is not as `seen`.
pub async fn reload(query: RunQuery, seen: VersionTag) -> ApiResult<RunPoll> {
    poll_run(query.run, query.outcome, query.reason, query.after, seen.to_string()).await
}

/// How long to wait before asking again, by the age of the run; `None` once it has ended.
pub fn pace(run: &RunRow, now: DateTime<Utc>) -> Option<Duration> {
    if !run.status.is_active() {
        return None;
    }
    let age = now - run.created_at;
    Some(Duration::from_secs(match age {
        age if age < TimeDelta::seconds(10) => 1,
        age if age < TimeDelta::seconds(60) => 5,
        _ => 10,
    }))
}
