//! The query string of a page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The query string of the page that asks, without `?`. It stays what it was once the page is being left: otherwise every
/// page would load itself a last time with the query of its successor. `is_own` tells the page's paths from others.
pub fn use_search(is_own: impl Fn(&str) -> bool + Send + Sync + 'static) -> Memo<String> {
    let location = use_location();
    Memo::new(move |before: Option<&String>| {
        let search = location.search.get();
        match before {
            Some(before) if location.pathname.with(|path| !is_own(path)) => before.clone(),
            _ => search,
        }
    })
}
