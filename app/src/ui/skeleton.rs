//! What stands where something is being loaded: the same shape, without its contents.

use leptos::prelude::*;

use crate::copy;

/// Lines where a list or a page is being loaded.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 8)]
    rows: usize,
) -> impl IntoView {
    let lines = (0..rows)
        .map(|_| view! { <div class="h-10 animate-pulse rounded bg-sunken"></div> })
        .collect_view();
    view! {
        <div class="flex flex-col gap-1" aria-busy="true">
            <p class="sr-only" role="status">
                {copy::LOADING}
            </p>
            {lines}
        </div>
    }
}
