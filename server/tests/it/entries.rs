//! One entry with valid arguments for each page and each server function: what the generated tests call (R11, R12).
//!
//! The arguments are the functions' own types, so one that is renamed or added does not compile here; a page or a function
//! without an entry fails [`every_page_and_function_has_an_entry`].

use std::collections::BTreeSet;

use app::api::{groups, hub, inventory, notifications, overview, roles, run, viewer, views};
use app::routes;
use domain::access::{Capability, Level, Role};
use domain::cursor::{Cursor, RunKey};
use http::{Method, StatusCode};
use leptos::server_fn::ServerFn;
use leptos::server_fn::axum::server_fn_paths;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Answer, Browser, TestApp};

/// The things that arguments name: real ones, or ones that nobody has.
#[derive(Debug, Clone)]
pub(crate) struct Things {
    pub(crate) run: String,
    pub(crate) tenant: String,
    /// A notification about the run.
    pub(crate) notification: String,
    /// A saved view of the owner.
    pub(crate) view: String,
}

impl Things {
    /// Ids of nothing.
    pub(crate) fn none() -> Self {
        Self {
            run: random(),
            tenant: random(),
            notification: random(),
            view: random(),
        }
    }

    /// A text without its ids, to compare what is said of one thing with what is said of another.
    pub(crate) fn unnamed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (id, name) in [
            (&self.run, "{run}"),
            (&self.tenant, "{tenant}"),
            (&self.notification, "{notification}"),
            (&self.view, "{view}"),
        ] {
            text = text.replace(id, name);
        }
        text
    }
}

/// Which key an entry needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// None: it answers with the person's own, or only what they may see of what spans keys.
    Nothing,
    /// A key in the workspace of the thing that it names. Whoever may not reach the thing gets the constant 404.
    Key(Capability, Level),
    /// To be the author of the view. To anybody else the view is not there.
    Author,
}

/// A page or a server function with its arguments.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) path: String,
    /// The same with parameters in braces, as the app knows it.
    pub(crate) pattern: String,
    pub(crate) method: Method,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) needs: Needs,
    /// What the answer to somebody who may must contain: that the arguments are read and do lead to the thing.
    pub(crate) shows: &'static str,
}

impl Entry {
    pub(crate) fn is_page(&self) -> bool {
        !self.pattern.starts_with("/_fn/")
    }

    pub(crate) async fn ask(&self, browser: &Browser<'_>) -> Answer {
        if self.is_page() {
            return browser.get(&self.path).await;
        }
        let fields: Vec<(&str, &str)> = (self.fields.iter())
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        browser.call(self.method.clone(), &self.path, &fields).await
    }

    /// What the role holds is what the entry needs.
    pub(crate) fn opens_for(&self, role: Role) -> bool {
        match self.needs {
            Needs::Nothing => true,
            Needs::Key(key, level) => role.level(key) >= Some(level),
            Needs::Author => role == Role::Owner,
        }
    }
}

/// Only the run and the tenant of [`things_of_contoso`].
pub(crate) async fn run_of_contoso(app: &TestApp) -> (String, String) {
    let things = things_of_contoso(app).await;
    (things.run, things.tenant)
}

pub(crate) fn random() -> String {
    Uuid::from_bytes(rand::random()).to_string()
}

/// The fields of a form: those of a structure, lists by index.
fn fields(arguments: &impl Serialize) -> Vec<(String, String)> {
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let Value::Object(map) = serde_json::to_value(arguments).unwrap() else {
        panic!("arguments are a structure")
    };
    let mut fields = Vec::new();
    for (name, value) in map {
        match value {
            Value::Array(values) => {
                let indexed = values.into_iter().enumerate();
                fields.extend(indexed.map(|(at, value)| (format!("{name}[{at}]"), text(value))));
            }
            value => fields.push((name, text(value))),
        }
    }
    fields
}

