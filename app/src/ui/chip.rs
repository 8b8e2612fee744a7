//! Chips: what a list is filtered by.

use leptos::either::Either;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::copy;

/// What a chip says about the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChipKind {
    /// It is filtered by this.
    #[default]
    Filter,
    /// This could not be understood.
    Error,
}

impl ChipKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Filter => {
                "inline-flex min-h-7 max-w-full items-center gap-1 rounded-full border border-line bg-sunken pr-1 pl-3"
            }
            Self::Error => {
                "inline-flex min-h-7 max-w-full items-center gap-1 rounded-full border border-alert bg-alert-soft pr-1 pl-3 text-alert"
            }
        }
    }
}

/// One filter, with the link that removes it if it can be removed.
#[component]
pub fn Chip(
    #[prop(into)] text: String,
    /// What has to be known to read it.
    #[prop(optional)]
    note: &'static str,
    /// Whether it filters or could not be understood.
    #[prop(optional)]
    kind: ChipKind,
    /// Where the list without it is.
    #[prop(into)]
    remove: Option<String>,
) -> impl IntoView {
    let icon = (kind == ChipKind::Error).then(|| view! { <Icon glyph=Glyph::Alert/> });
    let label = copy::hub::remove(&text);
    let remove = match remove {
        Some(href) => Either::Left(view! {
            <a
                href=href
                class="inline-flex size-6 items-center justify-center rounded-full hover:bg-line"
                aria-label=label
                data-noscroll=true
            >
                <Icon glyph=Glyph::Close/>
            </a>
        }),
        None => Either::Right(view! { <span class="w-1"></span> }),
    };
    view! {
        <li class=kind.class()>
            {icon}
            <span class="truncate" title=text.clone()>
                {text.clone()}
            </span>
            {(!note.is_empty()).then(|| view! { <span class="text-xs text-muted">{note}</span> })}
            {remove}
        </li>
    }
}
