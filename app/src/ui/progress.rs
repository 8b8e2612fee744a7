//! Progress that is known, as a bar with its number. Where it is not known there is no bar.

use leptos::prelude::*;

/// A bar from 0 to 100.
#[component]
pub fn Progress(
    /// How far, in percent.
    #[prop(into)]
    percent: Signal<u8>,
    label: &'static str,
) -> impl IntoView {
    view! {
        <div class="flex items-center gap-3">
            <progress max="100" value=move || percent.get().to_string() aria-label=label></progress>
            <span class="w-10 text-right">{move || format!("{} %", percent.get())}</span>
        </div>
    }
}

/// The same within a row, where the number stands beside it already.
#[component]
pub fn SmallProgress(
    /// How far, in percent.
    percent: u8,
) -> impl IntoView {
    view! { <progress class="h-1" max="100" value=percent.to_string() aria-hidden="true"></progress> }
}
