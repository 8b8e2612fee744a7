//! The scope receipt: what was planned, touched and skipped (R16).

use domain::view::RunDetail;
use leptos::either::Either;
use leptos::prelude::*;

use crate::copy;
use crate::copy::run::scope;
use crate::ui::key_value::{KeyValue, KeyValues};
use crate::ui::section::Section;

/// More names than this are folded.
const NAMES_SHOWN: usize = 4;

/// What the run was allowed to touch, and what it did touch.
#[component]
pub fn Scope(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let planned = Memo::new(move |_| detail.with(scope::planned));
    let names = Memo::new(move |_| detail.with(|detail| scope::names(detail.receipt.as_ref())));
    let touched = Memo::new(move |_| detail.with(|detail| scope::touched(&detail.run.counts)));
    let skipped = Memo::new(move |_| detail.with(|detail| scope::skipped(&detail.run.counts)));
    let nothing_of = Memo::new(move |_| detail.with(scope::nothing_of));
    let kinds = Memo::new(move |_| detail.with(|detail| detail.numbers.kinds.clone()));
    let has_kinds = Memo::new(move |_| kinds.with(|kinds| kinds.len() > 1));
    view! {
        <Section id="scope" title=scope::TITLE>
            <KeyValues>
                <KeyValue key=scope::PLANNED>
                    {planned}
                    {move || {
                        let names = names.get();
                        let few = names.len() <= NAMES_SHOWN;
                        let list = names.join(", ");
                        (!names.is_empty()).then(|| if few {
                            Either::Left(view! { <span class="text-muted">{format!(": {list}")}</span> })
                        } else {
                            Either::Right(view! {
                                <details class="text-muted">
                                    <summary class="w-fit rounded hover:text-ink">{scope::NAMES}</summary>
                                    {list}
                                </details>
                            })
                        })
                    }}
                </KeyValue>
                <KeyValue key=scope::TOUCHED>
                    <span>{touched}</span>
                    {move || has_kinds.get().then(|| view! {
                        <details class="text-muted">
                            <summary class="w-fit rounded hover:text-ink">{scope::BY_KIND}</summary>
                            <dl class="grid w-fit grid-cols-[auto_auto] gap-x-4">
                                <For each=move || kinds.get() key=|one| (one.kind.clone(), one.count.count) let(one)>
                                    <dt>{copy::run::kind(&one.kind)}</dt>
                                    <dd class="text-right">{copy::run::bounded(one.count)}</dd>
                                </For>
                            </dl>
                        </details>
                    })}
                </KeyValue>
                <KeyValue key=scope::SKIPPED>
                    <span>{skipped}</span>
                </KeyValue>
                {move || {
                    let list = nothing_of.get().join(", ");
                    (!list.is_empty()).then(|| view! { <KeyValue key=scope::NOTHING_OF>{list}</KeyValue> })
                }}
            </KeyValues>
        </Section>
    }
}
