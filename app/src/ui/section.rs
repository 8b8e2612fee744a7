//! A titled part of a page.

use crate::hydrate_sync::SyncChildren;
use leptos::prelude::*;

/// A titled part of a page, on its own surface.
#[component]
pub fn Section(
    /// The id of its heading.
    id: &'static str,
    title: &'static str,
    children: SyncChildren,
) -> impl IntoView {
    view! {
        <section aria-labelledby=id class="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4">
            <h2 id=id class="text-base font-semibold">
                {title}
            </h2>
            {children.show()}
        </section>
    }
}

/// A part of a page that most visits do not need, folded away.
#[component]
pub fn Folded(title: &'static str, children: SyncChildren) -> impl IntoView {
    view! {
        <details class="rounded-lg border border-line bg-surface">
            <summary class="rounded-lg px-4 py-3 text-base font-semibold hover:bg-sunken">{title}</summary>
            <div class="flex flex-col gap-3 px-4 pt-1 pb-4">{children.show()}</div>
        </details>
    }
}
