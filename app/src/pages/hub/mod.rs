//! Monitoring → Operations: the list of runs. What it shows is in the URL and nowhere else.

pub mod changes;
pub mod chips;
pub mod context;
pub mod empty;
pub mod export;
pub mod filter;
pub mod keys;
pub mod live;
mod presets;
pub mod query;
pub mod row;
pub mod table;
pub mod view_rows;
pub mod views;

use domain::filter::{HubQuery, Tab};
use domain::view::RunPage;
use leptos::either::Either;
use leptos::ev;
use leptos::prelude::*;

use self::changes::{ChangeProblem, ChangeStatus, Changes};
use self::chips::HubChips;
use self::context::HubContext;
use self::empty::EmptyHub;
use self::export::ExportMenu;
use self::filter::HubFilter;
use self::keys::Shortcuts;
use self::live::LiveRows;
use self::query::{at, href};
use self::table::RunTable;
use self::views::{ViewLinks, ViewsMenu};
use super::search::use_search;
use crate::api::hub::{load_hub, load_runs};
use crate::clock::use_clock;
use crate::copy;
use crate::hydrate_sync::{hydrate_sync, render_once};
use crate::live::{LiveLine, Liveness};
use crate::resource::{self, Loaded};
use crate::routes;
use crate::ui::error_panel::ErrorPanel;
use crate::ui::heading::PageHeading;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::pagination::Pagination;
use crate::ui::skeleton::Skeleton;
use crate::ui::tabs::{Tab as TabLink, Tabs};
use crate::ui::title::PageTitle;
use crate::viewer::use_viewer;

#[component]
pub fn HubPage() -> impl IntoView {
    let search = use_search(routes::Hub::PATTERN);
    let asked = Memo::new(move |_| search.with(|search| HubQuery::parse(search)));
    // Both here: the browser finds what the server has loaded by the order in which it is asked for, and what is in a
    // `Suspend` has none.
    let frame = resource::load(|| (), |()| load_hub());
    let page = resource::load(move || asked.with(HubQuery::to_query), load_runs);
    view! {
        <Suspense fallback=|| hydrate_sync(view! { <Skeleton rows=12/> })>
            {render_once(Suspend::new(async move {
                let frame = HubContext::new(frame.await);
                view! { <Hub search=search asked=asked page=page frame=frame/> }
            }))}
        </Suspense>
    }
}

