//! Query strings, and paths with one. The paths are those of [`crate::routes`].
//!
//! Query strings are read and written by `domain::query` rather than through the router's map, which decodes values twice and encodes
//! them differently in the browser and on the server.

pub use domain::query::{bounded, encode, pairs, query, value};

use crate::routes;

/// The sign-in page, which says why one has to and brings back a form that was kept; empty for neither.
pub fn sign_in(error: &str, draft: &str) -> String {
    with_query(routes::SignIn::link(), &query([("error", error), ("draft", draft)]))
}

/// A path with a query string added to it, or as it is if that is empty.
pub fn with_query(path: &str, query: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}{joint}{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_alone_without_a_query() {
        assert_eq!(with_query("/a", ""), "/a");
        assert_eq!(with_query("/a", "tab=failed"), "/a?tab=failed");
        assert_eq!(with_query("/a?b", "draft=1"), "/a?b&draft=1");
    }
}
