//! The query string of a page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::routes;

/// The query string of the page that asks, without `?`. It stays what it was once the page is being left: otherwise every
/// page would load itself a last time with the query of its successor. `pattern` is the page's own.
pub fn use_search(pattern: &'static str) -> Memo<String> {
    let location = use_location();
    let is_own = move |path: &str| routes::find(path).is_some_and(|route| route.pattern == pattern);
    Memo::new(move |before: Option<&String>| {
        let search = location.search.get();
        match before {
            Some(before) if location.pathname.with(|path| !is_own(path)) => before.clone(),
            _ => search,
        }
    })
}
