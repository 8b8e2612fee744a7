//! One run.

use domain::id::RunId;
use domain::view::{ItemPage, RunDetail};
use leptos::prelude::*;

use super::Answer;

/// A run's page, whatever workspace is selected (R11).
#[server(name = LoadRun, prefix = "/_fn", endpoint = "run", input = server_fn::codec::GetUrl)]
pub async fn load_run(run: String) -> Answer<RunDetail> {
    let _ = run.parse::<RunId>();
    Err(crate::error::AppError::NotFound)
}

/// A further page of a run's items. `outcome` is empty or one item outcome.
#[server(name = LoadItems, prefix = "/_fn", endpoint = "run_items", input = server_fn::codec::GetUrl)]
pub async fn load_items(
    run: String,
    #[server(default)] outcome: String,
    #[server(default)] after: String,
) -> Answer<ItemPage> {
    let _ = (run, outcome, after);
    Err(crate::error::AppError::NotFound)
}
