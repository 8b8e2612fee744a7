//! Answers that do not need the app: whole documents without script, nonce or anything about the viewer.
//!
//! Whoever asked with script (a server function called by the hydrated app) gets the app's own error as JSON instead.

use std::any::Any;

use app::error::AppError;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use ledger::permit::Missing;
use tower_http::csrf::{ProtectionError, ResponseForProtectionError};

use super::HOME;
use super::budget::FILES_EACH;

/// When to try again if the database does not answer.
const RETRY_SECONDS: u32 = 5;

/// `text` is ours, never anybody's input: nothing is escaped.
fn document(status: StatusCode, title: &str, text: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · TenantAtlas Operations</title>\
         <link rel=\"stylesheet\" href=\"/pkg/tenantatlas.css\"></head>\
         <body class=\"document\"><main><h1>{title}</h1><p>{text}</p><p><a href=\"{HOME}\">Operations</a></p></main></body></html>\n"
    );
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

fn json(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(error)).into_response()
}

/// Whether a person's browser asks, as opposed to our script in it.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|text| text.contains("text/html")))
}

/// The one answer to no such thing, a malformed id, and somebody else's thing (R11).
pub(crate) fn not_found() -> Response {
    document(
        StatusCode::NOT_FOUND,
        "Not found",
        "There is no such page, or it is not yours to see.",
    )
}

/// A 404 that costs nothing.
pub(crate) fn nothing_here() -> Response {
    (StatusCode::NOT_FOUND, "Not found\n").into_response()
}

/// In scope, but without the key.
pub(crate) fn forbidden(Missing { key }: Missing) -> Response {
    let text = format!("You need the permission <code>{key}</code> to see this. Ask an owner of the workspace.");
    document(StatusCode::FORBIDDEN, "Permission missing", &text)
}

/// The database does not answer.
pub(crate) fn unavailable(headers: &HeaderMap) -> Response {
    let mut response = if wants_page(headers) {
        document(
            StatusCode::SERVICE_UNAVAILABLE,
            "Not available",
            "The database does not answer at the moment. Nothing was changed. Wait a few seconds and reload the page, or go back \
             and send the form again: it comes back by itself.",
        )
    } else {
        json(&AppError::Unavailable {
            retry_seconds: RETRY_SECONDS,
        })
    };
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    response
}

/// More is asked for than can be answered.
pub(crate) fn busy(headers: &HeaderMap) -> Response {
    let mut response = if wants_page(headers) {
        document(
            StatusCode::SERVICE_UNAVAILABLE,
            "Busy",
            "More is asked for at the moment than this service can answer, so this request was not begun and nothing was changed. Wait a \
             few seconds and reload the page, or go back and send the form again.",
        )
    } else {
        json(&AppError::Unavailable {
            retry_seconds: RETRY_SECONDS,
        })
    };
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    response
}

/// The person reads as many files at a time as one may.
pub(crate) fn too_many_files(headers: &HeaderMap) -> Response {
    let what = format!(
        "You are downloading {FILES_EACH} files already, and no more than that are made for one person at a time."
    );
    let mut response = if wants_page(headers) {
        let text = format!("{what} Wait until one of them is complete, or stop one, then ask for this one again.");
        document(StatusCode::TOO_MANY_REQUESTS, "Too many files at once", &text)
    } else {
        let message = format!("{what} Wait until one of them is complete, or stop one.");
        let body = axum::Json(AppError::Invalid {
            field: String::new(),
            message,
        });
        (StatusCode::TOO_MANY_REQUESTS, body).into_response()
    };
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    response
}

/// No answer in time. What was asked for may be done all the same: it goes on.
pub(crate) fn timed_out(headers: &HeaderMap, changes: bool) -> Response {
    let page = wants_page(headers);
    let mut response = match (page, changes) {
        (true, false) => document(
            StatusCode::SERVICE_UNAVAILABLE,
            "Not answered in time",
            "This took too long, so it was given up. Nothing was changed. Wait a few seconds and reload the page.",
        ),
        (true, true) => document(
            StatusCode::SERVICE_UNAVAILABLE,
            "Not answered in time",
            "This took too long. It may have been done all the same: look at the page again before you send the form once more.",
        ),
        (false, false) => json(&AppError::Unavailable {
            retry_seconds: RETRY_SECONDS,
        }),
        // The one error that does not say that nothing was changed.
        (false, true) => {
            let reference = super::request_id::of_headers(headers).to_owned();
            let mut response = json(&AppError::Internal { reference });
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response
        }
    };
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    response
}

