//! One run.

use domain::view::{RunDetail, RunPoll};
use leptos::prelude::*;

use super::Answer;

/// A run's page, whatever workspace is selected (R11), with the items that `outcome`, `reason` and `after` ask for; each may
/// be empty. What of them cannot be understood matches nothing.
#[server(name = LoadRun, prefix = "/_fn", endpoint = "run", input = server_fn::codec::GetUrl)]
pub async fn load_run(
    run: String,
    #[server(default)] outcome: String,
    #[server(default)] reason: String,
    #[server(default)] after: String,
) -> Answer<RunDetail> {
    super::guard::answer(ssr::load(&run, &outcome, &reason, &after).await)
}

/// The same, asked by the page itself while it is open: it does not keep the session alive, and is not said again if it is what
/// `seen` is the stamp of.
#[server(name = PollRun, prefix = "/_fn", endpoint = "run_poll", input = server_fn::codec::GetUrl)]
pub async fn poll_run(
    run: String,
    #[server(default)] outcome: String,
    #[server(default)] reason: String,
    #[server(default)] after: String,
    #[server(default)] seen: String,
) -> Answer<RunPoll> {
    super::guard::answer(ssr::poll(&run, &outcome, &reason, &after, &seen).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::items::ItemFilter;
    use domain::stamp::Stamp;
    use domain::view::{RunDetail, RunPoll};
    use ledger::Ledger;
    use ledger::permit::{OneRun, Permit};
    use ledger::run_page::detail;

    use crate::api::Answer;
    use crate::api::guard::{self, told};
    use crate::error::AppError;

    async fn here(run: &str) -> Answer<(Ledger, Permit<OneRun>)> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let permit = guard::run(&ledger, &user, run).await?;
        Ok((ledger, permit))
    }

    pub(super) async fn load(run: &str, outcome: &str, reason: &str, after: &str) -> Answer<RunDetail> {
        let (ledger, permit) = here(run).await?;
        let filter = ItemFilter::parse(outcome, reason, after);
        let found = detail::find(&ledger, &permit, &filter).await.map_err(told)?;
        found.ok_or(AppError::NotFound)
    }

    pub(super) async fn poll(run: &str, outcome: &str, reason: &str, after: &str, seen: &str) -> Answer<RunPoll> {
        let (ledger, permit) = here(run).await?;
        let filter = ItemFilter::parse(outcome, reason, after);
        let seen: Option<Stamp> = seen.parse().ok();
        let found = detail::again(&ledger, &permit, &filter, seen).await.map_err(told)?;
        found.ok_or(AppError::NotFound)
    }
}
