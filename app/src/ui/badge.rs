//! The badge of a state: shape, word and colour, all three from the one catalogue in `domain::badge`.
//!
//! The only place where the colours of states are used; a test holds that.

use domain::badge::{Badge as Look, Tone};
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

const fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Warning => "badge inline-flex items-center gap-1.5 rounded-full bg-warning-soft py-0.5 pr-2.5 pl-1.5 font-medium whitespace-nowrap text-warning",
        Tone::Info => "badge inline-flex items-center gap-1.5 rounded-full bg-info-soft py-0.5 pr-2.5 pl-1.5 font-medium whitespace-nowrap text-info",
        Tone::Success => "badge inline-flex items-center gap-1.5 rounded-full bg-success-soft py-0.5 pr-2.5 pl-1.5 font-medium whitespace-nowrap text-success",
        Tone::Danger => "badge inline-flex items-center gap-1.5 rounded-full bg-danger-soft py-0.5 pr-2.5 pl-1.5 font-medium whitespace-nowrap text-danger",
        Tone::Neutral => "badge inline-flex items-center gap-1.5 rounded-full bg-neutral-soft py-0.5 pr-2.5 pl-1.5 font-medium whitespace-nowrap text-neutral",
    }
}

/// A state as shape, word and colour.
#[component]
pub fn Badge(
    /// From the catalogue: `RunRow::badge` or `domain::badge::of_item`.
    #[prop(into)]
    look: Signal<Look>,
) -> impl IntoView {
    let glyph = Signal::derive(move || Glyph::State(look.get().shape));
    view! {
        <span class=move || class(look.get().tone)>
            <Icon glyph=glyph/>
            <span>{move || look.get().word}</span>
        </span>
    }
}
