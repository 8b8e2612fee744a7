//! Why the list has no rows: different things, each with its own way out.

use chrono::{DateTime, TimeDelta, Utc};
use domain::filter::{DEFAULT_WINDOW_DAYS, Day, RunFilter, Tab};
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
    /// How many days the workspace keeps its runs, if that is known.
    kept_days: Option<u16>,
    /// When the server answered.
    now: DateTime<Utc>,
) -> impl IntoView {
    let filter = &query.filter;
    let said = |(title, text): (&'static str, &str)| (title, text.to_owned());
    let ((title, text), words, link) = if filter.matches_nothing() {
        (said(empty::UNKNOWN), copy::hub::CLEAR_FILTERS, url::HUB.to_owned())
    } else if !query.is_first_page() {
        (said(empty::END), copy::FIRST, href(filter))
    } else if is_narrowed(filter) {
        (said(empty::FILTERED), copy::hub::CLEAR_FILTERS, url::HUB.to_owned())
    } else if filter.from.is_some() || filter.to.is_some() {
        (
            of_window(filter, kept_days, now),
            copy::hub::CLEAR_FILTERS,
            href(&RunFilter {
                tab: filter.tab,
                ..RunFilter::default()
            }),
        )
    } else if filter.tab != Tab::All {
        (said(empty::TAB), Tab::All.label(), href(&under_tab(filter, Tab::All)))
    } else {
        return Either::Left(view! { <NothingYet kept_days=kept_days/> });
    };
    Either::Right(view! {
        <EmptyState title=title text=text>
            <LinkButton href=link>{words}</LinkButton>
        </EmptyState>
    })
}

/// Whether retention may be why a period has none.
fn of_window(filter: &RunFilter, kept_days: Option<u16>, now: DateTime<Utc>) -> (&'static str, String) {
    let plain = (empty::WINDOW.0, empty::WINDOW.1.to_owned());
    let Some(days) = kept_days else { return plain };
    let kept_from = now - TimeDelta::days(days.into());
    let day = TimeDelta::days(1);
    if filter.to.is_some_and(|to| to.start(now) < kept_from - day) {
        empty::not_kept(days)
    } else if filter.from.is_none_or(|from| from.start(now) < kept_from - day) {
        empty::partly_kept(days)
    } else {
        plain
    }
}

/// Nothing was started: the way to start something.
#[component]
fn NothingYet(
    /// How many days the workspace keeps its runs, if that is known.
    kept_days: Option<u16>,
) -> impl IntoView {
    let viewer = use_viewer();
    let first = untrack(|| viewer.read(|viewer| viewer.tenants.first().map(|tenant| tenant.id)));
    // Where no more than the usual window is kept, there is nothing behind it.
    let all = kept_days.filter(|days| *days > DEFAULT_WINDOW_DAYS).map(|days| {
        let link = href(&RunFilter {
            from: Some(Day::Ago(days)),
            ..RunFilter::default()
        });
        view! {
            <LinkButton href=link weight=Weight::Quiet>{copy::hub::whole_history(days)}</LinkButton>
        }
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
                {all}
            </p>
        </EmptyState>
    }
}
