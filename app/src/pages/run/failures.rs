//! What went wrong, grouped by reason, each with its remedy.

use domain::failure::Failure;
use domain::reason::ReasonCode;
use domain::view::RunDetail;
use leptos::prelude::*;

use crate::copy;
use crate::ui::section::Section;

/// The failures of a run; nothing if there are none.
#[component]
pub fn Failures(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let failures = Memo::new(move |_| detail.with(|detail| detail.failures.clone()));
    move || {
        let failures = failures.get();
        (!failures.is_empty()).then(|| {
            let rows = failures
                .into_iter()
                .map(|failure| view! { <FailureGroup failure=failure/> })
                .collect_view();
            view! {
                <Section id="failures" title=copy::run::FAILURES>
                    <ul class="flex flex-col divide-y divide-line">{rows}</ul>
                </Section>
            }
        })
    }
}

/// One kind of failure.
#[component]
fn FailureGroup(
    /// What is recorded of it.
    failure: Failure,
) -> impl IntoView {
    let known = failure.code.parse::<ReasonCode>().ok();
    let sentence = known.map_or_else(
        || copy::run::unknown_reason(&failure.code),
        |code| code.technician().to_owned(),
    );
    view! {
        <li class="flex flex-col gap-1 py-2 first:pt-0 last:pb-0">
            <p class="flex flex-wrap items-baseline gap-x-2">
                <span class="font-medium">{sentence.clone()}</span>
                <span class="text-muted tabular-nums">{copy::run::times(failure.count)}</span>
            </p>
            {known.map(|code| view! { <p class="text-muted">{code.remedy()}</p> })}
            <p class="text-xs break-words text-muted">
                <code class="font-mono">{failure.code.clone()}</code>
                {(!failure.message.is_empty() && failure.message != sentence).then(|| format!(" · {}", failure.message))}
            </p>
        </li>
    }
}
