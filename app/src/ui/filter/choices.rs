//! One field with its choices to tick, and "is not".
#![expect(clippy::unnecessary_wraps, reason = "the code may not be there to be called")]

use domain::filter::Values;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::Options;
use crate::copy;
use crate::hydrate_sync::hydrate_sync;
use crate::ui::deferred::deferred;
use crate::ui::popover::{Placement, Popover};

/// What is ticked, as words of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ticked {
    not: bool,
    known: Vec<String>,
    unknown: Vec<String>,
}

impl Ticked {
    /// What a field holds.
    pub fn of(values: Option<&dyn Values>) -> Self {
        values.map_or_else(Self::default, |values| Self {
            not: values.is_not(),
            known: values.known(),
            unknown: values.unknown().to_vec(),
        })
    }

    fn words(&self) -> impl Iterator<Item = &String> {
        self.known.iter().chain(&self.unknown)
    }
}

/// A field with its choices. What the address holds and the choices do not have stays, ticked, until somebody takes it away.
#[component]
pub fn Choices(
    /// The field, as it is sent.
    name: &'static str,
    /// What it is called.
    title: &'static str,
    /// Values and their words.
    options: Signal<Options>,
    /// What is ticked.
    ticked: Memo<Ticked>,
    /// Where they appear.
    #[prop(optional)]
    placement: Placement,
) -> impl IntoView {
    let chosen = Signal::derive(move || {
        ticked.with(|ticked| match ticked.words().count() {
            0 => None,
            count => Some(copy::filter::chosen(ticked.not, count)),
        })
    });
    let opened = RwSignal::new(false);
    // What is ticked belongs to the form, whether anybody sees it or not.
    let any = Memo::new(move |_| ticked.with(|ticked| *ticked != Ticked::default()));
    let wanted = Signal::derive(move || opened.get() || any.get());
    let contents = deferred(wanted, move || fields(name, title, options, ticked));
    view! {
        <Popover label=title chosen=chosen group="filter" placement=placement wanted=opened>
            {contents}
        </Popover>
    }
}

/// What is under the button, as soon as it is opened: most of what the page would have to make otherwise.
#[wasm_split(filter_choices, fallible)]
fn fields(
    name: &'static str,
    title: &'static str,
    options: Signal<Options>,
    ticked: Memo<Ticked>,
) -> Result<AnyView, SplitLoaderError> {
    let not = Memo::new(move |_| ticked.with(|ticked| ticked.not));
    let strangers = Memo::new(move |_| {
        let known = options.get();
        let is_strange = |value: &&String| !known.iter().any(|(word, _)| word == *value);
        ticked.with(|ticked| ticked.words().filter(is_strange).cloned().collect::<Vec<_>>())
    });
    let tick = move |value: String, word: String| {
        let checked = {
            let value = value.clone();
            Signal::derive(move || ticked.with(|ticked| ticked.words().any(|word| *word == value)))
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
            .then(|| view! { <p class="px-1 text-muted">{copy::filter::NO_CHOICES}</p> })
    };
    let contents = view! {
        <fieldset class="flex flex-col">
            <legend class="sr-only">{title}</legend>
            <div class="mb-1 border-b border-line pb-1">
                <Tick name=name value="!".to_owned() word=copy::filter::IS_NOT.to_owned() checked=not/>
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
