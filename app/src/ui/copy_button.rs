//! A button that puts a text on the clipboard. Without JavaScript there is none: the text can be selected.

use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::copy;

/// Copies a text.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What it is, for its name: "Copy run id".
    what: &'static str,
) -> impl IntoView {
    let live = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move |_| live.set(true));

    let copy_it = move |_| {
        // Nothing to do if the browser refuses: the text is there to be selected.
        let _ = window().navigator().clipboard().write_text(&text);
        let _ = copied.try_set(true);
        set_timeout(
            move || {
                // The button may be gone by then.
                let _ = copied.try_set(false);
            },
            Duration::from_secs(2),
        );
    };
    view! {
        <button
            type="button"
            hidden=move || !live.get()
            class="inline-flex h-6 items-center gap-1 rounded px-1 text-muted hover:bg-sunken hover:text-ink"
            on:click=copy_it
        >
            <Icon glyph=Glyph::Copy/>
            <span class="sr-only">{format!("{} {}", copy::COPY, what.to_ascii_lowercase())}</span>
            <span role="status">{move || copied.get().then_some(copy::COPIED)}</span>
        </button>
    }
}
