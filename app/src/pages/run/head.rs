//! The top of the page: what the operation is, how it stands, and whether anybody has to do anything.

use chrono::{DateTime, Utc};
use domain::reason::ReasonCode;
use domain::status::{Freshness, Outcome, RunStatus};
use domain::view::{RunDetail, RunRow};
use leptos::either::Either;
use leptos::prelude::*;

use crate::clock::{self, use_clock};
use crate::copy;
use crate::ui::badge::Badge;
use crate::ui::heading::PageHeading;
use crate::ui::notice::Notice;
use crate::ui::progress::Progress;
use crate::url;

/// Name, place and badge.
#[component]
pub fn Head(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let (label, place, demo) = detail.with_untracked(|detail| (detail.run.label(), place(detail), detail.run.demo));
    let badge = Memo::new(move |_| detail.with(|detail| detail.run.badge()));
    view! {
        <div class="flex min-w-0 flex-col gap-1">
            <p>
                <a href=url::HUB class="text-muted hover:text-ink hover:underline">
                    {copy::nav::OPERATIONS}
                </a>
            </p>
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <PageHeading>{label}</PageHeading>
                <Badge look=badge/>
            </div>
            <p class="text-muted">{place}</p>
            {demo.then(|| view! { <p class="text-xs text-muted">{copy::run::DEMO}</p> })}
        </div>
    }
}

/// Tenant and workspace in one line.
fn place(detail: &RunDetail) -> String {
    let tenant = detail
        .run
        .tenant
        .as_ref()
        .map_or(copy::run::WHOLE_WORKSPACE, |tenant| &tenant.name);
    format!("{tenant} · {}", detail.workspace.name)
}

/// What happened and what to do about it; while it goes on, how far it is.
#[component]
pub fn Decision(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let active = Memo::new(move |_| detail.with(|detail| detail.run.status.is_active()));
    let stale = Memo::new(move |_| detail.with(|detail| detail.run.freshness == Some(Freshness::LikelyStale)));
    view! {
        <section
            aria-labelledby="what-happened"
            class="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4"
        >
            <h2 id="what-happened" class="text-base font-semibold">
                {move || if active.get() { copy::run::IN_PROGRESS } else { copy::run::WHAT_HAPPENED }}
            </h2>
            {move || if active.get() {
                Either::Left(view! { <Going detail=detail/> })
            } else {
                Either::Right(view! { <Ended detail=detail/> })
            }}
            {move || stale.get().then(|| view! { <Notice>{copy::run::STALE}</Notice> })}
        </section>
    }
}

/// An active run: what it is doing, and honest progress.
#[component]
fn Going(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let clock = use_clock();
    let doing = Memo::new(move |_| detail.with(|detail| doing(&detail.run)));
    let waiting = Memo::new(move |_| detail.with(|detail| detail.run.waiting_until));
    let until = move |until: DateTime<Utc>| {
        let local = clock.is_running().then(|| clock::local_time(until)).flatten();
        copy::run::waiting(&local.unwrap_or_else(|| copy::time::of_day(until)))
    };
    let counts = Memo::new(move |_| detail.with(|detail| detail.run.counts));
    let percent = Memo::new(move |_| counts.get().percent());
    let known = Memo::new(move |_| percent.get().is_some());
    let started = move || counts.with(|counts| counts.processed > 0 || counts.total.is_some());
    view! {
        <p>{move || waiting.get().map_or_else(|| doing.get(), until)}</p>
        {move || known.get().then(|| view! {
            <Progress percent=Signal::derive(move || percent.get().unwrap_or(0)) label=copy::run::ITEMS/>
        })}
        {move || started().then(|| view! {
            <p class="text-muted tabular-nums">{copy::run::processed(&counts.get())}</p>
        })}
    }
}

fn doing(run: &RunRow) -> String {
    match (&run.phase, run.status, run.hold) {
        (_, RunStatus::Queued, Some(_)) => copy::run::ON_HOLD.to_owned(),
        (_, RunStatus::Queued, None) => copy::run::QUEUED.to_owned(),
        (Some(phase), ..) => phase.clone(),
        (None, ..) => copy::run::WORKING.to_owned(),
    }
}

/// A run that has ended: the outcome in a sentence, and the remedy if there is one.
#[component]
fn Ended(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    detail.with_untracked(|detail| {
        let counts = copy::run::result(&detail.run.counts);
        let (happened, remedy) = explain(detail);
        let code = reason(detail).map(|code| view! { <code class="font-mono text-xs text-muted">{code}</code> });
        view! {
            <p>{happened}</p>
            {(counts != copy::NONE).then(|| view! { <p class="text-muted tabular-nums">{counts}</p> })}
            {remedy.map(|remedy| view! {
                <h3 class="font-semibold">{copy::run::WHAT_TO_DO}</h3>
                <p>{remedy}</p>
            })}
            {code}
        }
    })
}

/// The code that explains the run: its own, or that of its most frequent failure.
fn reason(detail: &RunDetail) -> Option<String> {
    let own = detail.run.reason.clone();
    own.or_else(|| {
        detail
            .failures
            .iter()
            .max_by_key(|failure| failure.count)
            .map(|failure| failure.code.clone())
    })
}

fn explain(detail: &RunDetail) -> (String, Option<&'static str>) {
    let counts = copy::run::ended(&detail.run.counts);
    if detail.run.outcome == Outcome::Succeeded {
        return (counts, None);
    }
    let Some(code) = reason(detail) else {
        return (counts, None);
    };
    let (sentence, remedy) = match code.parse::<ReasonCode>() {
        Ok(known) => (known.technician().to_owned(), Some(known.remedy())),
        Err(_) => (copy::run::unknown_reason(&code), None),
    };
    let happened = if detail.run.counts.processed > 0 {
        format!("{counts} {sentence}")
    } else {
        sentence
    };
    (happened, remedy)
}
