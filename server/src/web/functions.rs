//! What stands before the server functions and behind them.
//!
//! `server_fn` answers whoever accepts HTML with a redirect to the `Referer`, whatever that is, with the error in the address; and
//! arguments that cannot be read with 500. Neither is right here.

use app::error::AppError;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{HOST, REFERER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use url::Url;

use super::{Web, documents, said};

/// The largest answer that is looked into. Errors are shorter.
const ERROR_MAX: usize = 64 * 1024;

/// Lets scripts and forms of this site through, and nobody who follows a link.
pub(crate) async fn guard(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/_fn/") {
        return next.run(request).await;
    }
    let headers = request.headers();
    let says = |name: &str, word: &str| headers.get(name).is_some_and(|value| value == word);
    // Of old browsers only `Accept` tells that it is a person who goes there.
    let navigates = says("sec-fetch-mode", "navigate") || documents::wants_page(headers);
    if request.method() != Method::POST && navigates {
        return documents::nothing_here();
    }
    let elsewhere = headers.contains_key("sec-fetch-site")
        && !says("sec-fetch-site", "same-origin")
        && !says("sec-fetch-site", "none");
    if elsewhere {
        return documents::cross_site();
    }
    match referer(headers, &web.settings.public_url) {
        Some(referer) => request.headers_mut().insert(REFERER, referer),
        None => request.headers_mut().remove(REFERER),
    };
    with_status(next.run(request).await).await
}

/// The page of ours that a form was sent from, as its `Referer` says it: without whatever is not path or query.
fn referer(headers: &HeaderMap, public: &Url) -> Option<HeaderValue> {
    let mut page = Url::parse(headers.get(REFERER)?.to_str().ok()?).ok()?;
    if !matches!(page.scheme(), "http" | "https") {
        return None;
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let ours = page.origin() == public.origin() || host.is_some_and(|host| authority(&page).eq_ignore_ascii_case(host));
    if !ours {
        return None;
    }
    page.set_username("").ok()?;
    page.set_password(None).ok()?;
    page.set_fragment(None);
    // What the page said of an earlier form is over.
    if page.query_pairs().any(|(name, _)| said::says(&name)) {
        let kept: Vec<(String, String)> = page
            .query_pairs()
            .into_owned()
            .filter(|(name, _)| !said::says(name))
            .collect();
        page.set_query(None);
        if !kept.is_empty() {
            page.query_pairs_mut().extend_pairs(kept);
        }
    }
    HeaderValue::try_from(String::from(page)).ok()
}

/// Host and port, as a `Host` header says them.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// An answer that is an error of ours, with that error's status: what fails before the function itself has another.
async fn with_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ERROR_MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&bytes)
        && let Ok(status) = StatusCode::from_u16(error.status())
    {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c06_only_pages_of_ours_are_led_back_to() {
        let public = Url::parse("https://operations.example.com").unwrap();
        let read = |referer: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REFERER, referer.parse().unwrap());
            headers.insert(HOST, "127.0.0.1:3000".parse().unwrap());
            super::referer(&headers, &public).map(|value| value.to_str().unwrap().to_owned())
        };
        for (ours, led) in [
            (
                "https://operations.example.com/admin?a=b#c",
                "https://operations.example.com/admin?a=b",
            ),
            ("http://127.0.0.1:3000/admin", "http://127.0.0.1:3000/admin"),
            (
                "http://127.0.0.1:3000/admin?__err=x&a=b&started=1",
                "http://127.0.0.1:3000/admin?a=b",
            ),
            (
                "http://evil.example@127.0.0.1:3000/admin",
                "http://127.0.0.1:3000/admin",
            ),
        ] {
            assert_eq!(read(ours).as_deref(), Some(led));
        }
        for foreign in [
            "https://evil.example/admin",
            "https://operations.example.com.evil.example/",
            "https://operations.example.com:444/",
            "https://127.0.0.1:3000@evil.example/",
            "http://127.0.0.1:3001/",
            "javascript:alert(1)//127.0.0.1:3000",
            "data:text/html,x",
            "//127.0.0.1:3000/",
            "/admin",
            "",
        ] {
            assert_eq!(read(foreign), None, "{foreign}");
        }
    }
}
