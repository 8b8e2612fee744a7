//! The app's pages and server functions as routes.

use std::sync::{Arc, OnceLock};

use app::lazy::LazyPage;
use app::preference::{Density, Preference, Theme};
use app::routes::{ROUTES, Serves};
use axum::Router;
use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;
use http::request::Parts;
use ledger::hub::SaturatedCountCache;
use leptos::config::{Env, LeptosOptions};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list_with_exclusions};

use super::bundle::Bundle;
use super::{Web, cookies, security};
use crate::config::WebSettings;

/// What leptos needs to know, but for the name of the files for browsers, which is the [`Bundle`]'s.
pub(crate) fn options(settings: &WebSettings) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("tenantatlas")
        .site_root(Arc::<str>::from(settings.site_root.to_string_lossy()))
        .site_addr(settings.addr)
        .env(Env::PROD)
        .build()
}

/// The app's routes. Made once per process and before anything is answered: a resource that is first polled while the list
/// is being made hangs for ever (leptos #4773).
fn listings() -> Vec<AxumRouteListing> {
    static LISTINGS: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    // Redirects need nothing of the app and are routes of [`super::router`].
    let redirects = || ROUTES.iter().filter(|route| route.serves == Serves::Redirect);
    let elsewhere = || Some(redirects().map(|route| route.pattern.to_owned()).collect());
    LISTINGS
        .get_or_init(|| generate_route_list_with_exclusions(app::App, elsewhere()))
        .clone()
}

/// The paths of all pages, parameters in braces. For tests that must not miss a new one.
pub fn paths() -> Vec<String> {
    listings().iter().map(|page| page.path().to_owned()).collect()
}

/// Adds the pages and the server functions. Each gets the ledger and the theme; a page also gets its policy, with the nonce of its scripts.
pub(crate) fn attach(router: Router<Web>, web: &Web, bundle: Bundle) -> Router<Web> {
    let ledger = web.ledger.clone();
    let saturated = SaturatedCountCache::default();
    let context = move || {
        provide_context(ledger.clone());
        provide_context(saturated.clone());
        if let Some(request) = use_context::<Parts>() {
            provide_context(liked::<Theme>(&request));
            provide_context(liked::<Density>(&request));
        }
        allow_scripts();
    };
    let mut options = options(&web.settings);
    options.site_pkg_dir = bundle.path.as_str().into();
    let bundle = Arc::new(bundle);
    router.leptos_routes_with_context(web, listings(), context, move || {
        app::shell(options.clone(), parts(&bundle))
    })
}

/// What the page that is asked for needs of the browser's half beside what every page does.
fn parts(bundle: &Bundle) -> Vec<String> {
    let page = use_context::<Parts>().and_then(|request| LazyPage::at(request.uri.path()));
    page.map(|page| bundle.parts(page)).unwrap_or_default()
}

/// What the person likes, by the cookie.
fn liked<P: Preference>(request: &Parts) -> P {
    P::parse(cookies::value(&request.headers, P::NAME).unwrap_or_default())
}

/// A page has a nonce, a server function has none and keeps the policy of [`security`].
fn allow_scripts() {
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::try_from(security::page_policy(&nonce))
    {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
