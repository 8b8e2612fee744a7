//! The runs list.

use domain::view::{HubFrame, HubPoll, RunPage};
use leptos::prelude::*;

use super::Answer;

/// What stands around the hub's list: people, saved views, what the viewer waits for.
#[server(name = LoadHub, prefix = "/_fn", endpoint = "hub", input = server_fn::codec::GetUrl)]
pub async fn load_hub() -> Answer<HubFrame> {
    super::guard::answer(ssr::frame().await)
}

/// A page of the hub. `query` is the hub's own query string, as in the URL, without `?`.
#[server(name = LoadRuns, prefix = "/_fn", endpoint = "runs", input = server_fn::codec::GetUrl)]
pub async fn load_runs(#[server(default)] query: String) -> Answer<RunPage> {
    super::guard::answer(ssr::load(&query).await)
}

/// What has changed of the given rows, and how many newer ones there are than `newest` (a cursor) under `query`, of which the
/// page knows `newer`; with `unread` also how many notifications are unread, for the page not to ask for that apart. `rows` is a comma-separated list of the visible rows that are active: the run's id and, after a colon, the
/// stamp of what is known of it.
#[server(name = PollRuns, prefix = "/_fn", endpoint = "runs_poll", input = server_fn::codec::GetUrl)]
pub async fn poll_runs(
    #[server(default)] query: String,
    #[server(default)] rows: String,
    #[server(default)] newest: String,
    #[server(default)] newer: u32,
    #[server(default)] unread: bool,
) -> Answer<HubPoll> {
    super::guard::answer(ssr::poll(&query, &rows, &newest, newer, unread).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::filter::HubQuery;
    use domain::id::RunId;
    use domain::stamp::Stamp;
    use domain::view::{HubFrame, HubPoll, RunPage};
    use ledger::runs::followed;
    use ledger::runs::list::{self, Side};
    use ledger::runs::poll::{self, Known};
    use ledger::{notifications, people, retention, saved_views};

    use crate::api::Answer;
    use crate::api::guard::{self, told};

    pub(super) async fn frame() -> Answer<HubFrame> {
        let (ledger, _, access) = guard::here().await?;
        let now = ledger.now();
        let mut tx = access.scope().begin(&ledger).await.map_err(told)?;
        Ok(HubFrame {
            people: people::initiators(&mut tx, &access).await.map_err(told)?,
            views: saved_views::list(&mut tx, &access).await.map_err(told)?,
            following: followed::active(&mut tx, &access, now).await.map_err(told)?,
            retention_days: retention::days(&mut tx, access.workspace.id).await.map_err(told)?,
        })
    }

    pub(super) async fn load(query: &str) -> Answer<RunPage> {
        let (ledger, _, access) = guard::here().await?;
        let query = HubQuery::parse(query);
        let (side, cursor_broken) = Side::read(&query.after, &query.before);
        let page = list::page(&ledger, &access, &query.filter, side).await.map_err(told)?;
        Ok(RunPage { cursor_broken, ..page })
    }

    /// A row that a page knows: an id, and a stamp if it says one.
    fn known(text: &str) -> Option<(RunId, Option<Stamp>)> {
        let (id, stamp) = text.split_once(':').unwrap_or((text, ""));
        Some((id.parse().ok()?, stamp.parse().ok()))
    }

    pub(super) async fn poll(query: &str, rows: &str, newest: &str, newer: u32, unread: bool) -> Answer<HubPoll> {
        let (ledger, user, access) = guard::here().await?;
        let known = Known {
            // No page shows more than this.
            rows: rows.split(',').take(2 * list::PAGE).filter_map(known).collect(),
            newest: newest.parse().ok(),
            newer,
        };
        let filter = HubQuery::parse(query).filter;
        let found = poll::poll(&ledger, &access, &filter, &known).await.map_err(told)?;
        let unread = if unread {
            Some(notifications::unread(&ledger, user.user).await.map_err(told)?)
        } else {
            None
        };
        Ok(HubPoll { unread, ..found })
    }
}
