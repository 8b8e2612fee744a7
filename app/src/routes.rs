//! Every address that people visit, one row each: no other file spells one.
//!
//! Of a row come the path for the router (`Hub::segments()`), links (`Run::link(id)`), the place in the navigation, the title
//! (`Hub::TITLE`), who may enter (`server::web::gate`) and `end2end/routes.json`, by which every route is visited. A new page is a
//! row here, its component, and its `<Route>` in `app.rs`; tests fail while one of them is missing.

#[macro_use]
mod row;

use domain::id::{RunId, TenantId};
use domain::operation::OwnerPage;
use leptos_router::SsrMode;

pub use self::row::{Navigation, Parameter, Route, RouteClass, Serves};
use crate::copy;
use crate::glyph::Glyph;

/// How the server renders every page. The other modes decide the status before the page is known, and their pages are not complete
/// without JavaScript.
pub const SSR: SsrMode = SsrMode::Async;

routes! {
    /// Where a bare host name leads.
    Root [] {
        serves: Serves::Redirect,
        class: RouteClass::Public,
        title: copy::hub::TITLE,
        navigation: None,
    }

    /// The sign-in page.
    SignIn ["sign-in"] {
        serves: Serves::Page,
        class: RouteClass::SignIn,
        title: copy::account::SIGN_IN,
        navigation: None,
    }

    /// Leads to the hub. Everything below it is for people who are signed in.
    Admin ["admin"] {
        serves: Serves::Redirect,
        class: RouteClass::Workspace,
        title: copy::hub::TITLE,
        navigation: None,
    }

    /// What people in no workspace see.
    NoAccess ["admin" / "no-access"] {
        serves: Serves::Page,
        class: RouteClass::NoWorkspace,
        title: copy::account::NO_ACCESS,
        navigation: None,
    }

    /// The list of runs. People begin here.
    Hub ["admin" / "operations"] {
        serves: Serves::Page,
        class: RouteClass::Workspace,
        title: copy::hub::TITLE,
        navigation: Some(Navigation::Main(Glyph::Operations)),
    }

    /// How up to date tenants are and how runs came out.
    Overview ["admin" / "operations" / "overview"] {
        serves: Serves::Page,
        class: RouteClass::Workspace,
        title: copy::overview::TITLE,
        navigation: Some(Navigation::Below(Glyph::Overview)),
    }

    /// The list of runs as a file for spreadsheets.
    ExportCsv ["admin" / "operations" / "export.csv"] {
        serves: Serves::File,
        class: RouteClass::Workspace,
        title: copy::hub::EXPORT_CSV,
        navigation: None,
    }

    /// The list of runs as a file for programs.
    ExportJsonl ["admin" / "operations" / "export.jsonl"] {
        serves: Serves::File,
        class: RouteClass::Workspace,
        title: copy::hub::EXPORT_JSONL,
        navigation: None,
    }

    /// A run.
    Run(run: RunId) ["admin" / "operations" / run] {
        serves: Serves::Page,
        class: RouteClass::Run,
        title: copy::hub::TITLE,
        navigation: None,
    }

    /// The viewer's notifications.
    Notifications ["admin" / "notifications"] {
        serves: Serves::Page,
        class: RouteClass::Workspace,
        title: copy::notifications::TITLE,
        navigation: Some(Navigation::Main(Glyph::Bell)),
    }

    /// The policies of a tenant.
    Inventory(tenant: TenantId) ["admin" / "tenants" / tenant / "inventory"] {
        serves: Serves::Page,
        class: RouteClass::Tenant,
        title: copy::start::INVENTORY,
        navigation: Some(Navigation::Tenant(Glyph::Inventory, Inventory::link)),
    }

    /// The groups of a tenant's directory.
    Groups(tenant: TenantId) ["admin" / "tenants" / tenant / "groups"] {
        serves: Serves::Page,
        class: RouteClass::Tenant,
        title: copy::groups::TITLE,
        navigation: Some(Navigation::Tenant(Glyph::Groups, Groups::link)),
    }

    /// The roles of a tenant's directory.
    Roles(tenant: TenantId) ["admin" / "tenants" / tenant / "roles"] {
        serves: Serves::Page,
        class: RouteClass::Tenant,
        title: copy::roles::TITLE,
        navigation: Some(Navigation::Tenant(Glyph::Person, Roles::link)),
    }
}

