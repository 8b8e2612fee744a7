//! What cargo-leptos built for browsers: script, wasm and style.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use tower_http::services::{ServeDir, ServeFile};

use super::bundle::Bundle;
use super::{Web, documents};

/// Names below the bundle's folder change with its content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The one name that stays the same.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// The files, compressed beforehand where the build did that.
pub(crate) fn router(bundle: &Bundle) -> Router<Web> {
    let files = ServeDir::new(&bundle.folder)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    // For documents that do without the app, and know of no build.
    let style = ServeFile::new(bundle.folder.join("tenantatlas.css"))
        .precompressed_br()
        .precompressed_gzip();
    Router::new()
        .nest(
            &format!("/{}", bundle.path),
            kept(Router::new().fallback_service(files), FOR_EVER),
        )
        .merge(kept(Router::new().route_service("/pkg/tenantatlas.css", style), ASK))
}

/// What these answer may be kept by browsers.
fn kept(files: Router<Web>, how_long: HeaderValue) -> Router<Web> {
    files.layer(from_fn(move |request: Request, next: Next| {
        let how_long = how_long.clone();
        async move {
            if is_no_name(request.uri().path()) {
                return documents::nothing_here();
            }
            cached(next.run(request).await, how_long)
        }
    }))
}

/// The icon that pages name.
pub(crate) async fn icon() -> impl IntoResponse {
    const ICON: &[u8] = include_bytes!("../../../style/favicon.svg");
    (
        [
            (CONTENT_TYPE, "image/svg+xml"),
            (CACHE_CONTROL, "public, max-age=86400"),
        ],
        ICON,
    )
}

/// What no file of ours, and none of any file system, is called. Not worth an error in the log, which the file service would write.
fn is_no_name(path: &str) -> bool {
    path.len() > 255 || path.contains("%00")
}

/// What is missing must not be remembered as missing: the next deploy may bring it.
fn cached(mut response: Response, found: HeaderValue) -> Response {
    // It could not be read, whyever: there is no such file for whoever asks.
    if response.status().is_server_error() {
        return documents::nothing_here();
    }
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(CACHE_CONTROL, found);
    }
    response
}
