//! The latest run of what a page starts, followed while it is active.

use std::time::Duration;

use domain::version_tag::VersionTag;
use domain::view::{RunPoll, RunRow};
use leptos::either::Either;
use leptos::prelude::*;

use crate::api::run::poll_run;
use crate::copy;
use crate::live::{LiveLine, Wake, poll};
use crate::routes;
use crate::ui::badge::Badge;
use crate::ui::section::Section;
use crate::ui::time::Time;

/// How often it is asked for.
const PAUSE: Duration = Duration::from_secs(3);

/// How the latest sync stands. When it ends, the page is loaded again: what it lists has changed.
#[component]
pub fn LatestSync(
    /// The run as the page was loaded.
    run: Option<RunRow>,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    let body = match run {
        None => Either::Left(view! { <p class="text-muted">{copy::start::NEVER_SYNCED}</p> }),
        Some(run) => Either::Right(view! { <Followed run=run reload=reload/> }),
    };
    view! {
        <Section id="latest-sync" title=copy::start::LAST_SYNC>
            {body}
        </Section>
    }
}

fn how_far(run: &RunRow) -> String {
    match run.status.is_active() {
        _ if run.counts.processed == 0 => String::new(),
        true => copy::run::processed(&run.counts),
        false => copy::run::result(&run.counts),
    }
}

/// A run that is kept up to date until it ends.
#[component]
fn Followed(
    /// The run as the page was loaded.
    run: RunRow,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    let (id, created_at, initiator) = (run.id, run.created_at, run.initiator.clone());
    let first = run.status.is_active().then_some(PAUSE);
    let run = RwSignal::new(run);
    let (announcement, announce) = signal(String::new());
    let seen = StoredValue::new(None);
    // By the run and not by the list, which is of the selected workspace: this tenant may be of another one.
    let live = poll(
        first,
        Wake::Never,
        None,
        move || {
            let seen = seen.get_value().map(|stamp: VersionTag| stamp.to_string());
            let nothing = String::new;
            poll_run(
                id.to_string(),
                nothing(),
                nothing(),
                nothing(),
                seen.unwrap_or_default(),
            )
        },
        move |answer: RunPoll| {
            let Some(detail) = answer.detail else {
                return Some(PAUSE);
            };
            seen.set_value(Some(detail.stamp));
            let fresh = detail.run;
            let active = fresh.status.is_active();
            if run.with_untracked(RunRow::badge) != fresh.badge() {
                announce.set(copy::live::now(fresh.label(), &fresh.target, fresh.badge().word));
            }
            run.set(fresh);
            if !active {
                reload.run(());
            }
            active.then_some(PAUSE)
        },
    );
    let badge = Memo::new(move |_| run.with(RunRow::badge));
    let result = Memo::new(move |_| run.with(how_far));
    view! {
        <div class="flex flex-col gap-2">
            <p class="flex flex-wrap items-center gap-3">
                <Badge look=badge/>
                <span>{result}</span>
            </p>
            <p class="text-muted">
                {initiator}
                " · "
                <Time at=created_at/>
            </p>
            <div class="flex items-center gap-3">
                <a href=routes::Run::link(id) class="font-medium text-accent underline underline-offset-2">
                    {copy::VIEW_RUN}
                </a>
                <LiveLine live=live announcement=announcement/>
            </div>
        </div>
    }
}
