//! The form: a plain GET form that, with JavaScript, applies as it changes.

use std::time::Duration;

use leptos::prelude::*;
use leptos::{ev, html};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

use super::search::SEARCH_FIELD;
use crate::copy;
use crate::hydrate_sync::SyncChildren;
use crate::ui::button::Weight;

/// How long typing rests before it is applied.
const TYPING: Duration = Duration::from_millis(300);

/// What a form is about.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The page, without its query.
    pub action: &'static str,
    /// What the form is called.
    pub label: &'static str,
    /// Everything that it sends, in the order in which it is read; a field may be sent several times.
    pub fields: &'static [&'static str],
    /// The address that what was sent asks for.
    pub address: fn(&[(&'static str, String)]) -> String,
}

/// The form over a list.
#[component]
pub fn FilterForm(
    /// What it is about.
    form: Form,
    /// The address of what is shown, without the place in the list.
    here: Signal<String>,
    /// What it sends without having a control for it, as name and value. Before the controls, of which one of the same name counts.
    kept: Vec<(&'static str, Memo<String>)>,
    /// The controls.
    children: SyncChildren,
) -> impl IntoView {
    let node = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let apply = move || {
        // Somebody may have typed and left: then there is no form any more, and nothing to apply.
        let Some(element) = node.try_get_untracked().flatten() else {
            return;
        };
        let wanted = (form.address)(&sent(&element, form.fields));
        if wanted != here.get_untracked() {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                resolve: false,
                ..Default::default()
            };
            navigate(&wanted, options);
        }
    };
    // Not leptos's `debounce`: what it returns belongs to one thread, and on the server a page may end on another.
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let typed = {
        let apply = apply.clone();
        move || {
            if let Some(earlier) = pending.try_get_value().flatten() {
                earlier.clear();
            }
            pending.set_value(set_timeout_with_handle(apply.clone(), TYPING).ok());
        }
    };
    let kept = kept
        .into_iter()
        .map(|(name, value)| {
            // What is empty is not sent, for the address to stay readable.
            view! { <input type="hidden" name=name value=value disabled=move || value.with(String::is_empty)/> }
        })
        .collect_view();
    view! {
        <form
            node_ref=node
            method="get"
            action=form.action
            role="search"
            aria-label=form.label
            autocomplete="off"
            class="grid grid-cols-2 items-start gap-2 sm:grid-cols-3 lg:flex lg:flex-wrap"
            on:submit={
                let apply = apply.clone();
                move |event: ev::SubmitEvent| {
                    event.prevent_default();
                    apply();
                }
            }
            on:change=move |_| apply()
            on:input=move |event: ev::Event| {
                // Choices are applied by `change`.
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                if target.is_some_and(|target| target.id() == SEARCH_FIELD) {
                    typed();
                }
            }
        >
            {kept}
            {children.show()}
            // Needed where nothing applies by itself, and seen only there.
            <div class="hidden noscript:block">
                <button class=Weight::Primary.class()>{copy::filter::APPLY}</button>
            </div>
        </form>
    }
}

/// What the form says, as a browser would send it.
fn sent(form: &web_sys::HtmlFormElement, fields: &[&'static str]) -> Vec<(&'static str, String)> {
    let Ok(data) = web_sys::FormData::new_with_form(form) else {
        return Vec::new();
    };
    let mut pairs = Vec::new();
    for field in fields {
        let values = data.get_all(field);
        pairs.extend(values.iter().filter_map(|value| Some((*field, value.as_string()?))));
    }
    pairs
}
