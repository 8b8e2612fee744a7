//! Facts by name.

use leptos::prelude::*;

/// A list of facts; its children are [`KeyValue`]s.
#[component]
pub fn KeyValues(
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! { <dl class="flex flex-col gap-2">{children()}</dl> }
}

/// One fact.
#[component]
pub fn KeyValue(
    /// Its name.
    key: &'static str,
    /// What is the case.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="grid min-w-0 grid-cols-[6.5rem_minmax(0,1fr)] gap-x-3">
            <dt class="text-muted">{key}</dt>
            <dd class="break-words">{children()}</dd>
        </div>
    }
}
