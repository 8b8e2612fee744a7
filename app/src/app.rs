//! The app: which component shows which of the [routes].

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::hooks::use_location;

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
use crate::routes;
use crate::ui::heading::FocusedPath;

/// The app, on the server and in the browser.
///
/// Each row of [`routes`] that is a page has its component here. A path without parameters stands before those that it could be one of.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Clock::provide();
    view! {
        <Router>
            <Start/>
            <Routes fallback=|| eager(NotFoundPage())>
                <Route path=routes::Root::segments() view=|| eager(ToHub()) ssr=routes::SSR/>
                <Route path=routes::SignIn::segments() view=|| eager(SignInPage()) ssr=routes::SSR/>
                <Route path=routes::Admin::segments() view=|| eager(ToHub()) ssr=routes::SSR/>
                <ParentRoute path=() view=|| eager(Layout()) ssr=routes::SSR>
                    <Route path=routes::NoAccess::segments() view=|| eager(NoAccessPage()) ssr=routes::SSR/>
                    <Route path=routes::Hub::segments() view=|| eager(HubPage()) ssr=routes::SSR/>
                    <Route path=routes::Overview::segments() view=|| eager(OverviewPage()) ssr=routes::SSR/>
                    <Route path=routes::Run::segments() view=|| eager(RunPage()) ssr=routes::SSR/>
                    <Route path=routes::Inventory::segments() view=|| eager(InventoryPage()) ssr=routes::SSR/>
                    <Route path=routes::Groups::segments() view=|| eager(GroupsPage()) ssr=routes::SSR/>
                    <Route path=routes::Notifications::segments() view=|| eager(NotificationsPage()) ssr=routes::SSR/>
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
    view! { <Redirect path=routes::Hub::link()/> }
}
