//! Why items did not simply succeed, grouped by reason: each with its remedy, and a link to exactly the items it counts (R20).

use domain::decision::Decision;
use domain::reason::ReasonCode;
use domain::view::{BoundedCount, RunDetail};
use leptos::either::Either;
use leptos::prelude::*;

use super::load::RunQuery;
use crate::copy;
use crate::ui::section::Section;

/// A reason with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    code: String,
    /// How many items; `None` for a reason of the run as a whole.
    count: Option<BoundedCount>,
    message: String,
}

/// The reasons of the items, and those of the run that no item has.
fn groups(detail: &RunDetail) -> Vec<Group> {
    let whole = detail
        .failures
        .iter()
        .filter(|failure| detail.numbers.reasons.iter().all(|one| one.code != failure.code))
        .map(|failure| Group {
            code: failure.code.clone(),
            count: None,
            message: failure.message.clone(),
        });
    let of_items = detail.numbers.reasons.iter().map(|one| Group {
        code: one.code.clone(),
        count: Some(one.count),
        message: one.message.clone().unwrap_or_default(),
    });
    whole.chain(of_items).collect()
}

/// The reasons of a run; nothing if there are none.
#[component]
pub fn Reasons(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
    /// What the URL asks for.
    query: RunQuery,
) -> impl IntoView {
    let all = Memo::new(move |_| detail.with(groups));
    let any = Memo::new(move |_| !all.with(Vec::is_empty));
    // The decision above says what to do. Of several reasons it names one, and of a run that a later one made good it says that nothing is
    // to be done, which a remedy below would contradict.
    let remedies =
        Memo::new(move |_| all.with(Vec::len) > 1 && detail.with(|detail| Decision::of(detail).next.is_needed()));
    // By code alone: a count that rises must not take the focus from its link.
    let codes = move || all.with(|all| all.iter().map(|group| group.code.clone()).collect::<Vec<_>>());
    move || {
        let query = query.clone();
        any.get().then(move || {
            view! {
                <Section id="reasons" title=copy::run::REASONS>
                    <ul class="flex flex-col divide-y divide-line">
                        <For each=codes key=|code: &String| code.clone() let(code)>
                            <ReasonGroup href=query.of_reason(&code) code=code all=all remedies=remedies/>
                        </For>
                    </ul>
                </Section>
            }
        })
    }
}

#[component]
fn ReasonGroup(
    code: String,
    /// Where its items are.
    href: String,
    /// All reasons as they are now.
    all: Memo<Vec<Group>>,
    /// Whether what to do about each is said here.
    remedies: Memo<bool>,
) -> impl IntoView {
    let known = code.parse::<ReasonCode>().ok();
    let sentence = copy::run::reason(&code);
    let group = {
        let code = code.clone();
        Memo::new(move |_| all.with(|all| all.iter().find(|group| group.code == code).cloned()))
    };
    let listed = Memo::new(move |_| group.with(|group| group.as_ref().is_some_and(|group| group.count.is_some())));
    let count = Memo::new(move |_| {
        group
            .with(|group| group.as_ref().and_then(|group| group.count))
            .map(copy::run::items)
    });
    let message = {
        let sentence = sentence.clone();
        move || {
            let message = group.with(|group| group.as_ref().map(|group| group.message.clone()));
            message
                .filter(|message| !message.is_empty() && *message != sentence)
                .map(|message| format!(" · {message}"))
        }
    };
    view! {
        <li class="flex flex-col gap-1 py-2 first:pt-0 last:pb-0">
            <p class="flex flex-wrap items-baseline gap-x-2">
                <span class="font-medium">{sentence.clone()}</span>
                {move || if listed.get() {
                    Either::Left(view! {
                        <a href=href.clone() class="text-accent underline underline-offset-2">{count}</a>
                    })
                } else {
                    Either::Right(view! { <span class="text-muted">{copy::run::WHOLE_RUN}</span> })
                }}
            </p>
            {move || {
                let remedy = known.filter(|_| remedies.get()).map(ReasonCode::remedy);
                remedy.map(|remedy| view! { <p class="text-muted">{remedy}</p> })
            }}
            <p class="text-xs break-words text-muted">
                <code class="font-mono">{code}</code>
                {message}
            </p>
        </li>
    }
}
