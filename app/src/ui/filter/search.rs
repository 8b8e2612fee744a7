//! The text to search for.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::copy;
use crate::ui::field::CONTROL;

/// The id of the field, one on a page. What is typed there is applied when typing rests.
pub const SEARCH_FIELD: &str = "filter-q";

/// The field.
#[component]
pub fn SearchField(
    /// What it is called.
    label: &'static str,
    /// What it takes.
    hint: &'static str,
    /// What the address has.
    text: Memo<String>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    // The address may change without the field; the field may be ahead of the address while somebody types.
    Effect::new(move |_| {
        let (Some(input), text) = (input.get(), text.get()) else {
            return;
        };
        let typing = document()
            .active_element()
            .is_some_and(|active| active == *input.unchecked_ref::<web_sys::Element>());
        if !typing {
            input.set_value(&text);
        }
    });
    view! {
        <div class="relative col-span-full min-w-0 lg:min-w-56 lg:flex-1">
            <label for=SEARCH_FIELD class="sr-only">
                {label}
            </label>
            <input
                node_ref=input
                id=SEARCH_FIELD
                type="search"
                name="q"
                class=CONTROL
                placeholder=hint
                value=text.get_untracked()
            />
            // For as long as nothing applies by itself because the browser's half of the app is still on its way, or never comes.
            <button class="until-live">{copy::filter::APPLY}</button>
        </div>
    }
}
