//! One field of the filter with its choices to tick, and "is not".
#![expect(clippy::unnecessary_wraps, reason = "the code may not be there to be called")]

use std::fmt::Display;

use domain::filter::{Choice, RunFilter};
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::super::query::HubQuery;
use super::Options;
use crate::copy;
use crate::hydrate_sync::hydrate_sync;
use crate::ui::deferred::deferred;
use crate::ui::popover::{Placement, Popover};

/// What is ticked, as words of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Ticked {
    not: bool,
    values: Vec<String>,
    unknown: Vec<String>,
}

fn ticked(filter: &RunFilter, field: &str) -> Ticked {
    fn of<T: Display>(choice: Option<&Choice<T>>) -> Ticked {
        choice.map_or_else(Ticked::default, |choice| Ticked {
            not: choice.not,
            values: choice.values.iter().map(ToString::to_string).collect(),
            unknown: choice.unknown.clone(),
        })
    }
    match field {
        "tenant" => of(filter.tenant.as_ref()),
        "type" => of(filter.kind.as_ref()),
        "status" => of(filter.status.as_ref()),
        "origin" => of(filter.origin.as_ref()),
        _ => of(filter.initiator.as_ref()),
    }
}

/// A field with its choices. What the address holds and the choices do not have stays, ticked, until somebody takes it away.
#[component]
pub fn Choices(
    name: &'static str,
    /// Values and their words.
    options: Signal<Options>,
    query: Memo<HubQuery>,
    /// Where they appear.
    #[prop(optional)]
    placement: Placement,
) -> impl IntoView {
    let now = Memo::new(move |_| query.with(|query| ticked(&query.filter, name)));
    let chosen = Signal::derive(move || {
        now.with(|now| match now.values.len() + now.unknown.len() {
            0 => None,
            count => Some(copy::hub::chosen(now.not, count)),
        })
    });
    let opened = RwSignal::new(false);
    // What is ticked belongs to the form, whether anybody sees it or not.
    let ticked = Memo::new(move |_| now.with(|now| *now != Ticked::default()));
    let wanted = Signal::derive(move || opened.get() || ticked.get());
    let contents = deferred(wanted, move || fields(name, options, now));
    view! {
        <Popover label=copy::hub::field(name) chosen=chosen group="filter" placement=placement wanted=opened>
            {contents}
        </Popover>
    }
}

/// What is under the button, as soon as it is opened: most of what the page would have to make otherwise.
#[wasm_split(hub_filter, fallible)]
fn fields(name: &'static str, options: Signal<Options>, now: Memo<Ticked>) -> Result<AnyView, SplitLoaderError> {
    let not = Memo::new(move |_| now.with(|now| now.not));
    let strangers = Memo::new(move |_| {
        let known = options.get();
        let is_strange = |value: &&String| !known.iter().any(|(word, _)| word == *value);
        now.with(|now| {
            now.values
                .iter()
                .chain(&now.unknown)
                .filter(is_strange)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let tick = move |value: String, word: String| {
        let checked = {
            let value = value.clone();
            Signal::derive(move || now.with(|now| now.values.contains(&value) || now.unknown.contains(&value)))
        };
        view! { <Tick name=name value=value word=word checked=checked/> }
    };
    let known = move || {
        options
            .get()
            .into_iter()
            .map(|(value, word)| tick(value, word))
            .collect_view()
    };
    let strange = move || {
        strangers
            .get()
            .into_iter()
            .map(|value| tick(value.clone(), value))
            .collect_view()
    };
    let none = move || {
        options
            .with(Vec::is_empty)
            .then(|| view! { <p class="px-1 text-muted">{copy::hub::NO_CHOICES}</p> })
    };
    let contents = view! {
        <fieldset class="flex flex-col">
            <legend class="sr-only">{copy::hub::field(name)}</legend>
            <div class="mb-1 border-b border-line pb-1">
                <Tick name=name value="!".to_owned() word=copy::hub::IS_NOT.to_owned() checked=not/>
            </div>
            {known}
            {strange}
            {none}
        </fieldset>
    };
    Ok(hydrate_sync(contents).into_any())
}

#[component]
fn Tick(
    name: &'static str,
    value: String,
    /// The word beside it.
    word: String,
    /// Whether the address has it.
    #[prop(into)]
    checked: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="tick">
            <input
                type="checkbox"
                name=name
                value=value
                checked=checked.get_untracked()
                prop:checked=checked
            />
            <span title=word.clone()>
                {word.clone()}
            </span>
        </label>
    }
}
