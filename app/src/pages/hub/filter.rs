//! The filter form: a plain GET form that, with JavaScript, applies as it changes.

use std::fmt::Display;
use std::time::Duration;

use domain::filter::{Bucket, Choice, RunFilter};
use domain::operation::OperationType;
use leptos::prelude::*;
use leptos::{ev, html};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

use super::chips::bucket_word;
use super::query::{HubQuery, href};
use crate::copy;
use crate::ui::button::{Button, Weight};
use crate::ui::field::CONTROL;
use crate::url;
use crate::viewer::use_viewer;

/// How long typing rests before it is applied.
const TYPING: Duration = Duration::from_millis(300);

/// Everything the form sends; what has no control here is sent as it stands.
const FIELDS: [&str; 9] = [
    "tab",
    "tenant",
    "type",
    "status",
    "origin",
    "initiator",
    "from",
    "to",
    "q",
];

/// The form over the list.
#[component]
pub fn FilterForm(
    /// What is shown.
    #[prop(into)]
    query: Signal<HubQuery>,
) -> impl IntoView {
    let viewer = use_viewer();
    let form = NodeRef::<html::Form>::new();
    let search = NodeRef::<html::Input>::new();
    let navigate = use_navigate();

    let apply = move || {
        // Somebody may have typed and left: then there is no form any more, and nothing to apply.
        let Some(form) = form.try_get_untracked().flatten() else {
            return;
        };
        let Ok(data) = web_sys::FormData::new_with_form(&form) else {
            return;
        };
        let values = FIELDS.map(|field| (field, data.get(field).as_string().unwrap_or_default()));
        let filter = RunFilter::parse(values.iter().map(|(field, value)| (*field, value.as_str())));
        navigate(
            &href(&filter),
            NavigateOptions {
                replace: true,
                scroll: false,
                resolve: false,
                ..Default::default()
            },
        );
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

    // The address may change without the field; the field may be ahead of the address while somebody types.
    let text = Memo::new(move |_| query.with(|query| query.filter.q.clone().unwrap_or_default()));
    Effect::new(move |_| {
        let (Some(input), text) = (search.get(), text.get()) else {
            return;
        };
        let typing = document()
            .active_element()
            .is_some_and(|active| active == *input.unchecked_ref::<web_sys::Element>());
        if !typing {
            input.set_value(&text);
        }
    });

    let tenants = Signal::derive(move || {
        viewer.read(|viewer| {
            viewer
                .tenants
                .iter()
                .map(|t| (t.id.to_string(), t.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let kinds = OperationType::ALL
        .iter()
        .map(|kind| (kind.to_string(), kind.label().to_owned()))
        .collect::<Vec<_>>();
    let buckets = Bucket::ALL
        .map(|bucket| (bucket.to_string(), bucket_word(bucket).to_owned()))
        .to_vec();
    let kept = ["tab", "origin", "initiator", "from", "to"]
        .map(|field| {
            let value = move || query.with(|query| raw(&query.filter, field));
            // What is empty is not sent, for the address to stay readable.
            view! { <input type="hidden" name=field value=value disabled=move || value().is_empty()/> }
        })
        .collect_view();

    view! {
        <form
            node_ref=form
            method="get"
            action=url::HUB
            role="search"
            aria-label=copy::hub::FILTER
            class="grid grid-cols-2 items-end gap-3 sm:grid-cols-3 lg:grid-cols-[1fr_1fr_1fr_1.5fr_auto]"
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
                let is_typing = event.target().is_some_and(|target| target.dyn_ref::<web_sys::HtmlInputElement>().is_some());
                if is_typing {
                    typed();
                }
            }
        >
            {kept}
            <Choose name="status" options=buckets query=query/>
            <Choose name="type" options=kinds query=query/>
            <Choose name="tenant" options=tenants query=query/>
            <div class="flex min-w-0 flex-col gap-1">
                <label for="filter-q" class="text-xs text-muted">
                    {copy::hub::SEARCH}
                </label>
                <input
                    node_ref=search
                    id="filter-q"
                    type="search"
                    name="q"
                    class=CONTROL
                    placeholder=copy::hub::SEARCH_HINT
                    value=text.get_untracked()
                />
            </div>
            <Button weight=Weight::Secondary>{copy::hub::APPLY}</Button>
        </form>
    }
}

/// A field of the filter as its text in the URL.
fn raw(filter: &RunFilter, field: &str) -> String {
    fn text<T: Display>(choice: Option<&Choice<T>>) -> String {
        choice.map(ToString::to_string).unwrap_or_default()
    }
    match field {
        "tab" if filter.tab == domain::filter::Tab::All => String::new(),
        "tab" => filter.tab.as_str().to_owned(),
        "tenant" => text(filter.tenant.as_ref()),
        "type" => text(filter.kind.as_ref()),
        "status" => text(filter.status.as_ref()),
        "origin" => text(filter.origin.as_ref()),
        "initiator" => text(filter.initiator.as_ref()),
        "from" => filter.from.map(|day| day.to_string()).unwrap_or_default(),
        "to" => filter.to.map(|day| day.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// One field with its choices. A value from the URL that the choices do not have (several at once, or "not") is kept.
#[component]
fn Choose(
    /// The field.
    name: &'static str,
    /// Values and their words.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// What is shown.
    query: Signal<HubQuery>,
) -> impl IntoView {
    let current = Memo::new(move |_| query.with(|query| raw(&query.filter, name)));
    let id = format!("filter-{name}");
    let list = move || {
        let mut list = options.get();
        list.insert(0, (String::new(), copy::hub::ANY.to_owned()));
        let now = current.get();
        if !list.iter().any(|(value, _)| *value == now) {
            list.push((now.clone(), now));
        }
        list.into_iter()
            .map(|(value, word)| {
                let selected = current.with(|current| *current == value);
                view! {
                    <option value=value selected=selected prop:selected=selected>
                        {word}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <div class="flex min-w-0 flex-col gap-1">
            <label for=id.clone() class="text-xs text-muted">
                {copy::hub::field(name)}
            </label>
            <select id=id name=name class=CONTROL>
                {list}
            </select>
        </div>
    }
}
