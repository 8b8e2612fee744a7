//! Signing in: a plain form post, so that it works before and without any script.

use app::{routes, url};
use axum::extract::rejection::FormRejection;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use domain::id::DraftId;
use http::HeaderMap;
use http::header::SET_COOKIE;
use ledger::drafts;
use ledger::password::Password;
use ledger::sessions::{self, Refusal, SessionState, SignIn, SignedIn};
use serde::Deserialize;

use super::{HOME, Peer, Web, address, next, session};

#[derive(Deserialize)]
pub(crate) struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    draft: String,
}

/// Signs in, then leads on to `next`, or to the form that was kept when an earlier session ended. Refused, it leads back with
/// the same answer whether or not there is such an account.
pub(crate) async fn sign_in(
    State(web): State<Web>,
    peer: Peer,
    Extension(before): Extension<SessionState>,
    headers: HeaderMap,
    form: Result<Form<Credentials>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else {
        return refused("invalid", "", "", "");
    };
    let peer = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    let attempt = SignIn {
        email: &form.email,
        password: Password::new(form.password),
        address: address::of_client(peer, &headers, &web.settings.trusted_proxies),
    };
    match sessions::sign_in(&web.ledger, attempt).await {
        Ok(Ok(signed_in)) => {
            let to = destination(&web, &signed_in, &form.next, &form.draft).await;
            end(&web, &before).await;
            (
                [(SET_COOKIE, session::cookie(&signed_in.token))],
                Redirect::to(&next::location(&to)),
            )
                .into_response()
        }
        Ok(Err(Refusal::Invalid)) => refused("invalid", "", &form.next, &form.draft),
        Ok(Err(Refusal::Throttled { retry_seconds })) => {
            refused("throttled", &retry_seconds.to_string(), &form.next, &form.draft)
        }
        Ok(Err(Refusal::Busy { retry_seconds })) => {
            tracing::warn!("too many people sign in at once; one was asked to try again");
            refused("unavailable", &retry_seconds.to_string(), &form.next, &form.draft)
        }
        Err(error) => {
            tracing::error!(%error, cause = ?error, "nobody can sign in");
            refused("unavailable", "", &form.next, &form.draft)
        }
    }
}

/// Back to the form, with why. The password is not brought back, nor is the address, which would end up in the history.
fn refused(error: &str, retry: &str, to: &str, draft: &str) -> Response {
    let to = next::valid(to).unwrap_or_default();
    let draft = draft
        .parse::<DraftId>()
        .map_or_else(|_| String::new(), |id| id.to_string());
    let query = url::query([("error", error), ("retry", retry), ("next", to), ("draft", &draft)]);
    Redirect::to(&url::with_query(routes::SignIn::link(), &query)).into_response()
}

/// The page of the kept form, if it was this person's; else `next`; else where everybody begins.
async fn destination(web: &Web, signed_in: &SignedIn, to: &str, draft: &str) -> String {
    if let Ok(id) = draft.parse::<DraftId>() {
        match drafts::find(&web.ledger, signed_in.user, id).await {
            Ok(Some(kept)) => return url::with_query(&kept.path, &url::query([("draft", id.to_string())])),
            Ok(None) => {}
            // The session is there by now; a form that cannot be found again is no reason to refuse it.
            Err(error) => tracing::warn!(%error, draft.id = %id, "draft {id} could not be read"),
        }
    }
    next::valid(to).unwrap_or(HOME).to_owned()
}

/// The session that this browser had until now: its cookie is about to be overwritten, so nobody could end it later.
async fn end(web: &Web, before: &SessionState) {
    if let SessionState::Active(user) = before
        && let Err(error) = sessions::sign_out(&web.ledger, user.session).await
    {
        tracing::warn!(%error, session.id = %user.session, "session {} could not be ended", user.session);
    }
}
