//! The routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{SsrMode, path};

use crate::clock::Clock;
use crate::eager::eager;
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
            <Routes fallback=|| eager(NotFoundPage())>
                <Route path=path!("/") view=|| eager(ToHub()) ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=|| eager(SignInPage()) ssr=SsrMode::Async/>
                <Route path=path!("/admin") view=|| eager(ToHub()) ssr=SsrMode::Async/>
                <ParentRoute path=path!("/admin") view=|| eager(Layout()) ssr=SsrMode::Async>
                    <Route path=path!("/no-access") view=|| eager(NoAccessPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/operations") view=|| eager(HubPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/operations/overview") view=|| eager(OverviewPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/operations/:run") view=|| eager(RunPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/tenants/:tenant/inventory") view=|| eager(InventoryPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/tenants/:tenant/groups") view=|| eager(GroupsPage()) ssr=SsrMode::Async/>
                    <Route path=path!("/notifications") view=|| eager(NotificationsPage()) ssr=SsrMode::Async/>
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
