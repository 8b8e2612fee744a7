//! The session cookie, and who it stands for.

use app::routes;
use axum::Extension;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use cookie::time::Duration;
use domain::id::WorkspaceId;
use http::header::SET_COOKIE;
use http::{HeaderMap, Method};
use ledger::sessions::{self, ABSOLUTE_DAYS, SessionState};
use serde::Deserialize;

use super::budget::{self, Budget};
use super::{HOME, Web, cookies, documents, next, request_id};

/// `__Host-`: browsers take it only with `Secure`, for this host alone and for every path, so that no neighbouring
/// subdomain can set it. They count http on loopback as secure.
const COOKIE_NAME: &str = "__Host-session";

/// The cookie that makes a browser the holder of a session; no script can read it.
pub(crate) fn cookie(token: &str) -> String {
    written(token, Duration::days(ABSOLUTE_DAYS))
}

/// The cookie that takes it away again.
fn removal() -> String {
    written("", Duration::ZERO)
}

fn written(token: &str, lifetime: Duration) -> String {
    cookies::of_this_site(COOKIE_NAME, token, lifetime)
        .http_only(true)
        .to_string()
}

/// The token in a request's cookies, if there is something that could be one.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    cookies::value(headers, COOKIE_NAME).filter(|value| {
        value.len() == 43
            && value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    })
}

/// Whether a request is of a kind for which it matters who asks.
fn matters(path: &str) -> bool {
    [routes::Admin::link(), "/_fn", "/session", routes::SignIn::link()]
        .iter()
        .any(|place| {
            path.strip_prefix(place)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

/// Whether a request shows that a person is there. Server functions whose name ends in `_poll` are asked by pages on their
/// own, also by a page that somebody left open.
fn shows_a_person(request: &Request) -> bool {
    !(request.method() == Method::GET
        && request.uri().path().starts_with("/_fn/")
        && request.uri().path().ends_with("_poll"))
}

/// Looks up the session and puts [`SessionState`] into the request's extensions.
pub(crate) async fn establish(
    State((web, budget)): State<(Web, Budget)>,
    mut request: Request,
    next: Next,
) -> Response {
    if !matters(request.uri().path()) {
        return next.run(request).await;
    }
    let state = match token(request.headers()).map(str::to_owned) {
        None => Ok(SessionState::None),
        Some(token) => {
            let (ledger, extend) = (web.ledger.clone(), shows_a_person(&request));
            let question = async move { sessions::look_up(&ledger, &token, extend).await };
            match budget::look_up(&budget, budget::asker(&web, &request), question).await {
                Some(state) => state,
                None => return documents::busy(request.headers()),
            }
        }
    };
    let state = match state {
        Ok(state) => state,
        // Whoever is about to sign in is nobody yet, so that page is shown all the same.
        Err(_) if request.uri().path() == routes::SignIn::link() => SessionState::None,
        Err(error) => return documents::ledger_error(request.headers(), request_id::of(&request), &error),
    };
    request.extensions_mut().insert(state);
    next.run(request).await
}

pub(crate) async fn sign_out(
    State(web): State<Web>,
    Extension(state): Extension<SessionState>,
    headers: HeaderMap,
) -> Response {
    let ended = match &state {
        SessionState::Active(user) => sessions::sign_out(&web.ledger, user.session).await,
        _ => Ok(()),
    };
    signed_out(&headers, ended)
}

/// Ends every session of the person, those of other browsers too.
pub(crate) async fn sign_out_everywhere(
    State(web): State<Web>,
    Extension(state): Extension<SessionState>,
    headers: HeaderMap,
) -> Response {
    let ended = match &state {
        SessionState::Active(user) => sessions::sign_out_everywhere(&web.ledger, user.user).await,
        _ => Ok(()),
    };
    signed_out(&headers, ended)
}

/// The cookie goes only once the session has: otherwise somebody would believe to be signed out and not be.
fn signed_out(headers: &HeaderMap, ended: ledger::Result<()>) -> Response {
    match ended {
        Ok(()) => ([(SET_COOKIE, removal())], Redirect::to(routes::SignIn::link())).into_response(),
        Err(error) => documents::ledger_error(headers, request_id::of_headers(headers), &error),
    }
}

/// The workspace switcher.
#[derive(Debug, Deserialize)]
pub(crate) struct Switch {
    workspace: String,
    #[serde(default)]
    next: String,
}

/// Selects another workspace in this session. One that does not exist and one that is not theirs are the same 404.
pub(crate) async fn switch_workspace(
    State(web): State<Web>,
    Extension(state): Extension<SessionState>,
    headers: HeaderMap,
    form: Result<Form<Switch>, FormRejection>,
) -> Response {
    let SessionState::Active(user) = &state else {
        return Redirect::to(routes::SignIn::link()).into_response();
    };
    let Ok(Form(form)) = form else {
        return documents::unreadable(&headers);
    };
    let workspace = form.workspace.parse().unwrap_or(WorkspaceId(uuid::Uuid::nil()));
    match sessions::switch_workspace(&web.ledger, user, workspace).await {
        Ok(true) => Redirect::to(&next::location(next::valid(&form.next).unwrap_or(HOME))).into_response(),
        Ok(false) => documents::not_found(),
        Err(error) => documents::ledger_error(&headers, request_id::of_headers(&headers), &error),
    }
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    fn read(cookies: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookies.parse().unwrap());
        token(&headers).map(str::to_owned)
    }

    #[test]
    fn only_what_could_be_a_token_is_looked_up() {
        let good = "a".repeat(43);
        assert_eq!(read(&format!("theme=dark; __Host-session={good}")), Some(good.clone()));
        for bad in [
            format!("session={good}"),
            "__Host-session=".to_owned(),
            format!("__Host-session={good}x"),
            format!("__Host-session={}", "'".repeat(43)),
        ] {
            assert_eq!(read(&bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_that_polls_does_not_extend_the_session() {
        let shows = |method: &str, path: &str| {
            shows_a_person(
                &Request::builder()
                    .method(method)
                    .uri(path)
                    .body(axum::body::Body::empty())
                    .unwrap(),
            )
        };
        assert!(!shows("GET", "/_fn/runs_poll?ids=1"));
        assert!(
            shows("GET", "/_fn/runs")
                && shows("POST", "/_fn/start_inventory_sync")
                && shows("GET", "/admin/operations")
        );
    }
}
