//! Addresses as people and mail programs write them.

use app::routes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{StatusCode, Uri};

use super::next;

/// Leads an address with a slash at its end to the one without. Whatever is there or not: nothing is told by that (R11).
pub(crate) async fn without_slash(request: Request, next: Next) -> Response {
    match plain(request.uri()) {
        Some(location) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, location)]).into_response(),
        None => next.run(request).await,
    }
}

/// The address without the slash, if it has one and is a page's.
fn plain(uri: &Uri) -> Option<String> {
    let path = uri.path();
    let plain = path.trim_end_matches('/');
    // Below a path of ours, so never another site's, however the address begins.
    if plain.len() == path.len() || !(plain == routes::SignIn::link() || routes::is_admin(plain)) {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(next::location(&format!("{plain}{query}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_trailing_slash_leads_to_the_page_and_nowhere_else() {
        for (from, to) in [
            ("/admin/operations/", Some("/admin/operations")),
            (
                "/admin/operations/?tab=failed&q=a%20b",
                Some("/admin/operations?tab=failed&q=a%20b"),
            ),
            ("/admin/operations//", Some("/admin/operations")),
            ("/admin/", Some("/admin")),
            ("/sign-in/?next=%2Fadmin", Some("/sign-in?next=%2Fadmin")),
            ("/admin/operations", None),
            ("/", None),
            ("//evil.example/", None),
            ("//evil.example/admin/", None),
            ("//admin/", None),
            ("/pkg/", None),
            ("/administrator/", None),
        ] {
            let uri = Uri::builder().path_and_query(from).build().unwrap();
            assert_eq!(plain(&uri).as_deref(), to, "{from}");
        }
    }
}
