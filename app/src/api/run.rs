//! One run.

use domain::view::{ItemPage, RunDetail};
use leptos::prelude::*;

use super::Answer;

/// A run's page, whatever workspace is selected (R11).
#[server(name = LoadRun, prefix = "/_fn", endpoint = "run", input = server_fn::codec::GetUrl)]
pub async fn load_run(run: String) -> Answer<RunDetail> {
    super::guard::answer(ssr::load(&run).await)
}

/// The same with the items that the page shows, asked by the page itself while it is open: one request, which does not keep
/// the session alive.
#[server(name = PollRun, prefix = "/_fn", endpoint = "run_poll", input = server_fn::codec::GetUrl)]
pub async fn poll_run(
    run: String,
    #[server(default)] outcome: String,
    #[server(default)] after: String,
) -> Answer<RunDetail> {
    super::guard::answer(ssr::poll(&run, &outcome, &after).await)
}

/// A further page of a run's items. `outcome` is empty or one item outcome.
#[server(name = LoadItems, prefix = "/_fn", endpoint = "run_items", input = server_fn::codec::GetUrl)]
pub async fn load_items(
    run: String,
    #[server(default)] outcome: String,
    #[server(default)] after: String,
) -> Answer<ItemPage> {
    super::guard::answer(ssr::items(&run, &outcome, &after).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::view::{ItemPage, RunDetail};
    use ledger::runs::detail;

    use crate::api::Answer;
    use crate::api::guard::{self, told};
    use crate::error::AppError;

    pub(super) async fn load(run: &str) -> Answer<RunDetail> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let (run, access) = guard::run(&ledger, &user, run).await?;
        detail::find(&ledger, &access, run)
            .await
            .map_err(told)?
            .ok_or(AppError::NotFound)
    }

    pub(super) async fn poll(run: &str, outcome: &str, after: &str) -> Answer<RunDetail> {
        let mut detail = load(run).await?;
        if !outcome.is_empty() || !after.is_empty() {
            detail.items = items(run, outcome, after).await?;
        }
        Ok(detail)
    }

    pub(super) async fn items(run: &str, outcome: &str, after: &str) -> Answer<ItemPage> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let (run, access) = guard::run(&ledger, &user, run).await?;
        let outcome = match outcome {
            "" => None,
            word => Some(word.parse().map_err(|_| AppError::Invalid {
                field: "outcome".to_owned(),
                message: "This is not an outcome of items.".to_owned(),
            })?),
        };
        let after = Some(after).filter(|after| !after.is_empty());
        detail::items(&ledger, &access, run, outcome, after).await.map_err(told)
    }
}
