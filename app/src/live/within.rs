//! Requests that end, whatever becomes of the network.

use std::future::Future;

use futures::future::abortable;
use leptos::prelude::set_timeout_with_handle;

use super::PATIENCE;
use crate::api::ApiResult;
use crate::error::AppError;

/// Waits for an answer, but not for ever: after [`PATIENCE`] the request is broken off, and the server counts as out of reach. On the
/// server, where a page waits for the ledger, there is nothing to add to the time limits of its own.
pub async fn within<T>(asked: impl Future<Output = ApiResult<T>>) -> ApiResult<T> {
    if cfg!(feature = "ssr") {
        return asked.await;
    }
    // What is dropped is broken off: the browser's request belongs to the future.
    let (asked, handle) = abortable(asked);
    let timer = set_timeout_with_handle(move || handle.abort(), PATIENCE).ok();
    let answer = asked.await.unwrap_or(Err(AppError::Unreachable));
    if let Some(timer) = timer {
        timer.clear();
    }
    answer
}
