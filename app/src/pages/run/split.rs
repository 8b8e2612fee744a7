//! Where the time of a run went, as a bar and in numbers.

use domain::timeline::Split;
use domain::view::RunDetail;
use leptos::prelude::*;

use crate::clock::use_clock;
use crate::copy::run::timeline;

/// The parts' fills, in the order of the bar. Roles of the page, not the colours of states.
const FILLS: [&str; 3] = ["fill-control", "fill-accent", "fill-ink"];

/// Queued, working, waiting: the bar, and its legend with the numbers.
#[component]
pub fn SplitBar(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let clock = use_clock();
    let split = Memo::new(move |_| {
        detail.with(|detail| {
            let run = &detail.run;
            // One that has ended does not look at the clock.
            let now = match run.completed_at {
                Some(completed) => completed,
                None => clock.now().unwrap_or(detail.now).max(detail.now),
            };
            Split::of(run.created_at, run.started_at, run.completed_at, &detail.events, now)
        })
    });
    let bars = (0..FILLS.len())
        .map(|at| {
            let from = move || split.with(|split| split.thousandths().iter().take(at).sum::<u32>().to_string());
            let width = move || split.with(|split| split.thousandths()[at].to_string());
            view! { <rect x=from y="0" width=width height="8" class=FILLS[at]></rect> }
        })
        .collect_view();
    let legend = (0..FILLS.len())
        .map(|at| {
            let text = move || {
                split.with(|split| {
                    let lengths = [split.queued, split.working, split.waiting];
                    timeline::part(lengths[at], split)
                })
            };
            view! {
                <li class="flex items-baseline gap-2">
                    <svg viewBox="0 0 10 10" class="size-2.5 shrink-0" aria-hidden="true">
                        <rect x="0" y="0" width="10" height="10" rx="2" class=FILLS[at]></rect>
                    </svg>
                    <span>{timeline::PARTS[at]}</span>
                    <span class="ml-auto w-36 shrink-0 text-muted">{text}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="flex flex-col gap-2">
            <svg
                viewBox="0 0 1000 8"
                preserveAspectRatio="none"
                class="block h-2 w-full rounded-full bg-sunken"
                aria-hidden="true"
            >
                {bars}
            </svg>
            <ul aria-label=timeline::SPLIT class="flex flex-col">{legend}</ul>
        </div>
    }
}
