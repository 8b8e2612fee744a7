//! Links to the neighbouring pages of a list (keyset: there are no page numbers to show).

use leptos::prelude::*;

use super::button::Weight;
use super::icon::{Glyph, Icon};
use crate::copy;

/// Links to newer and older entries, as far as there are any.
#[component]
pub fn Pagination(
    /// What is paged, for the landmark's name.
    label: &'static str,
    /// Where newer entries are.
    #[prop(optional_no_strip)]
    newer: Option<String>,
    /// Where older entries are.
    #[prop(optional_no_strip)]
    older: Option<String>,
) -> impl IntoView {
    (newer.is_some() || older.is_some()).then(|| {
        view! {
            <nav aria-label=label class="flex items-center justify-end gap-2">
                {newer.map(|href| view! {
                    <a href=href rel="prev" class=Weight::Secondary.class()>
                        <Icon glyph=Glyph::Left/>
                        {copy::NEWER}
                    </a>
                })}
                {older.map(|href| view! {
                    <a href=href rel="next" class=Weight::Secondary.class()>
                        {copy::OLDER}
                        <Icon glyph=Glyph::Right/>
                    </a>
                })}
            </nav>
        }
    })
}
