//! The life of a run, oldest first.

use chrono::{DateTime, Utc};
use domain::view::{RunDetail, RunEvent};
use leptos::prelude::*;

use crate::copy;
use crate::ui::section::Section;
use crate::ui::time::FullTime;

/// The events of a run.
#[component]
pub fn Timeline(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let now = detail.with_untracked(|detail| detail.now);
    let events = Memo::new(move |_| detail.with(|detail| detail.events.clone()));
    let key = |event: &RunEvent| (event.at, event.kind.clone(), event.detail.clone());
    view! {
        <Section id="timeline" title=copy::run::TIMELINE>
            <ol class="ml-1 flex flex-col gap-3 border-l border-line">
                <For each=move || events.get() key=key let(event)>
                    <Event event=event now=now/>
                </For>
            </ol>
        </Section>
    }
}

/// One event.
#[component]
fn Event(
    /// What is recorded of it.
    event: RunEvent,
    /// When the server answered.
    now: DateTime<Utc>,
) -> impl IntoView {
    let detail = copy::run::event_detail(event.detail);
    view! {
        <li class="relative flex flex-wrap items-baseline gap-x-3 pl-4">
            <span class="absolute top-1.5 -left-1 size-2 rounded-full bg-control" aria-hidden="true"></span>
            <span class="font-medium">{copy::run::event(&event.kind)}</span>
            <span class="text-muted">
                <FullTime at=event.at now=now/>
            </span>
            {(!detail.is_empty()).then(|| view! { <span class="basis-full break-words text-muted">{detail}</span> })}
        </li>
    }
}
