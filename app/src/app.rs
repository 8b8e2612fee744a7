//! The routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{Lazy, SsrMode, path};

use crate::clock::Clock;
use crate::hydrate_sync::hydrate_sync;
use crate::layout::Layout;
use crate::lazy;
use crate::pages::not_found::NotFoundPage;
use crate::pages::sign_in::SignInPage;
use crate::ui::heading::FocusedPath;
use crate::url;

/// The app, on the server and in the browser.
///
/// Every route renders in `Async` mode: the others decide the status before the page is known, and their pages are not
/// complete without JavaScript. What is below the layout is loaded when it is shown ([`lazy`]); what is not is in the file that every
/// visitor loads.
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
                    <Route path=path!("/no-access") view={Lazy::<lazy::no_access::Route>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/operations") view={Lazy::<lazy::hub::Route>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/operations/overview") view={Lazy::<lazy::overview::Route>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/operations/:run") view={Lazy::<lazy::run::Route>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tenants/:tenant/inventory") view={Lazy::<lazy::inventory::Route>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tenants/:tenant/groups") view={Lazy::<lazy::groups::Route>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/notifications") view={Lazy::<lazy::notifications::Route>::new()} ssr=SsrMode::Async/>
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
