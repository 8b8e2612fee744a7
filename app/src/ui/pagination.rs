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

/// Links through a list that has only one direction: on, and back to where it begins.
#[component]
pub fn Onward(
    /// What is paged, for the landmark's name.
    label: &'static str,
    /// Where the list begins, unless that is here.
    #[prop(optional_no_strip)]
    first: Option<String>,
    /// Where the next part is.
    #[prop(optional_no_strip)]
    next: Option<String>,
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav aria-label=label class="flex items-center justify-end gap-2">
                {first.map(|href| view! {
                    <a href=href class=Weight::Secondary.class()>
                        {copy::FIRST}
                    </a>
                })}
                {next.map(|href| view! {
                    <a href=href rel="next" class=Weight::Secondary.class()>
                        {copy::MORE}
                        <Icon glyph=Glyph::Right/>
                    </a>
                })}
            </nav>
        }
    })
}
