//! What a list is filtered by, each as a chip that can be removed.

use leptos::prelude::*;

use crate::copy;
use crate::ui::chip::{Chip, ChipKind};

/// So many errors have a chip each. Each chip's link repeats the rest of the filter, so their number must not grow with it.
pub const ERRORS_SHOWN: usize = 30;

/// A chip: what it says, and where the list without that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipText {
    /// What it says.
    pub text: String,
    /// What has to be known to read it; empty for most.
    pub note: &'static str,
    /// Whether it narrows the list or could not be understood.
    pub kind: ChipKind,
    /// Where the list without it is, if it can be removed.
    pub remove: Option<String>,
}

impl ChipText {
    /// One that narrows the list and can be removed.
    pub fn new(text: impl Into<String>, remove: String) -> Self {
        Self {
            text: text.into(),
            note: "",
            kind: ChipKind::Filter,
            remove: Some(remove),
        }
    }

    /// One that could not be understood.
    pub fn error(text: impl Into<String>, remove: String) -> Self {
        Self {
            kind: ChipKind::Error,
            ..Self::new(text, remove)
        }
    }
}

/// The chips of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chips {
    /// What narrows the list: so many at most as it has fields.
    pub fields: Vec<ChipText>,
    /// What could not be understood, at most [`ERRORS_SHOWN`].
    pub errors: Vec<ChipText>,
    /// How many more there are, of as many as somebody writes.
    pub more_errors: usize,
    /// Where the list without all errors is.
    pub without_errors: String,
    /// Where the whole list is, unless this is it.
    pub clear: Option<String>,
}

/// The chips over a list.
#[component]
pub fn FilterChips(
    /// Which there are.
    #[prop(into)]
    chips: Signal<Chips>,
) -> impl IntoView {
    move || {
        let Chips {
            fields,
            mut errors,
            more_errors,
            without_errors,
            clear,
        } = chips.get();
        if more_errors > 0 {
            errors.push(ChipText::error(copy::filter::more_unknown(more_errors), without_errors));
        }
        let chips = (fields.into_iter().chain(errors))
            .map(|chip| view! { <Chip text=chip.text note=chip.note kind=chip.kind remove=chip.remove/> })
            .collect_view();
        let clear = clear.map(|href| {
            view! {
                <li>
                    <a href=href class="px-2 text-accent underline underline-offset-2" data-noscroll=true>
                        {copy::filter::CLEAR}
                    </a>
                </li>
            }
        });
        view! {
            <ul aria-label=copy::filter::ACTIVE class="flex min-h-7 flex-wrap items-center gap-2">
                {chips}
                {clear}
            </ul>
        }
    }
}
