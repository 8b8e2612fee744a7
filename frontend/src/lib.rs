//! The browser's half: takes over the page that the server rendered.

// As in `app`: the type of the whole page is made here.
#![recursion_limit = "256"]

use app::App;
use app::lazy::{LazyPage, prefetch, recover};
use leptos::mount::hydrate_from_async;
use leptos::prelude::{document, window};
use leptos::tachys::dom::body;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Makes the page live. Called once by the document's own script; `<html data-hydrated>` says that it is done.
///
/// First comes the code of the page itself: without it nothing is touched, and the page stays one of links and forms.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    spawn_local(take_over());
}

async fn take_over() {
    let path = window().location().pathname().unwrap_or_default();
    if let Some(page) = LazyPage::at(&path)
        && page.load().await.is_err()
    {
        recover::at_the_start();
        return;
    }
    hydrate_from_async(body(), App).await.forget();
    recover::done();
    prefetch::follow();
    if let Some(html) = document().document_element() {
        // Only tests wait for it.
        let _ = html.set_attribute("data-hydrated", "");
    }
}
