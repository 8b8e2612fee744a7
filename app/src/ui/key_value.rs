//! Facts by name.

use crate::eager::Content;
use leptos::prelude::*;

/// A list of facts; its children are [`KeyValue`]s.
#[component]
pub fn KeyValues(
    /// The facts.
    children: Content,
) -> impl IntoView {
    view! { <dl class="flex flex-col gap-2">{children.show()}</dl> }
}

/// One fact.
#[component]
pub fn KeyValue(
    /// Its name.
    key: &'static str,
    /// What is the case.
    children: Content,
) -> impl IntoView {
    view! {
        <div class="grid min-w-0 gap-x-3 min-[22.5rem]:grid-cols-[6.5rem_minmax(0,1fr)]">
            <dt class="text-muted">{key}</dt>
            <dd class="break-words">{children.show()}</dd>
        </div>
    }
}
