//! Why the list has no rows: different things, each with its own way out. What cannot be known is not said as if it were.

use chrono::TimeDelta;
use domain::filter::{Day, HubQuery, Narrowing, RunFilter, Tab};
use domain::view::{BoundedCount, RunPage};
use leptos::either::Either;
use leptos::prelude::*;

use super::query::href;
use crate::copy;
use crate::copy::hub::empty;
use crate::routes;
use crate::ui::button::{LinkButton, Weight};
use crate::ui::empty_state::EmptyState;
use crate::viewer::use_viewer;

/// What is said, and the way out: a word and where it leads.
type Words = (String, String, &'static str, String);

/// Stands where the rows would be.
#[component]
pub fn EmptyHub(
    /// What was asked for.
    query: HubQuery,
    /// What the server answered.
    page: RunPage,
    /// For how many days runs are kept, if that is known.
    kept: Option<u16>,
) -> impl IntoView {
    match why(&query, &page, kept) {
        Some((title, text, words, link)) => Either::Right(view! {
            <EmptyState title=title text=text>
                <LinkButton href=link>{words}</LinkButton>
            </EmptyState>
        }),
        None => Either::Left(view! { <NothingYet kept=kept/> }),
    }
}

/// Why there is nothing; `None` where nothing was asked for but what there is.
fn why(query: &HubQuery, page: &RunPage, kept: Option<u16>) -> Option<Words> {
    let filter = &query.filter;
    let words = |(title, text): (&str, &str), way: &'static str, link: String| {
        Some((title.to_owned(), text.to_owned(), way, link))
    };
    if filter.matches_nothing() {
        return words(empty::UNKNOWN, copy::hub::CLEAR_FILTERS, routes::Hub::link().to_owned());
    }
    if is_backwards(filter, page) {
        return words(empty::BACKWARDS, copy::hub::EXCHANGE, href(filter.clone().exchanged()));
    }
    if !query.is_first_page() {
        return words(empty::END, copy::FIRST, href(filter.clone()));
    }
    let chosen = filter.from.is_some() || filter.to.is_some();
    let count = |tab| {
        let place = Tab::ALL.iter().position(|other| *other == tab);
        place
            .and_then(|place| page.tabs.get(place))
            .copied()
            .unwrap_or_default()
    };
    let all = href(filter.clone().under_tab(Tab::All));
    if filter.tab != Tab::All && is_some(count(Tab::All)) {
        // Other states have some: neither filter nor period is why there are none of this one.
        let today = (filter.from, filter.to) == (Some(Day::Ago(0)), None);
        let title = empty::none_of(filter.tab, today, filter.is_narrowed());
        let others = empty::others(count(Tab::All), count(Tab::Succeeded), filter.tab);
        return Some((title.to_owned(), others, Tab::All.label(), all));
    }
    if filter.is_narrowed() {
        return words(
            empty::FILTERED,
            copy::hub::CLEAR_FILTERS,
            routes::Hub::link().to_owned(),
        );
    }
    if chosen {
        let (title, text) = empty::WINDOW;
        let text = match kept.filter(|days| reaches_back(page, *days)) {
            Some(days) => format!("{text} {}", empty::kept(days)),
            None => text.to_owned(),
        };
        return Some((
            title.to_owned(),
            text,
            copy::hub::USUAL_PERIOD,
            href(filter.clone().without(Narrowing::Window)),
        ));
    }
    if filter.tab == Tab::Active {
        return words(empty::ACTIVE, Tab::All.label(), all);
    }
    None
}

fn is_some(count: BoundedCount) -> bool {
    count.count > 0
}

/// The server knows what day it is in every zone.
fn is_backwards(filter: &RunFilter, page: &RunPage) -> bool {
    let no_day = page.window.is_some_and(|(from, to)| to.is_some_and(|to| to <= from));
    filter.is_backwards(None) || (no_day && filter.from.is_some() && filter.from != filter.to)
}

/// Whether what was removed by its age could have been in the window.
fn reaches_back(page: &RunPage, days: u16) -> bool {
    page.window
        .is_some_and(|(from, _)| from <= page.now - TimeDelta::days(days.into()))
}

