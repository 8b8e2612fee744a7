//! How much a request may carry.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use http::Method;
use tokio::time::timeout;

use super::documents;

/// The largest form of ours is a tenth of it.
const MAX: usize = 64 * 1024;

/// How much more is read, and thrown away, before it is refused: a browser that is still sending when the connection closes
/// shows an error of its own instead of our answer.
const PATIENCE: usize = 1024 * 1024;

/// How long a body may take, all of it.
const PATIENCE_FOR_ALL: Duration = Duration::from_secs(10);

/// Reads the body before anything else happens, so that a request that is too large changes nothing. Nothing here streams.
pub(crate) async fn limit(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(read) = timeout(PATIENCE_FOR_ALL, read(body)).await else {
        return documents::too_slow(&parts.headers);
    };
    match read {
        Read::Whole(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Read::TooLarge => documents::too_large(&parts.headers),
        Read::Broken => documents::unreadable(&parts.headers),
    }
}

enum Read {
    Whole(Bytes),
    TooLarge,
    Broken,
}

async fn read(body: Body) -> Read {
    let mut whole = Vec::new();
    let mut seen = 0;
    let mut stream = body.into_data_stream();
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else { return Read::Broken };
        seen += chunk.len();
        if seen > PATIENCE {
            break;
        }
        if seen <= MAX {
            whole.extend_from_slice(&chunk);
        }
    }
    if seen > MAX {
        Read::TooLarge
    } else {
        Read::Whole(Bytes::from(whole))
    }
}
