//! The page of one run, whatever workspace is selected.

pub mod clocks;
pub mod decision;
pub mod facts;
pub mod head;
pub mod item_filters;
pub mod items;
pub mod load;
pub mod reasons;
pub mod related;
pub mod scope;
pub mod split;
pub mod summaries;
pub mod technical;
pub mod timeline;

use domain::view::{RunDetail, RunPoll, RunRow};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::decision::Decision;
use self::facts::Facts;
use self::head::Head;
use self::items::Items;
use self::load::{RunQuery, load, pace, reload};
use self::reasons::Reasons;
use self::related::RelatedLinks;
use self::scope::Scope;
use self::summaries::{CopyBar, Summaries};
use self::technical::Technical;
use self::timeline::Timeline;
use super::search::use_search;
use crate::clock::use_clock;
use crate::copy;
use crate::hydrate_sync::{hydrate_sync, render_once};
use crate::live::{LiveLine, Wake, poll};
use crate::resource;
use crate::routes;
use crate::ui::error_panel::ErrorPanel;
use crate::ui::skeleton::Skeleton;
use crate::ui::title::PageTitle;

#[component]
pub fn RunPage() -> impl IntoView {
    let params = use_params_map();
    let search = use_search(routes::Run::PATTERN);
    let query = Memo::new(move |_| {
        let run = params.with(|params| params.get("run").unwrap_or_default());
        search.with(|search| RunQuery::new(run, search))
    });
    let detail = resource::load(move || query.get(), load);
    let reload = Callback::new(move |()| detail.refetch());
    view! {
        <Transition fallback=|| hydrate_sync(view! { <Skeleton/> })>
            {render_once(move || Suspend::new(async move {
                match detail.await {
                    Ok(detail) => Either::Left(view! { <Run detail=detail query=query.get_untracked()/> }),
                    Err(error) => {
                        Either::Right(view! {
                            <PageTitle text=routes::Run::TITLE.to_owned()/>
                            <ErrorPanel error=error reload=reload whole_page=true/>
                        })
                    }
                }
            }))}
        </Transition>
    }
}

/// The state comes first: a tab shows little of its title.
fn title_of(run: &RunRow) -> String {
    format!("{} · {} · {}", run.badge().word, run.label(), run.target)
}

/// A run, kept up to date until it ends.
#[component]
fn Run(
    /// What the server answered at first.
    detail: RunDetail,
    /// What it was asked.
    query: RunQuery,
) -> impl IntoView {
    let clock = use_clock();
    let now = detail.now;
    Effect::new(move |_| clock.observe(now));

    let title = ArcRwSignal::new(title_of(&detail.run));
    let first = pace(&detail.run, now);
    let detail = RwSignal::new(detail);
    let (announcement, announce) = signal(String::new());
    let live = {
        let query = query.clone();
        let title = title.clone();
        poll(
            first,
            Wake::Never,
            None,
            move || reload(query.clone(), detail.with_untracked(|detail| detail.stamp)),
            move |answer: RunPoll| {
                let Some(mut fresh) = answer.detail else {
                    return detail.with_untracked(|known| pace(&known.run, answer.now));
                };
                if detail.with_untracked(|old| old.run.badge() != fresh.run.badge()) {
                    announce.set(copy::live::now(
                        fresh.run.label(),
                        &fresh.run.target,
                        fresh.run.badge().word,
                    ));
                    title.set(title_of(&fresh.run));
                }
                if fresh.run.status.is_active() {
                    fresh.related = detail.with_untracked(|known| known.related.clone());
                }
                let pause = pace(&fresh.run, answer.now);
                detail.set(*fresh);
                pause
            },
        )
    };
    view! {
        <PageTitle text=title/>
        <div class="flex flex-col gap-4">
            <div class="flex items-start justify-between gap-2">
                <Head detail=detail/>
                <LiveLine live=live announcement=announcement/>
            </div>
            <CopyBar detail=detail/>
            // The facts stand beside the rest where there is room, and before the items where there is not.
            <div class="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem] xl:grid-rows-[auto_1fr]">
                <div class="flex min-w-0 flex-col gap-4">
                    <Decision detail=detail live=live/>
                    <Reasons detail=detail query=query.clone()/>
                </div>
                <div class="flex min-w-0 flex-col gap-4 xl:row-span-2">
                    <Facts detail=detail/>
                    <Timeline detail=detail/>
                    <RelatedLinks detail=detail/>
                </div>
                <div class="flex min-w-0 flex-col gap-4">
                    <Scope detail=detail/>
                    <Items detail=detail query=query/>
                    <Summaries detail=detail/>
                    <Technical detail=detail/>
                </div>
            </div>
        </div>
    }
}
