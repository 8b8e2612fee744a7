//! The runs list.

use domain::view::{HubFrame, HubPoll, RunPage};
use leptos::prelude::*;

use super::ApiResult;

/// What stands around the hub's list: people, saved views, what the viewer waits for.
#[server(name = LoadHub, prefix = "/_fn", endpoint = "hub", input = server_fn::codec::GetUrl)]
pub async fn load_hub() -> ApiResult<HubFrame> {
    super::guard::with_status(ssr::frame().await)
}

/// A page of the hub. `query` is the hub's own query string, as in the URL, without `?`.
#[server(name = LoadRuns, prefix = "/_fn", endpoint = "runs", input = server_fn::codec::GetUrl)]
pub async fn load_runs(#[server(default)] query: String) -> ApiResult<RunPage> {
    super::guard::with_status(ssr::load(&query).await)
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
) -> ApiResult<HubPoll> {
    super::guard::with_status(ssr::poll(&query, &rows, &newest, newer, unread).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::filter::HubQuery;
    use domain::id::RunId;
    use domain::version_tag::VersionTag;
    use domain::view::{HubFrame, HubPoll, RunPage};
    use ledger::hub::followed;
    use ledger::hub::list::{self, Side};
    use ledger::hub::poll::{self, Known};
    use ledger::hub::saved_views;
    use ledger::{notifications, people, retention};

    use crate::api::ApiResult;
    use crate::api::guard::{self, log_and_convert};

    pub(super) async fn frame() -> ApiResult<HubFrame> {
        let (ledger, _, access) = guard::selected_workspace().await?;
        let now = ledger.now();
        let mut tx = access.scope().begin(&ledger).await.map_err(log_and_convert)?;
        Ok(HubFrame {
            people: people::initiators(&mut tx, &access).await.map_err(log_and_convert)?,
            views: saved_views::list(&mut tx, &access).await.map_err(log_and_convert)?,
            following: followed::active(&mut tx, &access, now).await.map_err(log_and_convert)?,
            retention_days: retention::days(&mut tx, access.workspace.id)
                .await
                .map_err(log_and_convert)?,
        })
    }

    pub(super) async fn load(query: &str) -> ApiResult<RunPage> {
        let (ledger, _, access) = guard::selected_workspace().await?;
        let query = HubQuery::parse(query);
        let (side, cursor_broken) = Side::read(&query.after, &query.before);
        let page = list::page(&ledger, &guard::saturated_counts(), &access, &query.filter, side)
            .await
            .map_err(log_and_convert)?;
        Ok(RunPage { cursor_broken, ..page })
    }

    /// A row that a page knows: an id, and a stamp if it says one.
    fn known(text: &str) -> Option<(RunId, Option<VersionTag>)> {
        let (id, stamp) = text.split_once(':').unwrap_or((text, ""));
        Some((id.parse().ok()?, stamp.parse().ok()))
    }

    pub(super) async fn poll(query: &str, rows: &str, newest: &str, newer: u32, unread: bool) -> ApiResult<HubPoll> {
        let (ledger, user, access) = guard::selected_workspace().await?;
        let known = Known {
            // No page shows more than this.
            rows: rows.split(',').take(2 * list::PAGE).filter_map(known).collect(),
            newest: newest.parse().ok(),
            newer,
        };
        let filter = HubQuery::parse(query).filter;
        let found = poll::poll(&ledger, &guard::saturated_counts(), &access, &filter, &known)
            .await
            .map_err(log_and_convert)?;
        let unread = if unread {
            Some(
                notifications::unread(&ledger, user.user)
                    .await
                    .map_err(log_and_convert)?,
            )
        } else {
            None
        };
        Ok(HubPoll { unread, ..found })
    }
}
