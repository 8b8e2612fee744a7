//! A name for each request, for finding in the log what somebody saw.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tower_http::classify::ServerErrorsFailureClass;
use tracing::Span;

/// In the answer, and in the request as the app sees it.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id of ours, whatever one it brings: a foreign one could be chosen to mislead whoever reads the log.
pub(crate) async fn assign(mut request: Request, next: Next) -> Response {
    let id =
        HeaderValue::try_from(format!("{:016x}", rand::random::<u64>())).unwrap_or(HeaderValue::from_static("unknown"));
    request.headers_mut().insert(HEADER, id.clone());
    let mut response = next.run(request).await;
    response.headers_mut().insert(HEADER, id);
    response
}

/// The id of a request.
pub(crate) fn of<B>(request: &http::Request<B>) -> &str {
    of_headers(request.headers())
}

/// The same, by its headers.
pub(crate) fn of_headers(headers: &HeaderMap) -> &str {
    headers.get(HEADER).and_then(|id| id.to_str().ok()).unwrap_or("unknown")
}

/// What the log says of an answer that is an error of ours. "Not now" is none: where that is news, it is said by whoever noticed, once
/// and not for each request.
pub(crate) fn failed(class: ServerErrorsFailureClass, latency: Duration, _: &Span) {
    let latency = latency.as_millis();
    match class {
        ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) => {
            tracing::debug!(latency, "not available");
        }
        class => tracing::error!(%class, latency, "a request failed"),
    }
}

/// What the log says of every line that belongs to a request: no query string and no header, which hold what people search
/// for and their cookies.
pub(crate) fn span<B>(request: &http::Request<B>) -> Span {
    tracing::info_span!("request", id = of(request), method = %request.method(), path = request.uri().path())
}
