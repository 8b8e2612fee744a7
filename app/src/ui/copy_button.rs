//! Buttons that put a text on the clipboard. Without JavaScript there are none: the text can be selected elsewhere.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::icon::{Glyph, Icon};
use crate::copy;

/// Room for the button is kept from the start, so that nothing moves when the page comes alive; but not where it never will.
const CLASS: &str = "inline-flex h-7 items-center gap-1 rounded px-1.5 align-middle text-muted hover:bg-sunken hover:text-ink noscript:hidden";

#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What it is, for its name: "Copy run id".
    what: &'static str,
    /// Whether the name is shown, and not only read out.
    #[prop(optional)]
    labelled: bool,
) -> impl IntoView {
    view! { <Copier text=Callback::new(move |()| text.get_untracked()) what=what labelled=labelled/> }
}

/// Copies the whole address of a page of ours.
#[component]
pub fn CopyLink(
    path: String,
    /// What it is, for its name.
    what: &'static str,
) -> impl IntoView {
    // Only the browser knows by which name it has reached the server.
    let text = Callback::new(move |()| format!("{}{path}", window().location().origin().unwrap_or_default()));
    view! { <Copier text=text what=what labelled=true/> }
}

#[component]
fn Copier(
    /// Makes the text when it is wanted.
    text: Callback<(), String>,
    what: &'static str,
    /// Whether the name is shown.
    labelled: bool,
) -> impl IntoView {
    let live = RwSignal::new(false);
    let said = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| live.set(true));

    let copy_it = move |_| {
        // There is none for pages that came by plain http from elsewhere.
        let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
        let Some(clipboard) = clipboard.ok().filter(|clipboard| !clipboard.is_undefined()) else {
            said.set(Some(copy::NOT_COPIED));
            return;
        };
        let written = clipboard
            .unchecked_into::<web_sys::Clipboard>()
            .write_text(&text.run(()));
        // A browser may refuse; the text is there to be selected.
        let done = |word| {
            Closure::once_into_js(move |_: JsValue| {
                // The button may be gone by then.
                let _ = said.try_set(Some(word));
                set_timeout(
                    move || {
                        let _ = said.try_set(None);
                    },
                    Duration::from_secs(2),
                );
            })
        };
        let then = js_sys::Reflect::get(&written, &"then".into());
        if let Some(then) = then.ok().and_then(|then| then.dyn_into::<js_sys::Function>().ok()) {
            // Called by name: the typed method wants closures that somebody keeps.
            let _ = then.call2(&written, &done(copy::COPIED), &done(copy::NOT_COPIED));
        }
    };
    let lower = what.to_ascii_lowercase();
    view! {
        <button type="button" class=CLASS class:invisible=move || !live.get() on:click=copy_it>
            <Icon glyph=Glyph::Copy/>
            <span class="sr-only">{format!("{} {}", copy::COPY, if labelled { String::new() } else { lower })}</span>
            {labelled.then_some(what)}
            <span role="status">{move || said.get()}</span>
        </button>
    }
}
