//! The overview.

use domain::overview::Overview;
use leptos::prelude::*;

use super::ApiResult;

/// The overview of the selected workspace, as far as the viewer may reach.
#[server(name = LoadOverview, prefix = "/_fn", endpoint = "overview", input = server_fn::codec::GetUrl)]
pub async fn load_overview() -> ApiResult<Overview> {
    super::guard::with_status(load().await)
}

#[cfg(feature = "ssr")]
async fn load() -> ApiResult<Overview> {
    use super::guard::{self, log_and_convert};

    let (ledger, _, access) = guard::selected_workspace().await?;
    ledger::overview::load(&ledger, &access).await.map_err(log_and_convert)
}
