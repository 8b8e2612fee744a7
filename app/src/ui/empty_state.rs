//! What stands where a list would be, when there is nothing to list.

use crate::hydrate_sync::SyncChildren;
use leptos::prelude::*;

/// Why there is nothing, and at most one thing to do about it.
#[component]
pub fn EmptyState(
    /// The heading: what is missing.
    #[prop(into)]
    title: String,
    /// The sentence: why.
    #[prop(into)]
    text: String,
    /// The one thing to do: a link or a form.
    #[prop(optional)]
    children: Option<SyncChildren>,
) -> impl IntoView {
    view! {
        <div class="flex flex-col items-center gap-2 rounded-lg border border-dashed border-line bg-surface px-4 py-12 text-center">
            <h2 class="text-base font-semibold">{title}</h2>
            <p class="max-w-prose text-muted">{text}</p>
            {children.map(|children| view! { <div class="mt-2">{children.show()}</div> })}
        </div>
    }
}
