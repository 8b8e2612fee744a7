//! The overview: how up to date each tenant is, how runs came out, and why they failed.

pub mod board;
pub mod causes;
pub mod chart;
pub mod days;

use domain::filter::RunFilter;
use domain::overview::Overview;
use leptos::either::Either;
use leptos::prelude::*;

use self::board::Board;
use self::causes::Causes;
use self::days::Days;
use crate::api::overview::load_overview;
use crate::clock::use_clock;
use crate::copy;
use crate::hydrate_sync::{hydrate_sync, render_once};
use crate::resource;
use crate::routes;
use crate::ui::error_panel::ErrorPanel;
use crate::ui::heading::PageHeading;
use crate::ui::skeleton::Skeleton;
use crate::ui::title::PageTitle;
use crate::url;

/// The list under a filter.
fn list(filter: &RunFilter) -> String {
    url::with_query(routes::Hub::link(), &url::query(filter.to_query()))
}

#[component]
pub fn OverviewPage() -> impl IntoView {
    let overview = resource::load(|| (), |()| load_overview());
    let reload = Callback::new(move |()| overview.refetch());
    view! {
        <PageTitle text=routes::Overview::TITLE.to_owned()/>
        <div class="flex flex-col gap-4">
            <PageHeading>{copy::overview::TITLE}</PageHeading>
            <Transition fallback=|| hydrate_sync(view! { <Skeleton rows=12/> })>
                {render_once(move || Suspend::new(async move {
                    match overview.await {
                        Ok(overview) => Either::Left(view! { <Parts overview=overview/> }),
                        Err(error) => Either::Right(view! { <ErrorPanel error=error reload=reload/> }),
                    }
                }))}
            </Transition>
        </div>
    }
}

#[component]
fn Parts(
    /// What the server answered.
    overview: Overview,
) -> impl IntoView {
    let clock = use_clock();
    let now = overview.now;
    Effect::new(move |_| clock.observe(now));
    view! {
        <div class="flex flex-col gap-4">
            <p class="text-muted">{overview.workspace}</p>
            <Board board=overview.board/>
            <div class="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
                <Days days=overview.days/>
                <Causes causes=overview.causes/>
            </div>
        </div>
    }
}
