//! Facts by name.

use crate::eager::Content;
use leptos::prelude::*;

/// A list of facts; its children are [`KeyValue`]s.
#[component]
pub fn KeyValues(children: Content) -> impl IntoView {
    view! { <dl class="flex flex-col gap-2">{children.show()}</dl> }
}

#[component]
pub fn KeyValue(key: &'static str, children: Content) -> impl IntoView {
    view! {
        <div class="grid min-w-0 grid-cols-[6.5rem_minmax(0,1fr)] gap-x-3">
            <dt class="text-muted">{key}</dt>
            <dd class="break-words">{children.show()}</dd>
        </div>
    }
}