/// The body did not come in time.
pub(crate) fn too_slow(headers: &HeaderMap) -> Response {
    let mut response = if wants_page(headers) {
        document(
            StatusCode::REQUEST_TIMEOUT,
            "Not received in time",
            "What you sent did not arrive in time, so nothing was changed. Go back and send it again.",
        )
    } else {
        let body = axum::Json(AppError::unreadable());
        (StatusCode::REQUEST_TIMEOUT, body).into_response()
    };
    // The rest of it may come yet, and is no request.
    response
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// An address that no link or form of ours makes.
pub(crate) fn address_too_long(headers: &HeaderMap) -> Response {
    if wants_page(headers) {
        document(
            StatusCode::URI_TOO_LONG,
            "Address too long",
            "This address is longer than any of this site, so nothing was looked up and nothing was changed. Go back: what you chose is \
             still there, and with fewer values it will be accepted.",
        )
    } else {
        let body = axum::Json(AppError::unreadable());
        (StatusCode::URI_TOO_LONG, body).into_response()
    }
}

/// A defect of ours; the reference finds it in the log.
pub(crate) fn broken(headers: &HeaderMap, reference: &str) -> Response {
    if wants_page(headers) {
        let text = format!("Something went wrong on our side. Reference: <code>{reference}</code>.");
        document(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", &text)
    } else {
        json(&AppError::Internal {
            reference: reference.to_owned(),
        })
    }
}

/// What the ledger could not do.
pub(crate) fn ledger_error(headers: &HeaderMap, reference: &str, error: &ledger::Error) -> Response {
    if let ledger::Error::Forbidden(missing) = error {
        forbidden(*missing)
    } else if error.is_unavailable() {
        tracing::warn!(%error, cause = ?error, "the database is not available");
        unavailable(headers)
    } else if error.is_unusable_input() {
        tracing::warn!(%error, cause = ?error, "a value was sent that the database cannot hold");
        unusable(headers)
    } else {
        tracing::error!(%error, cause = ?error, "a request failed");
        broken(headers, reference)
    }
}

/// More than a form of ours can hold.
pub(crate) fn too_large(headers: &HeaderMap) -> Response {
    if wants_page(headers) {
        document(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Too large",
            "What you sent is larger than any form of this site, so nothing was changed. Go back: what you typed is still there, \
             and when it is shorter it will be accepted.",
        )
    } else {
        let message = "This is larger than any form of this site.".to_owned();
        let body = axum::Json(AppError::Invalid {
            field: String::new(),
            message,
        });
        (StatusCode::PAYLOAD_TOO_LARGE, body).into_response()
    }
}

/// Something in the request is nothing that could be there.
fn unusable(headers: &HeaderMap) -> Response {
    if wants_page(headers) {
        document(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Not understood",
            "A value in this address or form cannot be used. Nothing was changed. Go back and correct it.",
        )
    } else {
        json(&AppError::unreadable())
    }
}

/// The request broke off.
pub(crate) fn unreadable(headers: &HeaderMap) -> Response {
    if wants_page(headers) {
        document(
            StatusCode::BAD_REQUEST,
            "Not understood",
            "The request could not be read. Nothing was changed. Go back and try again.",
        )
    } else {
        json(&AppError::unreadable())
    }
}

/// Answers what another site made a browser send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CrossSite;

impl ResponseForProtectionError<Body> for CrossSite {
    fn response_for_protection_error(&mut self, _: ProtectionError) -> Response {
        cross_site()
    }
}

/// Another site made a browser send this.
pub(crate) fn cross_site() -> Response {
    document(
        StatusCode::FORBIDDEN,
        "Refused",
        "This request came from another site, so it was refused and nothing was changed. If that was you, open the page here \
         and try again.",
    )
}

/// A panic must not take the connection down without an answer. What it said is for the log alone.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over like this")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(said = said.map(domain::sanitize::sanitize), "a request panicked");
    document(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong",
        "Something went wrong on our side. It is in the log; trying again may help.",
    )
}