/// The hub, once it is known who and what a filter may name.
#[component]
fn Hub(
    search: Memo<String>,
    asked: Memo<HubQuery>,
    page: Loaded<RunPage>,
    /// What stands around the list.
    frame: HubContext,
) -> impl IntoView {
    let viewer = use_viewer();
    let query = {
        let frame = frame.clone();
        Memo::new(move |_| {
            let asked = asked.get();
            let filter = frame.mask_unknown_values(asked.filter, viewer);
            HubQuery { filter, ..asked }
        })
    };
    let reload = Callback::new(move |()| page.refetch());
    let changes = Changes::new(&frame);
    let list = frame.clone();
    view! {
        <PageTitle text=frame.title()/>
        // Wide: the layout gives it all the room there is.
        <div class="flex flex-col gap-4" data-wide=true>
            <div class="relative flex flex-wrap items-center gap-2">
                <PageHeading>{copy::hub::TITLE}</PageHeading>
                <div class="ml-auto flex items-center gap-2">
                    <ViewsMenu query=query frame=frame.clone() changes=changes/>
                    <ExportMenu query=query/>
                    <Shortcuts/>
                </div>
            </div>
            <ChangeProblem changes=changes search=search/>
            <ChangeStatus changes=changes/>
            <ViewLinks query=query frame=frame.clone()/>
            <HubFilter query=query frame=frame.clone()/>
            <HubChips query=query frame=frame/>
            <Transition fallback=|| hydrate_sync(view! { <Skeleton rows=12/> })>
                {render_once(move || {
                    let frame = list.clone();
                    Suspend::new(async move {
                        match page.await {
                            Ok(page) => {
                                Either::Left(view! { <Runs page=page query=query.get_untracked() frame=frame reload=reload/> })
                            }
                            Err(error) => Either::Right(view! { <ErrorPanel error=error reload=reload/> }),
                        }
                    })
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
    /// What stands around it.
    frame: HubContext,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    let clock = use_clock();
    let now = page.now;
    {
        let frame = frame.clone();
        Effect::new(move |_| {
            clock.observe(now);
            frame.complete();
        });
    }

    let live = LiveRows::new(&page, &query, &frame);
    let counts = live.tabs;
    let tabs = Tab::ALL
        .into_iter()
        .enumerate()
        .map(|(place, tab)| TabLink {
            href: href(query.filter.clone().under_tab(tab)),
            label: tab.label(),
            count: Some(Signal::derive(move || {
                counts.with(|counts| counts.get(place).map(ToString::to_string).unwrap_or_default())
            })),
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
        let kept = untrack(|| frame.read(|known| known.retention_days));
        Either::Left(view! { <EmptyHub query=query.clone() page=page.clone() kept=kept/> })
    } else {
        Either::Right(view! { <RunTable caption=copy::hub::TITLE runs=live.rows.clone() now=now/> })
    };
    let newer = page.newer.clone().map(|cursor| at(&query.newer(cursor)));
    let older = page.older.clone().map(|cursor| at(&query.older(cursor)));
    view! {
        <div class="flex min-w-0 items-end gap-x-4 border-b border-line max-md:flex-col-reverse max-md:items-stretch">
            <Tabs label=copy::hub::TABS tabs=tabs/>
            // Beside the tabs, as high as they are and as wide as it can be, so that nothing moves when there is something to say.
            <div class="flex h-9 grow items-center justify-end gap-3">
                <NewRuns live=live.clone() query=query.clone() reload=reload/>
                <LiveLine live=live.live announcement=live.announcement/>
                <PauseButton liveness=live.live.state held=frame.held/>
            </div>
        </div>
        {page.cursor_broken.then(|| view! { <Notice kind=NoticeKind::Alert>{copy::CURSOR_BROKEN}</Notice> })}
        {pinned}
        {list}
        <Pagination label=copy::hub::TITLE newer=newer older=older/>
    }
}

/// Stops and resumes the updates, as long as there are any to wait for. Its room is kept while it is not there, so that the words
/// beside it do not move when it comes.
#[component]
fn PauseButton(
    /// How up to date the list is.
    liveness: ReadSignal<Liveness>,
    /// Whether the viewer has paused it.
    held: RwSignal<bool>,
) -> impl IntoView {
    let idle = Memo::new(move |_| !liveness.get().is_waiting());
    view! {
        <button
            type="button"
            aria-pressed=move || if held.get() { "true" } else { "false" }
            class="inline-flex h-7 items-center rounded-md border border-control px-2 text-xs hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:text-accent"
            class:invisible=idle
            on:click=move |_| held.update(|held| *held = !*held)
        >
            {copy::live::PAUSE}
        </button>
    }
}

/// The banner that says how many runs have come since, or have left the tab Active. They are shown, or taken away, when the reader asks
/// for it, not before.
#[component]
fn NewRuns(
    /// What is known by now.
    live: LiveRows,
    query: HubQuery,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    let (here, first) = (query.is_first_page(), href(query.filter.clone()));
    let active = query.filter.tab == Tab::Active;
    let show = move |event: ev::MouseEvent| {
        if here {
            event.prevent_default();
            reload.run(());
        }
    };
    move || {
        let newer = live.newer.get();
        let ended = if active { live.ended() } else { 0 };
        let words = match (newer.count, ended) {
            (0, 0) => None,
            (0, ended) => Some(copy::hub::ended(ended)),
            _ => Some(copy::hub::new_ones(&newer.to_string())),
        };
        let first = first.clone();
        words.map(|words| {
            view! {
                <a
                    href=first
                    class="inline-flex h-7 items-center rounded-full bg-accent px-3 font-medium text-on-accent"
                    on:click=show
                >
                    {words}
                </a>
            }
        })
    }
}
