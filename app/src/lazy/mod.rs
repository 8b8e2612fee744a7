//! Pages whose code is loaded when they are shown.
//!
//! `cargo leptos build --split` cuts the browser's half at the functions that are marked here: what only one page needs is a file of
//! its own, what several need another, and what every visitor needs stays in `tenantatlas.wasm`. On the server all of it is there.
//!
//! The router's own `#[lazy_route]` ends the app where a file cannot be loaded. Here that is an error ([`recover`]), and a file is asked
//! for before the page is left, or taken over from the server.

pub mod prefetch;
pub mod recover;

use leptos::prelude::*;
use leptos_router::LazyRoute;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::error::AppError;
use crate::hydrate_sync::hydrate_sync;
use crate::live::within;
use crate::pages::groups::GroupsPage;
use crate::pages::hub::HubPage;
use crate::pages::inventory::InventoryPage;
use crate::pages::no_access::NoAccessPage;
use crate::pages::notifications::NotificationsPage;
use crate::pages::overview::OverviewPage;
use crate::pages::run::RunPage;

/// The pages, each with the name of its split point (which the build's manifest repeats) and its route.
macro_rules! lazy_pages {
    ($($page:ident $name:ident $component:ident;)*) => {
        /// A page with code of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum LazyPage {
            $(
                #[doc = concat!("What `", stringify!($component), "` needs.")]
                $page,
            )*
        }

        impl LazyPage {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$page),*];

            /// What the build's manifest calls it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$page => stringify!($name),)*
                }
            }

            /// Loads the code, unless it is there.
            pub async fn load(self) -> Result<(), SplitLoaderError> {
                match self {
                    $(Self::$page => $name::load().await,)*
                }
            }
        }

        $(
            #[doc = concat!("The route of `", stringify!($component), "`.")]
            pub mod $name {
                use super::{
                    AnyView, IntoAny as _, LazyPage, LazyRoute, SplitLoaderError, arrive, hydrate_sync, recover, wasm_split,
                };

                #[wasm_split($name, fallible, preload(load))]
                pub(super) fn view() -> Result<AnyView, SplitLoaderError> {
                    Ok(hydrate_sync(super::$component()).into_any())
                }

                /// For the router.
                #[derive(Debug)]
                pub struct Route;

                impl LazyRoute for Route {
                    fn data() -> Self {
                        Self
                    }

                    async fn preload() {
                        arrive(LazyPage::$page).await;
                    }

                    async fn view(_: Self) -> AnyView {
                        match view().await {
                            Ok(view) => view,
                            Err(_) => hydrate_sync(recover::Missing()).into_any(),
                        }
                    }
                }
            }
        )*
    };
}

lazy_pages! {
    NoAccess no_access NoAccessPage;
    Hub hub HubPage;
    Overview overview OverviewPage;
    Run run RunPage;
    Inventory inventory InventoryPage;
    Groups groups GroupsPage;
    Notifications notifications NotificationsPage;
}

impl LazyPage {
    /// The page at a path, if there is one and it is not part of what every visitor loads.
    pub fn at(path: &str) -> Option<Self> {
        let mut segments = path.strip_prefix("/admin/")?.split('/');
        let first = segments.next()?;
        Some(match (first, segments.next(), segments.next(), segments.next()) {
            ("no-access", None, None, None) => Self::NoAccess,
            ("operations", None, None, None) => Self::Hub,
            ("operations", Some("overview"), None, None) => Self::Overview,
            ("operations", Some(_), None, None) => Self::Run,
            ("tenants", Some(_), Some("inventory"), None) => Self::Inventory,
            ("tenants", Some(_), Some("groups"), None) => Self::Groups,
            ("notifications", None, None, None) => Self::Notifications,
            _ => return None,
        })
    }
}

/// Loads what the page being navigated to needs. Until then the one before stays.
async fn arrive(page: LazyPage) {
    let loaded = within(async move { page.load().await.map_err(|_| AppError::Unreachable) }).await;
    if loaded.is_err() {
        recover::on_the_way().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_by_their_paths() {
        for (path, page) in [
            ("/admin/no-access", LazyPage::NoAccess),
            ("/admin/operations", LazyPage::Hub),
            ("/admin/operations/overview", LazyPage::Overview),
            ("/admin/operations/01a1fe1a-9261-7000-8000-000000000001", LazyPage::Run),
            ("/admin/tenants/x/inventory", LazyPage::Inventory),
            ("/admin/tenants/x/groups", LazyPage::Groups),
            ("/admin/notifications", LazyPage::Notifications),
        ] {
            assert_eq!(LazyPage::at(path), Some(page), "{path}");
        }
        for path in [
            "",
            "/",
            "/sign-in",
            "/admin",
            "/admin/",
            "/admin/tenants",
            "/admin/tenants/x",
            "/admin/operations/x/y",
        ] {
            assert_eq!(LazyPage::at(path), None, "{path}");
        }
    }
}
