//! The addresses of the hub.

use domain::filter::{HubQuery, RunFilter};

use crate::routes;
use crate::url;

/// A place in the list of a filter.
pub fn at(query: &HubQuery) -> String {
    url::with_query(routes::Hub::link(), &query.to_query())
}

/// Where the list of a filter begins.
pub fn href(filter: RunFilter) -> String {
    at(&HubQuery::first_page(filter))
}