/// Nothing was started: the way to start something.
#[component]
fn NothingYet(
    /// For how many days runs are kept, if that is known.
    kept: Option<u16>,
) -> impl IntoView {
    let viewer = use_viewer();
    let first = untrack(|| viewer.read(|viewer| viewer.tenants.first().map(|tenant| tenant.id)));
    let all = kept
        .filter(|days| *days > domain::filter::DEFAULT_WINDOW_DAYS)
        .map(|days| {
            let filter = RunFilter {
                from: Some(Day::Ago(days)),
                ..RunFilter::default()
            };
            view! { <LinkButton href=href(filter) weight=Weight::Quiet>{copy::hub::last_days_shown(days)}</LinkButton> }
        });
    let (title, text) = empty::NOTHING;
    view! {
        <EmptyState title=title text=text>
            <p class="flex flex-wrap justify-center gap-3">
                {first.map(|tenant| view! {
                    <LinkButton href=routes::Inventory::link(tenant) weight=Weight::Primary>
                        {copy::hub::START}
                    </LinkButton>
                })}
                {all}
            </p>
        </EmptyState>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of an empty page with these counts of all, active, succeeded, partial and failed.
    fn said(query: &str, tabs: [u32; 5], kept: u16) -> Option<(String, String)> {
        let query = HubQuery::parse(query);
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let page = RunPage {
            rows: Vec::new(),
            pinned: Vec::new(),
            older: None,
            newer: None,
            tabs: tabs.map(|count| BoundedCount::new(count, 1000)).into(),
            cursor_broken: false,
            window: query.filter.window(now, &domain::filter::UtcDays),
            now,
        };
        why(&query, &page, Some(kept)).map(|(title, text, ..)| (title, text))
    }

    #[test]
    fn case_from_after_to_is_said_and_nothing_else() {
        for query in [
            "from=2026-11-20&to=2026-11-10",
            "from=7d&to=2026-11-01",
            "from=2026-11-20&to=20d&tab=failed",
        ] {
            let (title, text) = said(query, [0; 5], 90).unwrap();
            assert_eq!(title, "From is after To", "{query}");
            assert!(!text.contains("kept") && !text.contains("removed"), "{query}: {text}");
        }
    }

    #[test]
    fn a_period_is_not_blamed_on_retention_unless_it_reaches_back_that_far() {
        for (query, kept, blamed) in [
            ("from=0d", 90, false),
            ("from=2026-11-20&to=2026-11-21", 90, false),
            ("from=2026-08-01", 90, true),
            ("from=2026-11-20&to=2026-11-21", 1, true),
            ("to=2026-08-01", 3650, true),
            ("from=100d", 3650, false),
        ] {
            let (title, text) = said(query, [0; 5], kept).unwrap();
            assert_eq!(title, "No operations in this period", "{query}");
            assert_eq!(text.contains(&format!("{kept} day")), blamed, "{query}: {text}");
        }
    }

    #[test]
    fn nothing_failed_is_good_news() {
        let (title, text) = said("tab=failed&from=0d", [16, 0, 16, 0, 0], 90).unwrap();
        assert_eq!(title, "Nothing failed today");
        assert_eq!(text, "16 operations began in this period; 16 of them succeeded.");
        let (title, _) = said("tab=failed", [3, 3, 0, 0, 0], 90).unwrap();
        assert_eq!(title, "Nothing failed");
        let (title, text) = said("tab=succeeded&type=inventory.sync", [1, 0, 0, 0, 1], 90).unwrap();
        assert_eq!(title, "None in this state match these filters");
        assert_eq!(text, "1 operation of other states is under All.");
        assert_eq!(
            said("tab=failed&type=inventory.sync", [0; 5], 90).unwrap().0,
            "No operation matches these filters"
        );
        assert_eq!(
            said("tab=active", [0; 5], 90).unwrap().0,
            "Nothing is queued or running"
        );
        assert_eq!(said("", [0; 5], 90), None);
    }
}