/// Whether a path is [`Admin`] or below it.
pub fn is_admin(path: &str) -> bool {
    (path.strip_prefix(Admin::link())).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The row of a path. One without parameters goes first: no id is `overview`.
pub fn find(path: &str) -> Option<&'static Route> {
    (ROUTES.iter().filter(|route| route.matches(path))).min_by_key(|route| route.parameters.len())
}

/// The page of a tenant that owns operations: its title, and what makes its link.
pub fn owner(page: OwnerPage) -> (&'static str, fn(TenantId) -> String) {
    match page {
        OwnerPage::Inventory => (Inventory::TITLE, Inventory::link),
        OwnerPage::Groups => (Groups::TITLE, Groups::link),
        OwnerPage::Roles => (Roles::TITLE, Roles::link),
    }
}

/// Who may enter a path, and the text in it that names the tenant or the run; empty for the other classes.
///
/// Paths that are no row's have a class too: below a run's or a tenant's they are of it, so that it takes as long to say that they are
/// not there (R11), and elsewhere below [`Admin`] they are the workspace's.
pub fn class_of(path: &str) -> (RouteClass, &str) {
    if let Some(route) = find(path).filter(|route| route.parameters.is_empty()) {
        return (route.class, "");
    }
    if !is_admin(path) {
        return (RouteClass::Public, "");
    }
    (ROUTES.iter())
        .find_map(|route| Some((route.class, route.first_parameter(path)?)))
        .unwrap_or((RouteClass::Workspace, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_makes_its_links_and_its_pattern() {
        let tenant: TenantId = "0199f0a4-7c00-7000-8000-000000000002".parse().unwrap();
        assert_eq!((Root::link(), Root::PATTERN), ("/", "/"));
        assert_eq!(Hub::link(), "/admin/operations");
        assert_eq!(Groups::PATTERN, "/admin/tenants/{tenant}/groups");
        assert_eq!(
            Groups::link(tenant),
            "/admin/tenants/0199f0a4-7c00-7000-8000-000000000002/groups"
        );
    }

    #[test]
    fn a_path_has_the_row_that_says_most_of_it() {
        for (path, row) in [
            ("/", Some("Root")),
            ("/sign-in", Some("SignIn")),
            ("/admin/operations", Some("Hub")),
            ("/admin/operations/", None),
            ("/admin/operations/overview", Some("Overview")),
            ("/admin/operations/abc", Some("Run")),
            ("/admin/operations/abc/items", None),
            ("/admin/tenants/abc/groups", Some("Groups")),
            ("/administrator", None),
        ] {
            assert_eq!(find(path).map(|route| route.name), row, "{path}");
        }
    }

    /// What a class is checked by is in the path, and rows that begin alike with a parameter are of one class.
    #[test]
    fn classes_that_name_a_thing_have_a_parameter_and_only_they() {
        for route in ROUTES {
            let names = matches!(route.class, RouteClass::Tenant | RouteClass::Run);
            assert_eq!(names, !route.parameters.is_empty(), "{}", route.name);
            assert_eq!(class_of(route.pattern).0, route.class, "{}", route.name);
            if route.class != RouteClass::Public && route.class != RouteClass::SignIn {
                assert!(is_admin(route.pattern), "{}: nobody is asked who they are", route.name);
            }
        }
    }

    #[test]
    fn every_path_below_admin_has_a_class() {
        use RouteClass::{NoWorkspace, Public, Run, SignIn, Tenant, Workspace};
        for (path, expected) in [
            ("/pkg/tenantatlas.js", (Public, "")),
            ("/administrator", (Public, "")),
            ("/sign-in", (SignIn, "")),
            ("/admin", (Workspace, "")),
            ("/admin/operations", (Workspace, "")),
            ("/admin/operations/abc", (Run, "abc")),
            ("/admin/operations/overview", (Workspace, "")),
            ("/admin/operations/abc/items", (Run, "abc")),
            ("/admin/operations/export.csv", (Workspace, "")),
            ("/admin/operations/export.jsonl", (Workspace, "")),
            ("/admin/operations/export.xls", (Run, "export.xls")),
            ("/admin/tenants/abc/inventory", (Tenant, "abc")),
            ("/admin/tenants/abc/whatever", (Tenant, "abc")),
            ("/admin/tenants", (Workspace, "")),
            ("/admin/no-access", (NoWorkspace, "")),
            ("/admin//operations/abc", (Workspace, "")),
            ("/admin/whatever", (Workspace, "")),
        ] {
            assert_eq!(class_of(path), expected, "{path}");
        }
    }
}
