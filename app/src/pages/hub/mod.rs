//! Monitoring → Operations: the list of runs. What it shows is in the URL and nowhere else.

pub mod chips;
pub mod empty;
pub mod filter;
pub mod live;
pub mod query;
pub mod row;
pub mod table;

use domain::filter::Tab;
use domain::view::RunPage;
use leptos::either::Either;
use leptos::ev;
use leptos::prelude::*;

use self::chips::FilterChips;
use self::empty::EmptyHub;
use self::filter::FilterForm;
use self::live::LiveRows;
use self::query::{HubQuery, href, under_tab};
use self::table::RunTable;
use super::search::use_search;
use crate::api::hub::load_runs;
use crate::clock::use_clock;
use crate::copy;
use crate::eager::eager;
use crate::live::LiveLine;
use crate::resource;
use crate::ui::error_panel::ErrorPanel;
use crate::ui::heading::PageHeading;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::pagination::Pagination;
use crate::ui::skeleton::Skeleton;
use crate::ui::tabs::{Tab as TabLink, Tabs};
use crate::ui::title::PageTitle;
use crate::url;

/// The hub.
#[component]
pub fn HubPage() -> impl IntoView {
    let search = use_search(|path| path == url::HUB);
    let query = Memo::new(move |_| search.with(|search| HubQuery::parse(search)));
    let page = resource::load(move || query.with(HubQuery::to_query), load_runs);
    let reload = Callback::new(move |()| page.refetch());
    view! {
        <PageTitle text=copy::hub::TITLE.to_owned()/>
        <div class="flex flex-col gap-4">
            <PageHeading>{copy::hub::TITLE}</PageHeading>
            <FilterForm query=query/>
            <FilterChips query=query/>
            <Transition fallback=|| eager(view! { <Skeleton rows=12/> })>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => Either::Left(view! { <Runs page=page query=query.get_untracked() reload=reload/> }),
                        Err(error) => Either::Right(view! { <ErrorPanel error=error reload=reload/> }),
                    }
                })}
            </Transition>
        </div>
    }
}

/// A page of the list with its tabs.
#[component]
fn Runs(
    /// What the server answered.
    page: RunPage,
    /// What it was asked.
    query: HubQuery,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    let clock = use_clock();
    let now = page.now;
    Effect::new(move |_| clock.observe(now));

    let live = LiveRows::new(&page, &query);
    let tabs = Tab::ALL
        .into_iter()
        .enumerate()
        .map(|(place, tab)| TabLink {
            href: href(&under_tab(&query.filter, tab)),
            label: tab.label(),
            count: page.tabs.get(place).map(ToString::to_string),
            current: tab == query.filter.tab,
        })
        .collect();
    let pinned = (!live.pinned.is_empty()).then(|| {
        view! {
            <div class="flex flex-col gap-2">
                <h2 class="font-medium text-muted">{copy::hub::PINNED}</h2>
                <RunTable caption=copy::hub::PINNED runs=live.pinned.clone() now=now/>
            </div>
        }
    });
    let list = if page.rows.is_empty() {
        Either::Left(view! { <EmptyHub query=query.clone()/> })
    } else {
        Either::Right(view! { <RunTable caption=copy::hub::TITLE runs=live.rows.clone() now=now/> })
    };
    let newer = page.newer.clone().map(|cursor| query.newer(cursor));
    let older = page.older.clone().map(|cursor| query.older(cursor));
    view! {
        <div class="flex min-w-0 items-center gap-x-4 border-b border-line">
            <Tabs label=copy::hub::TABS tabs=tabs/>
            // Beside the tabs and as high as they are, so that nothing moves when there is something to say.
            <div class="ml-auto flex h-9 shrink-0 items-center gap-3">
                <NewRuns live=live.clone() first=href(&query.filter) here=query.is_first_page() reload=reload/>
                <LiveLine liveness=live.liveness announcement=live.announcement/>
            </div>
        </div>
        {page.cursor_broken.then(|| view! { <Notice kind=NoticeKind::Alert>{copy::hub::CURSOR_BROKEN}</Notice> })}
        {pinned}
        {list}
        <Pagination label=copy::hub::TITLE newer=newer older=older/>
    }
}

/// The banner that says how many runs have come since. They are shown when the reader asks for them, not before.
#[component]
fn NewRuns(
    /// What is known by now.
    live: LiveRows,
    /// Where the list begins.
    first: String,
    /// Whether that is here.
    here: bool,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    let show = move |event: ev::MouseEvent| {
        if here {
            event.prevent_default();
            reload.run(());
        }
    };
    move || {
        let newer = live.newer.get();
        let first = first.clone();
        (newer.count > 0).then(|| {
            view! {
                <a
                    href=first
                    class="inline-flex h-7 items-center rounded-full bg-accent px-3 font-medium text-on-accent tabular-nums"
                    on:click=show
                >
                    {copy::hub::new_ones(&newer.to_string())}
                </a>
            }
        })
    }
}
