//! The overview.

use domain::overview::Overview;
use leptos::prelude::*;

use super::Answer;

/// The overview of the selected workspace, as far as the viewer may reach.
#[server(name = LoadOverview, prefix = "/_fn", endpoint = "overview", input = server_fn::codec::GetUrl)]
pub async fn load_overview() -> Answer<Overview> {
    super::guard::answer(load().await)
}

#[cfg(feature = "ssr")]
async fn load() -> Answer<Overview> {
    use super::guard::{self, told};

    let (ledger, _, access) = guard::here().await?;
    ledger::overview::load(&ledger, &access).await.map_err(told)
}
