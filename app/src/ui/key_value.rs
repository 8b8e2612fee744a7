//! Facts by name.

use crate::hydrate_sync::SyncChildren;
use leptos::prelude::*;

/// A list of facts; its children are [`KeyValue`]s.
#[component]
pub fn KeyValues(children: SyncChildren) -> impl IntoView {
    view! { <dl class="flex flex-col gap-2">{children.show()}</dl> }
}

#[component]
pub fn KeyValue(key: &'static str, children: SyncChildren) -> impl IntoView {
    view! {
        <div class="grid min-w-0 gap-x-3 min-[22.5rem]:grid-cols-[6.5rem_minmax(0,1fr)]">
            <dt class="text-muted">{key}</dt>
            <dd class="break-words">{children.show()}</dd>
        </div>
    }
}
