//! The browser's half: takes over the page that the server rendered.

// As in `app`: the type of the whole page is made here.
#![recursion_limit = "256"]

use app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// Makes the page live. Called once by the document's own script; `<html data-hydrated>` says that it is done.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
    if let Some(html) = leptos::prelude::document().document_element() {
        // Only tests wait for it.
        let _ = html.set_attribute("data-hydrated", "");
    }
}
