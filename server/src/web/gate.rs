//! Who gets to a page, decided before the app runs.
//!
//! The app asks again in each of its server functions; this is what makes the refusals cheap, and the 404 the same bytes
//! whatever the reason (R11).

use app::url;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::{RunId, TenantId};
use http::Method;
use ledger::access::{self, Membership, Resolved};
use ledger::people;
use ledger::permit::Missing;
use ledger::sessions::{CurrentUser, SessionState};
use uuid::Uuid;

use super::{HOME, Web, budget, documents, export, next, request_id};

const NO_ACCESS: &str = "/admin/no-access";

/// Whether a path is below `/admin`.
pub(crate) fn is_admin(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    /// Nothing that needs anybody.
    Open,
    SignIn,
    /// The page for people in no workspace.
    NoAccess,
    /// A run, whatever follows its id.
    Run(&'a str),
    /// A tenant, whatever follows its id.
    Tenant(&'a str),
    /// Anything else of the selected workspace.
    Workspace,
}

fn place(path: &str) -> Place<'_> {
    if path == "/sign-in" {
        return Place::SignIn;
    }
    if !is_admin(path) {
        return Place::Open;
    }
    // Beside the runs, and no run.
    if [export::CSV, export::JSONL].contains(&path) {
        return Place::Workspace;
    }
    let mut segments = path.split('/').skip(2);
    match (segments.next(), segments.next()) {
        (Some("no-access"), None) => Place::NoAccess,
        (Some("operations"), Some("overview")) => Place::Workspace,
        (Some("operations"), Some(id)) => Place::Run(id),
        (Some("tenants"), Some(id)) => Place::Tenant(id),
        _ => Place::Workspace,
    }
}

/// Lets the request through with what was established in its extensions, or answers it.
pub(crate) async fn admit(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let place = place(request.uri().path());
    if place == Place::Open {
        return next.run(request).await;
    }
    let user = match request.extensions().get::<SessionState>() {
        Some(SessionState::Active(user)) => user.clone(),
        state => {
            let expired = matches!(state, Some(SessionState::Expired { .. }));
            return if place == Place::SignIn {
                next.run(request).await
            } else {
                to_sign_in(&request, expired)
            };
        }
    };
    let found = {
        let (web, user, path) = (web.clone(), user.clone(), request.uri().path().to_owned());
        // To its end, as with who asks: see there.
        budget::to_its_end(async move { find(&web, &user, &path).await })
    };
    let found = match found.await {
        Some(Ok(found)) => found,
        None => return documents::busy(request.headers()),
        Some(Err(error)) => return documents::ledger_error(request.headers(), request_id::of(&request), &error),
    };
    match (place, found) {
        (Place::SignIn, _) if request.method() == Method::POST => next.run(request).await,
        (Place::SignIn, _) => Redirect::to(&next::location(&wanted(&request))).into_response(),
        (Place::NoAccess, None) => next.run(request).await,
        (Place::NoAccess, Some(_)) => Redirect::to(HOME).into_response(),
        (Place::Run(_) | Place::Tenant(_), None) => documents::not_found(),
        (_, None) => Redirect::to(NO_ACCESS).into_response(),
        (_, Some(Found::Refused(missing))) => documents::forbidden(missing),
        (_, Some(Found::Asked(resolved))) => {
            request.extensions_mut().insert(resolved);
            next.run(request).await
        }
        (_, Some(Found::Selected(member))) => {
            request.extensions_mut().insert(member);
            next.run(request).await
        }
    }
}

/// What a path leads this person to.
async fn find(web: &Web, user: &CurrentUser, path: &str) -> ledger::Result<Option<Found>> {
    match place(path) {
        Place::Run(id) => run(web, user, id).await,
        Place::Tenant(id) => tenant(web, user, id).await,
        _ => workspace(web, user).await,
    }
}

/// What a person may reach, for the app to use in the same request.
enum Found {
    /// Of the run or the tenant that the path names: a [`Resolved`] in the request's extensions.
    Asked(Resolved),
    /// The same, but without its key.
    Refused(Missing),
    /// Of the selected workspace: a [`Membership`] in the request's extensions.
    Selected(Membership),
}

/// A malformed id asks the database for a run that cannot be, so that it takes as long as any other.
async fn run(web: &Web, user: &CurrentUser, id: &str) -> ledger::Result<Option<Found>> {
    let parsed = id.parse::<RunId>();
    let id = parsed.unwrap_or(RunId(Uuid::nil()));
    let found = access::for_run(&web.ledger, user.user, id)
        .await?
        .filter(|_| parsed.is_ok());
    Ok(found.map(|found| match found.permit() {
        Ok(permit) => Found::Asked(Resolved::Run(permit)),
        Err(missing) => Found::Refused(missing),
    }))
}

/// As [`run`]. Which key the page needs, its server functions know and ask for.
async fn tenant(web: &Web, user: &CurrentUser, id: &str) -> ledger::Result<Option<Found>> {
    let parsed = id.parse::<TenantId>();
    let id = parsed.unwrap_or(TenantId(Uuid::nil()));
    let member = access::for_tenant(&web.ledger, user.user, id)
        .await?
        .filter(|_| parsed.is_ok());
    Ok(member.map(|member| Found::Asked(Resolved::Tenant(id, member))))
}

/// The workspace selected in the session; if the person is not in it any more, or was in none when they signed in, the
/// first one they are in. It is not selected by that: looking writes nothing (R12).
async fn workspace(web: &Web, user: &CurrentUser) -> ledger::Result<Option<Found>> {
    if let Some(member) = &user.here {
        return Ok(Some(Found::Selected(member.clone())));
    }
    let Some(first) = people::workspaces_of(&web.ledger, user.user).await?.into_iter().next() else {
        return Ok(None);
    };
    Ok(access::for_workspace(&web.ledger, user.user, first.id)
        .await?
        .map(Found::Selected))
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
    Redirect::to(&url::with_query(url::SIGN_IN, &query)).into_response()
}

/// Where a sign-in page of somebody already signed in leads.
fn wanted(request: &Request) -> String {
    let asked = url::pairs(request.uri().query().unwrap_or_default())
        .into_iter()
        .find(|(name, _)| name == "next")
        .map(|(_, value)| value);
    asked.as_deref().and_then(next::valid).unwrap_or(HOME).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_below_admin_is_guarded() {
        for (path, expected) in [
            ("/pkg/tenantatlas.js", Place::Open),
            ("/administrator", Place::Open),
            ("/sign-in", Place::SignIn),
            ("/admin/operations", Place::Workspace),
            ("/admin/operations/abc", Place::Run("abc")),
            ("/admin/operations/overview", Place::Workspace),
            ("/admin/operations/abc/items", Place::Run("abc")),
            ("/admin/operations/export.csv", Place::Workspace),
            ("/admin/operations/export.jsonl", Place::Workspace),
            ("/admin/operations/export.xls", Place::Run("export.xls")),
            ("/admin/tenants/abc/inventory", Place::Tenant("abc")),
            ("/admin/tenants", Place::Workspace),
            ("/admin/no-access", Place::NoAccess),
            ("/admin//operations/abc", Place::Workspace),
            ("/admin/whatever", Place::Workspace),
        ] {
            assert_eq!(place(path), expected, "{path}");
        }
    }
}
