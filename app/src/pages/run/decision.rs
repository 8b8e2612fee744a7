//! What happened, whether anything is needed, and what to do next; while it goes on, how far it is.

use chrono::{DateTime, Utc};
use domain::decision::explanation;
use domain::status::WorkerLiveness;
use domain::view::RunDetail;
use leptos::either::Either;
use leptos::prelude::*;

use crate::clock::use_clock;
use crate::copy;
use crate::copy::run::decision::decide;
use crate::live::Live;
use crate::ui::notice::Notice;
use crate::ui::progress::Progress;

/// The first thing to read.
#[component]
pub fn Decision(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
    /// How up to date that is.
    live: Live,
) -> impl IntoView {
    let active = Memo::new(move |_| detail.with(|detail| detail.run.status.is_active()));
    let next = Memo::new(move |_| detail.with(|detail| decide(detail).next));
    view! {
        <section
            aria-labelledby="what-happened"
            class="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4"
        >
            <h2 id="what-happened" class="text-base font-semibold">
                {move || if active.get() { copy::run::IN_PROGRESS } else { copy::run::WHAT_HAPPENED }}
            </h2>
            {move || if active.get() {
                Either::Left(view! { <Going detail=detail live=live/> })
            } else {
                Either::Right(view! { <Ended detail=detail/> })
            }}
            <div>
                <h3 class="font-semibold">{copy::run::WHAT_TO_DO}</h3>
                <p>{next}</p>
            </div>
        </section>
    }
}

/// An active run: what it is doing, honest progress, and when its worker was last heard of.
#[component]
fn Going(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
    /// How up to date that is.
    live: Live,
) -> impl IntoView {
    let clock = use_clock();
    let doing = Memo::new(move |_| detail.with(|detail| decide(detail).happened));
    let waiting = Memo::new(move |_| detail.with(|detail| detail.run.waiting_until));
    // In the zone of the other times of the page, and how long that is from now.
    let until = move |until: DateTime<Utc>| {
        let exact = copy::time::of_day(until);
        let soon = clock.now().filter(|now| until > *now);
        copy::run::waiting(&soon.map_or_else(
            || exact.clone(),
            |now| format!("{exact}, {}", copy::time::relative(until, now)),
        ))
    };
    let counts = Memo::new(move |_| detail.with(|detail| detail.run.counts));
    let percent = Memo::new(move |_| counts.get().percent());
    let known = Memo::new(move |_| percent.get().is_some());
    let started = Memo::new(move |_| counts.with(|counts| counts.processed > 0 || counts.total.is_some()));
    let fresh = Memo::new(move |_| detail.with(|detail| detail.run.liveness));
    // Of a clock that is ahead of the server's, a beat may be in the future. And of what the page did not hear the worker is not to blame.
    let heard = Memo::new(move |_| {
        detail.with(|detail| {
            let now = live.now(clock, detail.now);
            let beat = detail.heartbeat_at?;
            Some(copy::time::relative(beat.min(now), now))
        })
    });
    view! {
        <p>{move || waiting.get().map_or_else(|| doing.get(), until)}</p>
        {move || known.get().then(|| view! {
            <Progress percent=Signal::derive(move || percent.get().unwrap_or(0)) label=copy::run::ITEMS/>
        })}
        {move || started.get().then(|| view! {
            <p class="text-muted">{move || copy::run::processed(&counts.get())}</p>
        })}
        {move || match fresh.get() {
            None | Some(WorkerLiveness::Unknown) => None,
            Some(WorkerLiveness::Fresh) => Some(Either::Left(view! {
                <p class="text-muted">{move || heard.get().map(|ago| copy::run::last_heard(&ago))}</p>
            })),
            Some(WorkerLiveness::LikelyStale) => {
                Some(Either::Right(view! { <Notice>{move || copy::run::stale(heard.get().as_deref())}</Notice> }))
            }
        }}
    }
}

/// A run that has ended: the outcome in a sentence, and how its items came out.
#[component]
fn Ended(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let happened = Memo::new(move |_| detail.with(|detail| decide(detail).happened));
    let counts = Memo::new(move |_| detail.with(|detail| copy::run::result(&detail.run.counts)));
    let code = Memo::new(move |_| detail.with(explanation));
    view! {
        <p>{happened}</p>
        {move || (counts.get() != copy::NONE).then(|| view! { <p class="text-muted">{counts}</p> })}
        {move || code.get().map(|code| view! { <code class="font-mono text-xs text-muted">{code}</code> })}
    }
}
