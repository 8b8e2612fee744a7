//! The routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{SsrMode, path};

use crate::clock::Clock;
use crate::hydrate_sync::hydrate_sync;
use crate::layout::Layout;
use crate::pages::groups::GroupsPage;
use crate::pages::hub::HubPage;
use crate::pages::inventory::InventoryPage;
use crate::pages::no_access::NoAccessPage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::notifications::NotificationsPage;
use crate::pages::overview::OverviewPage;
use crate::pages::run::RunPage;
use crate::pages::sign_in::SignInPage;
use crate::ui::heading::FocusedPath;
use crate::url;

/// The app, on the server and in the browser.
///
/// Every route renders in `Async` mode: the others decide the status before the page is known, and their pages are not
/// complete without JavaScript.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Clock::provide();
    view! {
        <Router>
            <Start/>
            <Routes fallback=|| hydrate_sync(NotFoundPage())>
                <Route path=path!("/") view=|| hydrate_sync(ToHub()) ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=|| hydrate_sync(SignInPage()) ssr=SsrMode::Async/>
                <Route path=path!("/admin") view=|| hydrate_sync(ToHub()) ssr=SsrMode::Async/>
                <ParentRoute path=path!("/admin") view=|| hydrate_sync(Layout()) ssr=SsrMode::Async>
                    <Route path=path!("/no-access") view=|| hydrate_sync(NoAccessPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/operations") view=|| hydrate_sync(HubPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/operations/overview") view=|| hydrate_sync(OverviewPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/operations/:run") view=|| hydrate_sync(RunPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/tenants/:tenant/inventory") view=|| hydrate_sync(InventoryPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/tenants/:tenant/groups") view=|| hydrate_sync(GroupsPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/notifications") view=|| hydrate_sync(NotificationsPage()) ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Notes which page the browser itself loaded.
#[component]
fn Start() -> impl IntoView {
    FocusedPath::provide(use_location().pathname.get_untracked());
}

#[component]
fn ToHub() -> impl IntoView {
    view! { <Redirect path=url::HUB/> }
}
