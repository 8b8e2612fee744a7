//! What is around every page for people who are signed in.

pub mod account;
pub mod bell;
pub mod navigation;
pub mod workspace;

use leptos::either::Either;
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;

use crate::api::viewer::load_viewer;
use crate::copy;
use crate::hydrate_sync::{hydrate_sync, render_once};
use crate::layout::account::AccountPanel;
use crate::layout::bell::{Bell, keep_unread};
use crate::layout::navigation::Navigation;
use crate::layout::workspace::WorkspaceSwitcher;
use crate::resource;
use crate::ui::error_panel::ErrorPanel;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::skeleton::Skeleton;
use crate::viewer::CurrentViewer;

/// Loads the viewer once, then shows the frame with the page in it.
#[component]
pub fn Layout() -> impl IntoView {
    let viewer = CurrentViewer::provide();
    let loaded = resource::load(|| (), |()| load_viewer());
    let reload = Callback::new(|()| {
        // A browser that refuses leaves the link, which is there as well.
        let _ = window().location().reload();
    });
    let path = use_location().pathname;

    // What the shell shows is as of the last navigation; the unread count is also asked for in between.
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            viewer.refresh();
        }
        path
    });

    view! {
        <Suspense fallback=|| {
            hydrate_sync(view! {
                <main class="mx-auto max-w-5xl p-6">
                    <Skeleton/>
                </main>
            })
        }>
            // Once: made again, the page in the frame would load itself again, from a database that may have changed in between,
            // and the browser would not find what it is told.
            {render_once(Suspend::new(async move {
                match loaded.await {
                    Ok(found) => {
                        viewer.set(found);
                        Either::Left(view! { <SignedIn/> })
                    }
                    Err(error) => {
                        Either::Right(view! {
                            <main class="mx-auto max-w-3xl p-6">
                                <ErrorPanel error=error reload=reload whole_page=true/>
                            </main>
                        })
                    }
                }
            }))}
        </Suspense>
    }
}

#[component]
fn SignedIn() -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let path = use_location().pathname;
    keep_unread();
    Effect::new(move |_| {
        path.track();
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    });
    view! {
        <a
            href="#main"
            rel="external"
            class="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-30 focus:rounded-md focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent"
        >
            {copy::SKIP}
        </a>
        <div class="min-h-dvh lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]">
            <header class="hidden border-r border-line bg-surface lg:block">
                <div class="sticky top-0 flex h-dvh flex-col gap-4 overflow-y-auto p-3">
                    <Menu/>
                </div>
            </header>
            <header class="relative border-b border-line bg-surface lg:hidden">
                <details node_ref=menu>
                    <summary class="flex h-12 items-center gap-2 pr-24 pl-4 font-semibold">
                        <Icon glyph=Glyph::Menu/>
                        <span>{copy::PRODUCT}</span>
                        <span class="ml-auto font-normal text-muted">{copy::nav::MENU}</span>
                    </summary>
                    <div class="flex flex-col gap-4 border-t border-line p-3">
                        <Menu/>
                    </div>
                </details>
                // Beside the summary and not in it: a link within a control is neither.
                <div class="absolute top-2 right-3">
                    <Bell/>
                </div>
            </header>
            <main id="main" tabindex="-1" class="mx-auto w-full max-w-7xl min-w-0 p-4 has-[[data-wide]]:max-w-[110rem] lg:p-6">
                <Outlet/>
            </main>
        </div>
    }
}

/// The contents of the navigation, beside the page or folded above it.
#[component]
fn Menu() -> impl IntoView {
    view! {
        <WorkspaceSwitcher/>
        <Navigation/>
        <AccountPanel/>
    }
}
