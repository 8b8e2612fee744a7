//! The runs list.

use domain::view::{BoundedCount, HubFrame, RunPage, RunRow};
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

/// The given rows as they are now, and how many newer ones there are than `newest` (a cursor) under `query`.
/// `ids` is a comma-separated list of run ids: only the visible rows that are active.
#[server(name = PollRuns, prefix = "/_fn", endpoint = "runs_poll", input = server_fn::codec::GetUrl)]
pub async fn poll_runs(
    #[server(default)] query: String,
    #[server(default)] ids: String,
    #[server(default)] newest: String,
) -> Answer<HubPoll> {
    super::guard::answer(ssr::poll(&query, &ids, &newest).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::filter::{Cursor, RunFilter};
    use domain::id::RunId;
    use domain::view::{HubFrame, RunPage};
    use ledger::access::Access;
    use ledger::runs::followed;
    use ledger::runs::list::{self, Side};
    use ledger::{Ledger, people, saved_views};

    use super::HubPoll;
    use crate::api::Answer;
    use crate::api::guard::{self, told};
    use crate::error::AppError;

    struct Asked {
        filter: RunFilter,
        side: Option<Side>,
        cursor_broken: bool,
    }

    fn read(query: &str) -> Asked {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let filter = RunFilter::parse(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())));
        let mut asked = Asked {
            filter,
            side: None,
            cursor_broken: false,
        };
        for (name, value) in &pairs {
            let side = match name.as_ref() {
                "after" => Side::After,
                "before" => Side::Before,
                _ => continue,
            };
            match value.parse::<Cursor>() {
                Ok(cursor) => asked.side = Some(side(cursor)),
                Err(_) => asked.cursor_broken = !value.is_empty(),
            }
        }
        asked
    }

    async fn scope() -> Answer<(Ledger, Access)> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let access = guard::workspace(&ledger, &user).await?.ok_or(AppError::NotFound)?;
        Ok((ledger, access))
    }

    /// The filter as the person may know it: what it names of others is unknown, and never means everything (R11).
    async fn judged(ledger: &Ledger, access: &Access, filter: RunFilter) -> Answer<RunFilter> {
        if !filter.names_somebody() {
            return Ok(filter);
        }
        let mut tx = access.scope().begin(ledger).await.map_err(told)?;
        Ok(people::known(&mut tx, access).await.map_err(told)?.judge(filter))
    }

    pub(super) async fn frame() -> Answer<HubFrame> {
        let (ledger, access) = scope().await?;
        let now = ledger.now();
        let mut tx = access.scope().begin(&ledger).await.map_err(told)?;
        Ok(HubFrame {
            people: people::initiators(&mut tx, access.workspace.id).await.map_err(told)?,
            views: saved_views::list(&mut tx, &access).await.map_err(told)?,
            following: followed::active(&mut tx, &access, now).await.map_err(told)?,
        })
    }

    pub(super) async fn load(query: &str) -> Answer<RunPage> {
        let (ledger, access) = scope().await?;
        let mut asked = read(query);
        asked.filter = judged(&ledger, &access, asked.filter).await?;
        let page = list::page(&ledger, &access, &asked.filter, asked.side)
            .await
            .map_err(told)?;
        Ok(RunPage {
            cursor_broken: asked.cursor_broken,
            ..page
        })
    }

    pub(super) async fn poll(query: &str, ids: &str, newest: &str) -> Answer<HubPoll> {
        let (ledger, access) = scope().await?;
        let visible: Vec<RunId> = ids.split(',').filter_map(|id| id.parse().ok()).collect();
        let newest = newest.parse::<Cursor>().ok();
        let filter = judged(&ledger, &access, read(query).filter).await?;
        let (rows, newer) = list::poll(&ledger, &access, &filter, &visible, newest)
            .await
            .map_err(told)?;
        Ok(HubPoll { rows, newer })
    }
}