fn function<F: ServerFn + Serialize>(arguments: &F, needs: Needs, shows: &'static str) -> Entry {
    let (_, method) = server_fn_paths()
        .find(|(path, _)| *path == F::PATH)
        .expect("the function is registered");
    Entry {
        path: F::PATH.to_owned(),
        pattern: F::PATH.to_owned(),
        method,
        fields: fields(arguments),
        needs,
        shows,
    }
}

fn page(pattern: &str, things: &Things, needs: Needs, shows: &'static str) -> Entry {
    Entry {
        path: pattern
            .replace("{run}", &things.run)
            .replace("{tenant}", &things.tenant),
        pattern: pattern.to_owned(),
        method: Method::GET,
        fields: Vec::new(),
        needs,
        shows,
    }
}

/// Of an inventory sync.
const SEES_RUN: Needs = Needs::Key(Capability::InventorySync, Level::View);

/// Every page with what it is about.
pub(crate) fn pages_of(things: &Things) -> Vec<Entry> {
    use Capability::{DirectorySync, InventorySync};
    let of = |pattern, needs, shows| page(pattern, things, needs, shows);
    vec![
        of(routes::Hub::PATTERN, Needs::Nothing, "Operations"),
        of(routes::Overview::PATTERN, Needs::Nothing, "Overview"),
        of(routes::Run::PATTERN, SEES_RUN, "Contoso"),
        of(routes::Notifications::PATTERN, Needs::Nothing, "Notifications"),
        of(
            routes::Inventory::PATTERN,
            Needs::Key(InventorySync, Level::View),
            "Contoso",
        ),
        of(
            routes::Groups::PATTERN,
            Needs::Key(DirectorySync, Level::View),
            "Contoso",
        ),
        of(
            "/admin/tenants/{tenant}/roles",
            Needs::Key(DirectorySync, Level::View),
            "Contoso",
        ),
        // Files, which the app knows as links only.
        of(routes::ExportCsv::PATTERN, Needs::Nothing, "operation"),
        of(routes::ExportJsonl::PATTERN, Needs::Nothing, ""),
    ]
}

/// Pages that lead whoever is signed in elsewhere.
pub(crate) const ELSEWHERE: [&str; 4] = [
    routes::Root::PATTERN,
    routes::Admin::PATTERN,
    routes::SignIn::PATTERN,
    routes::NoAccess::PATTERN,
];

/// The functions that are asked by GET.
fn looking(things: &Things) -> Vec<Entry> {
    use Capability::{DirectorySync, InventorySync};
    let (run, tenant) = (&things.run, &things.tenant);
    let some = String::new;
    vec![
        function(&hub::LoadHub {}, Needs::Nothing, "people"),
        function(
            &hub::LoadRuns {
                query: format!("tenant={tenant}"),
            },
            Needs::Nothing,
            "Contoso",
        ),
        function(
            &hub::PollRuns {
                query: format!("tenant={tenant}"),
                rows: format!("{run}:0"),
                newest: Cursor(RunKey::OLDEST).to_string(),
                newer: 0,
                unread: true,
            },
            Needs::Nothing,
            "Contoso",
        ),
        function(&overview::LoadOverview {}, Needs::Nothing, "board"),
        function(
            &run::LoadRun {
                run: run.clone(),
                outcome: "failed".to_owned(),
                reason: some(),
                after: some(),
            },
            SEES_RUN,
            "Contoso",
        ),
        function(
            &run::PollRun {
                run: run.clone(),
                outcome: some(),
                reason: some(),
                after: some(),
                seen: some(),
            },
            SEES_RUN,
            "Contoso",
        ),
        function(
            &inventory::LoadInventory {
                tenant: tenant.clone(),
                q: "A".to_owned(),
                after: some(),
                draft: some(),
            },
            Needs::Key(InventorySync, Level::View),
            "Contoso",
        ),
        function(
            &groups::LoadGroups {
                tenant: tenant.clone(),
                q: "A".to_owned(),
                after: some(),
                draft: some(),
            },
            Needs::Key(DirectorySync, Level::View),
            "Contoso",
        ),
        function(
            &roles::LoadRoles {
                tenant: tenant.clone(),
                q: "A".to_owned(),
                after: some(),
                draft: some(),
            },
            Needs::Key(DirectorySync, Level::View),
            "Contoso",
        ),
        function(
            &notifications::LoadNotifications { after: some() },
            Needs::Nothing,
            "unread",
        ),
        function(&notifications::PollNotifications {}, Needs::Nothing, ""),
        function(&viewer::LoadViewer {}, Needs::Nothing, "tenants"),
    ]
}

