//! Buttons, and links that look like them.

use crate::hydrate_sync::SyncChildren;
use leptos::prelude::*;

/// How much a control asks to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// The one thing to do on the page.
    Primary,
    /// One of several.
    #[default]
    Secondary,
    /// In passing.
    Quiet,
}

impl Weight {
    /// The class list of a button or link of this weight.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Primary => {
                "inline-flex h-9 items-center justify-center gap-1.5 rounded-md bg-accent px-4 font-medium whitespace-nowrap text-on-accent hover:opacity-90 aria-disabled:opacity-60 disabled:opacity-50 disabled:hover:opacity-50"
            }
            Self::Secondary => {
                "inline-flex h-9 items-center justify-center gap-1.5 rounded-md border border-control bg-surface px-3 font-medium whitespace-nowrap hover:bg-sunken aria-disabled:opacity-60 disabled:opacity-50"
            }
            Self::Quiet => {
                "inline-flex h-8 items-center justify-center gap-1.5 rounded-md px-2 whitespace-nowrap text-muted hover:bg-sunken hover:text-ink"
            }
        }
    }
}

/// A button that submits its form.
#[component]
pub fn Button(
    /// How much it asks to be used.
    #[prop(optional)]
    weight: Weight,
    /// What it cannot do at all; the reason must stand beside it.
    #[prop(optional)]
    disabled: bool,
    /// The id of the text that says why, or what it does.
    #[prop(optional, into)]
    described_by: Option<String>,
    /// Whether the last use is still on its way: it keeps the focus and ignores further use.
    #[prop(optional, into)]
    busy: Signal<bool>,
    children: SyncChildren,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=weight.class()
            disabled=disabled
            aria-describedby=described_by
            aria-disabled=move || busy.get().then_some("true")
            on:click=move |event| {
                if busy.try_get_untracked().unwrap_or_default() {
                    event.prevent_default();
                }
            }
        >
            {children.show()}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    /// How much it asks to be used.
    #[prop(optional)]
    weight: Weight,
    children: SyncChildren,
) -> impl IntoView {
    view! {
        <a href=href class=weight.class()>
            {children.show()}
        </a>
    }
}
