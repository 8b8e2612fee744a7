//! The life of a run, oldest first.

use chrono::{DateTime, Utc};
use domain::timeline::{Entry, entries};
use domain::view::RunDetail;
use leptos::prelude::*;

use super::split::SplitBar;
use crate::copy;
use crate::copy::run::timeline;
use crate::ui::section::Section;
use crate::ui::time::ExactTime;

/// The events of a run, and where its time went.
#[component]
pub fn Timeline(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let created = detail.with_untracked(|detail| detail.run.created_at);
    let events = Memo::new(move |_| {
        detail.with(|detail| entries(&detail.events, detail.run.completed_at.unwrap_or(detail.now)))
    });
    let key = |entry: &Entry| (entry.at, entry.kind.clone(), timeline::detail(entry));
    view! {
        <Section id="timeline" title=copy::run::TIMELINE>
            <SplitBar detail=detail/>
            <ol class="ml-1 flex flex-col gap-3 border-l border-line">
                <For each=move || events.get() key=key let(entry)>
                    <Line entry=entry created=created/>
                </For>
            </ol>
        </Section>
    }
}

#[component]
fn Line(
    /// What is recorded of it.
    entry: Entry,
    /// When the run was recorded.
    created: DateTime<Utc>,
) -> impl IntoView {
    let detail = timeline::detail(&entry);
    view! {
        <li class="relative flex flex-wrap items-baseline gap-x-3 pl-4">
            <span class="absolute top-1.5 -left-1 size-2 rounded-full bg-control" aria-hidden="true"></span>
            <span class="font-medium">{timeline::event(&entry.kind)}</span>
            <span class="text-muted">
                <ExactTime at=entry.at/>
            </span>
            {(entry.at > created).then(|| view! {
                <span class="ml-auto text-muted">{timeline::after(entry.at - created)}</span>
            })}
            {(!detail.is_empty()).then(|| view! { <span class="basis-full break-words text-muted">{detail}</span> })}
        </li>
    }
}