/// The functions that are asked by POST.
fn changing(things: &Things) -> Vec<Entry> {
    use Capability::{DirectorySync, InventorySync};
    let (tenant, notification, view) = (&things.tenant, &things.notification, &things.view);
    let some = String::new;
    let mark = |id: &str, group: &str, until: &str| {
        let arguments = notifications::MarkRead {
            id: id.to_owned(),
            group: group.to_owned(),
            until: until.to_owned(),
        };
        function(&arguments, Needs::Nothing, "")
    };
    vec![
        function(
            &inventory::StartInventorySync {
                tenant: tenant.clone(),
                types: vec!["deviceCompliancePolicy".to_owned()],
                idempotency_key: random(),
            },
            Needs::Key(InventorySync, Level::Start),
            "run",
        ),
        function(
            &groups::StartGroupsSync {
                tenant: tenant.clone(),
                idempotency_key: random(),
            },
            Needs::Key(DirectorySync, Level::Start),
            "run",
        ),
        function(
            &roles::StartRoleDefinitionsSync {
                tenant: tenant.clone(),
                idempotency_key: random(),
            },
            Needs::Key(DirectorySync, Level::Start),
            "run",
        ),
        mark(notification, "", ""),
        mark("", notification, ""),
        mark("", "", notification),
        function(
            &views::SaveView {
                name: format!("View {}", random()),
                query: "status=failed".to_owned(),
                shared: some(),
            },
            Needs::Nothing,
            "",
        ),
        function(
            &views::ChangeView {
                id: view.clone(),
                name: "Renamed".to_owned(),
                shared: some(),
            },
            Needs::Author,
            "",
        ),
        function(&views::DeleteView { id: view.clone() }, Needs::Author, ""),
    ]
}

/// Every server function, those that look first.
pub(crate) fn functions_of(things: &Things) -> Vec<Entry> {
    let mut all = looking(things);
    all.extend(changing(things));
    all
}

/// What a run of Contoso, started by the owner, leaves: the run, its notification; and a view of the owner.
pub(crate) async fn things_of_contoso(app: &TestApp) -> Things {
    let owner = app.signed_in("owner@northwind.example").await;
    let tenant = app.id_of("select id from tenants where name = 'Contoso'").await;
    let nothing = Things {
        tenant: tenant.to_string(),
        ..Things::none()
    };
    for entry in changing(&nothing) {
        if entry.path.ends_with("start_inventory_sync") || entry.path.ends_with("save_view") {
            let answer = entry.ask(&owner).await;
            assert_eq!(answer.status, StatusCode::OK, "{}: {}", entry.path, answer.text());
        }
    }
    Things {
        run: app.id_of("select id from operation_runs").await.to_string(),
        notification: app.id_of("select id from notifications").await.to_string(),
        view: app.id_of("select id from saved_views").await.to_string(),
        ..nothing
    }
}

#[test]
fn every_page_and_function_has_an_entry() {
    let things = Things::none();
    let listed = |entries: Vec<Entry>| -> BTreeSet<String> { entries.into_iter().map(|entry| entry.pattern).collect() };
    let functions: BTreeSet<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert!(
        functions.len() >= 15 && functions.iter().all(|path| path.starts_with("/_fn/")),
        "explicit paths, no hashes: {functions:?}"
    );
    assert_eq!(listed(functions_of(&things)), functions, "server functions");
    let mut known = listed(pages_of(&things));
    known.extend(ELSEWHERE.map(str::to_owned));
    let rows: BTreeSet<String> = (routes::ROUTES.iter()).map(|route| route.pattern.to_owned()).collect();
    assert_eq!(known, rows, "pages and files");
}
