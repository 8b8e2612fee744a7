//! Why the list has no rows: four different things, each with its own way out.

use domain::filter::{Day, RunFilter, Tab};
use leptos::either::Either;
use leptos::prelude::*;

use super::query::{HubQuery, href, is_narrowed, under_tab};
use crate::copy;
use crate::copy::hub::empty;
use crate::ui::button::{LinkButton, Weight};
use crate::ui::empty_state::EmptyState;
use crate::url;
use crate::viewer::use_viewer;

/// Stands where the rows would be.
#[component]
pub fn EmptyHub(
    /// What was asked for.
    query: HubQuery,
) -> impl IntoView {
    let filter = &query.filter;
    let ((title, text), words, link) = if filter.matches_nothing() {
        (empty::UNKNOWN, copy::hub::CLEAR_FILTERS, url::HUB.to_owned())
    } else if !query.is_first_page() {
        (empty::END, copy::FIRST, href(filter))
    } else if is_narrowed(filter) {
        (empty::FILTERED, copy::hub::CLEAR_FILTERS, url::HUB.to_owned())
    } else if filter.from.is_some() || filter.to.is_some() {
        (
            empty::WINDOW,
            copy::hub::CLEAR_FILTERS,
            href(&RunFilter {
                tab: filter.tab,
                ..RunFilter::default()
            }),
        )
    } else if filter.tab != Tab::All {
        (empty::TAB, Tab::All.label(), href(&under_tab(filter, Tab::All)))
    } else {
        return Either::Left(view! { <NothingYet/> });
    };
    Either::Right(view! {
        <EmptyState title=title text=text>
            <LinkButton href=link>{words}</LinkButton>
        </EmptyState>
    })
}

/// Nothing was started: the way to start something.
#[component]
fn NothingYet() -> impl IntoView {
    let viewer = use_viewer();
    let first = untrack(|| viewer.read(|viewer| viewer.tenants.first().map(|tenant| tenant.id)));
    let all = href(&RunFilter {
        from: Some(Day::Ago(copy::hub::KEPT_DAYS)),
        ..RunFilter::default()
    });
    let (title, text) = empty::NOTHING;
    view! {
        <EmptyState title=title text=text>
            <p class="flex flex-wrap justify-center gap-3">
                {first.map(|tenant| view! {
                    <LinkButton href=url::inventory(tenant) weight=Weight::Primary>
                        {copy::hub::START}
                    </LinkButton>
                })}
                <LinkButton href=all weight=Weight::Quiet>{copy::hub::WHOLE_HISTORY}</LinkButton>
            </p>
        </EmptyState>
    }
}
