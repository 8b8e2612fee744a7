//! Searching the groups: a plain GET form, which with JavaScript does not load the document again.

use leptos::prelude::*;
use leptos::{ev, html};
use leptos_router::hooks::use_navigate;

use crate::copy;
use crate::ui::button::{Button, Weight};
use crate::ui::field::CONTROL;
use crate::url;

/// The field and its button.
#[component]
pub fn SearchForm(
    action: String,
    /// What was searched for.
    q: String,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let path = action.clone();
    let submit = move |event: ev::SubmitEvent| {
        if let Some(input) = input.get_untracked() {
            event.prevent_default();
            navigate(
                &url::with_query(&path, &url::query([("q", input.value())])),
                leptos_router::NavigateOptions::default(),
            );
        }
    };
    view! {
        <form
            method="get"
            action=action
            role="search"
            aria-label=copy::groups::SEARCH_FORM
            class="flex max-w-md flex-wrap items-end gap-3"
            on:submit=submit
        >
            <div class="flex min-w-40 grow flex-col gap-1">
                <label for="groups-q" class="text-xs text-muted">
                    {copy::groups::SEARCH}
                </label>
                <input node_ref=input id="groups-q" type="search" name="q" class=CONTROL value=q/>
            </div>
            <Button weight=Weight::Secondary>{copy::groups::APPLY}</Button>
        </form>
    }
}
