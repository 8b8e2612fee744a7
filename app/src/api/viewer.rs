//! Who is looking.

use domain::view::Viewer;
use leptos::prelude::*;

use super::Answer;

/// The person signed in, for the shell.
#[server(name = LoadViewer, prefix = "/_fn", endpoint = "viewer", input = server_fn::codec::GetUrl)]
pub async fn load_viewer() -> Answer<Viewer> {
    Err(crate::error::AppError::NotFound)
}
