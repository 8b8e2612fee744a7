//! Paths of the app and query strings.
//!
//! Query strings are read and written by `domain::query` rather than through the router's map, which decodes values twice and encodes
//! them differently in the browser and on the server.

use domain::id::{RunId, TenantId};
pub use domain::query::{bounded, encode, pairs, query, value};

/// The hub.
pub const HUB: &str = "/admin/operations";
/// The overview.
pub const OVERVIEW: &str = "/admin/operations/overview";
/// The hub's list as a file for spreadsheets.
pub const EXPORT_CSV: &str = "/admin/operations/export.csv";
/// The hub's list as a file for programs.
pub const EXPORT_JSONL: &str = "/admin/operations/export.jsonl";
/// The viewer's notifications.
pub const NOTIFICATIONS: &str = "/admin/notifications";
/// The sign-in page.
pub const SIGN_IN: &str = "/sign-in";

/// The page of a run.
pub fn run(id: RunId) -> String {
    format!("{HUB}/{id}")
}

/// The inventory of a tenant.
pub fn inventory(tenant: TenantId) -> String {
    format!("/admin/tenants/{tenant}/inventory")
}

/// The groups of a tenant.
pub fn groups(tenant: TenantId) -> String {
    format!("/admin/tenants/{tenant}/groups")
}

/// A path with a query string, or alone if that is empty.
pub fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_alone_without_a_query() {
        assert_eq!(with_query(HUB, ""), HUB);
        assert_eq!(with_query(HUB, "tab=failed"), "/admin/operations?tab=failed");
    }
}
