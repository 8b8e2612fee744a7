//! The app: which component shows which of the [routes].

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::Lazy;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::hooks::use_location;

use crate::clock::Clock;
use crate::hydrate_sync::hydrate_sync;
use crate::layout::Layout;
use crate::lazy;
use crate::pages::not_found::NotFoundPage;
use crate::pages::sign_in::SignInPage;
use crate::routes;
use crate::ui::heading::FocusedPath;

/// The app, on the server and in the browser.
///
/// Each row of [`routes`] that is a page has its component here. A path without parameters stands before those that it could be one of.
/// What is below the layout is loaded when it is shown ([`mod@lazy`]); what is not is in the file that every visitor loads.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Clock::provide();
    view! {
        <Router>
            <Start/>
            <Routes fallback=|| hydrate_sync(NotFoundPage())>
                <Route path=routes::Root::segments() view=|| hydrate_sync(ToHub()) ssr=routes::SSR/>
                <Route path=routes::SignIn::segments() view=|| hydrate_sync(SignInPage()) ssr=routes::SSR/>
                <Route path=routes::Admin::segments() view=|| hydrate_sync(ToHub()) ssr=routes::SSR/>
                <ParentRoute path=() view=|| hydrate_sync(Layout()) ssr=routes::SSR>
                    <Route path=routes::NoAccess::segments() view={Lazy::<lazy::no_access::Route>::new()} ssr=routes::SSR/>
                    <Route path=routes::Hub::segments() view={Lazy::<lazy::hub::Route>::new()} ssr=routes::SSR/>
                    <Route path=routes::Overview::segments() view={Lazy::<lazy::overview::Route>::new()} ssr=routes::SSR/>
                    <Route path=routes::Run::segments() view={Lazy::<lazy::run::Route>::new()} ssr=routes::SSR/>
                    <Route path=routes::Inventory::segments() view={Lazy::<lazy::inventory::Route>::new()} ssr=routes::SSR/>
                    <Route path=routes::Groups::segments() view={Lazy::<lazy::groups::Route>::new()} ssr=routes::SSR/>
                    <Route path=routes::Roles::segments() view={Lazy::<lazy::roles::Route>::new()} ssr=routes::SSR/>
                    <Route path=routes::Notifications::segments() view={Lazy::<lazy::notifications::Route>::new()} ssr=routes::SSR/>
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
