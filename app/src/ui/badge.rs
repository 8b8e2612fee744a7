//! The badge of a state: shape, word and colour, all three from the one catalogue in `domain::badge`.
//!
//! The only place where the colours of states are used; a test holds that.

use domain::badge::{Badge as Look, Tone};
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

const fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Warning => "badge bg-warning-soft text-warning",
        Tone::Info => "badge bg-info-soft text-info",
        Tone::Success => "badge bg-success-soft text-success",
        Tone::Danger => "badge bg-danger-soft text-danger",
        Tone::Neutral => "badge bg-neutral-soft text-neutral",
    }
}

/// A state as shape, word and colour.
#[component]
pub fn Badge(
    /// From the catalogue: `RunRow::badge` or `domain::badge::of_item`.
    #[prop(into)]
    look: Signal<Look>,
) -> impl IntoView {
    view! {
        <span class=move || class(look.get().tone)>
            {move || view! { <Icon glyph=Glyph::State(look.get().shape)/> }}
            <span>{move || look.get().word}</span>
        </span>
    }
}
