//! Who gets to a page, decided before the app runs.
//!
//! The app asks again in each of its server functions; this is what makes the refusals cheap, and the 404 the same bytes
//! whatever the reason (R11).

use app::routes::{self, RouteClass};
use app::url;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::{RunId, TenantId};
use http::Method;
use ledger::access::{self, Membership, ResolvedAccess};
use ledger::people;
use ledger::permit::Missing;
use ledger::sessions::{CurrentUser, SessionState};
use uuid::Uuid;

use super::{HOME, Web, budget, documents, next, request_id};

/// Lets the request through with what was established in its extensions, or answers it.
pub(crate) async fn admit(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let (class, _) = routes::class_of(request.uri().path());
    if class == RouteClass::Public {
        return next.run(request).await;
    }
    let user = match request.extensions().get::<SessionState>() {
        Some(SessionState::Active(user)) => user.clone(),
        state => {
            let expired = matches!(state, Some(SessionState::Expired { .. }));
            return if class == RouteClass::SignIn {
                next.run(request).await
            } else {
                to_sign_in(&request, expired)
            };
        }
    };
    let access = {
        let (web, user, path) = (web.clone(), user.clone(), request.uri().path().to_owned());
        // To its end, as with who asks: see there.
        budget::to_its_end(async move { resolve(&web, &user, &path).await })
    };
    let access = match access.await {
        Some(Ok(access)) => access,
        None => return documents::busy(request.headers()),
        Some(Err(error)) => return documents::ledger_error(request.headers(), request_id::of(&request), &error),
    };
    match (class, access) {
        (RouteClass::SignIn, _) if request.method() == Method::POST => next.run(request).await,
        (RouteClass::SignIn, _) => Redirect::to(&next::location(&wanted(&request))).into_response(),
        (RouteClass::NoWorkspace, None) => next.run(request).await,
        (RouteClass::NoWorkspace, Some(_)) => Redirect::to(HOME).into_response(),
        (RouteClass::Run | RouteClass::Tenant, None) => documents::not_found(),
        (_, None) => Redirect::to(routes::NoAccess::link()).into_response(),
        (_, Some(PageAccess::Refused(missing))) => documents::forbidden(missing),
        (_, Some(PageAccess::Named(access))) => {
            request.extensions_mut().insert(access);
            next.run(request).await
        }
        (_, Some(PageAccess::Selected(member))) => {
            request.extensions_mut().insert(member);
            next.run(request).await
        }
    }
}

/// What a path leads this person to.
async fn resolve(web: &Web, user: &CurrentUser, path: &str) -> ledger::Result<Option<PageAccess>> {
    match routes::class_of(path) {
        (RouteClass::Run, id) => run(web, user, id).await,
        (RouteClass::Tenant, id) => tenant(web, user, id).await,
        _ => workspace(web, user).await,
    }
}

/// What a person may reach, for the app to use in the same request.
enum PageAccess {
    /// The run or the tenant that the path names: a [`ResolvedAccess`] in the request's extensions.
    Named(ResolvedAccess),
    /// The same, but without its key.
    Refused(Missing),
    /// The selected workspace: a [`Membership`] in the request's extensions.
    Selected(Membership),
}

/// A malformed id asks the database for a run that cannot be, so that it takes as long as any other.
async fn run(web: &Web, user: &CurrentUser, id: &str) -> ledger::Result<Option<PageAccess>> {
    let parsed = id.parse::<RunId>();
    let id = parsed.unwrap_or(RunId(Uuid::nil()));
    let found = access::for_run(&web.ledger, user.user, id)
        .await?
        .filter(|_| parsed.is_ok());
    Ok(found.map(|found| match found.permit() {
        Ok(permit) => PageAccess::Named(ResolvedAccess::Run(permit)),
        Err(missing) => PageAccess::Refused(missing),
    }))
}

/// As [`run`]. Which key the page needs, its server functions know and ask for.
async fn tenant(web: &Web, user: &CurrentUser, id: &str) -> ledger::Result<Option<PageAccess>> {
    let parsed = id.parse::<TenantId>();
    let id = parsed.unwrap_or(TenantId(Uuid::nil()));
    let member = access::for_tenant(&web.ledger, user.user, id)
        .await?
        .filter(|_| parsed.is_ok());
    Ok(member.map(|member| PageAccess::Named(ResolvedAccess::Tenant(id, member))))
}

/// The workspace selected in the session; if the person is not in it any more, or was in none when they signed in, the
/// first one they are in. It is not selected by that: looking writes nothing (R12).
async fn workspace(web: &Web, user: &CurrentUser) -> ledger::Result<Option<PageAccess>> {
    if let Some(member) = &user.selected_workspace {
        return Ok(Some(PageAccess::Selected(member.clone())));
    }
    let Some(first) = people::workspaces_of(&web.ledger, user.user).await?.into_iter().next() else {
        return Ok(None);
    };
    Ok(access::for_workspace(&web.ledger, user.user, first.id)
        .await?
        .map(PageAccess::Selected))
}

/// To sign-in, and from there back to here.
fn to_sign_in(request: &Request, expired: bool) -> Response {
    let error = if expired { "expired" } else { "" };
    // A form's answer cannot be asked for again.
    let here = if request.method().is_safe() {
        request.uri().path_and_query().map_or("", |path| path.as_str())
    } else {
        ""
    };
    let here = next::valid(here).filter(|path| *path != HOME).unwrap_or_default();
    let query = url::query([("error", error), ("next", here)]);
    Redirect::to(&url::with_query(routes::SignIn::link(), &query)).into_response()
}

/// Where a sign-in page of somebody already signed in leads.
fn wanted(request: &Request) -> String {
    let asked = url::pairs(request.uri().query().unwrap_or_default())
        .into_iter()
        .find(|(name, _)| name == "next")
        .map(|(_, value)| value);
    asked.as_deref().and_then(next::valid).unwrap_or(HOME).to_owned()
}
