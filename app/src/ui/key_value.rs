//! Facts by name.

use leptos::prelude::*;

/// A list of facts; its children are [`KeyValue`]s.
#[component]
pub fn KeyValues(
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! { <dl class="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">{children()}</dl> }
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
        <div class="min-w-0">
            <dt class="text-muted">{key}</dt>
            <dd class="break-words">{children()}</dd>
        </div>
    }
}
