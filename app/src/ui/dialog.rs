//! A modal dialog: the browser's own, which keeps the focus within and gives it back.

use leptos::html;
use leptos::prelude::*;

use super::button::Weight;
use crate::hydrate_sync::SyncChildren;

/// A dialog, opened by whoever has its node.
#[component]
pub fn Dialog(
    /// Opens it: `show_modal`.
    node: NodeRef<html::Dialog>,
    /// The id of its heading, unique on the page.
    id: &'static str,
    title: &'static str,
    /// The word on the button that closes it.
    close: &'static str,
    children: SyncChildren,
) -> impl IntoView {
    view! {
        <dialog
            node_ref=node
            aria-labelledby=id
            class="m-auto w-full max-w-sm rounded-lg border border-line bg-surface p-5 text-ink shadow-lg backdrop:bg-ink/40"
        >
            <form method="dialog" class="flex flex-col gap-4">
                <h2 id=id class="text-base font-semibold">
                    {title}
                </h2>
                {children.show()}
                <button class=Weight::Secondary.class()>{close}</button>
            </form>
        </dialog>
    }
}
