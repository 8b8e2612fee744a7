//! One row of the list. Its cells change while it stands; the row itself, its link and its place do not.

use chrono::{DateTime, Utc};
use domain::status::WorkerLiveness;
use domain::view::RunRow;
use leptos::prelude::*;

use crate::copy;
use crate::routes;
use crate::ui::badge::Badge;
use crate::ui::duration::Duration;
use crate::ui::progress::SmallProgress;
use crate::ui::time::Time;

#[component]
pub fn RunTableRow(
    /// The run as it is now.
    run: RwSignal<RunRow>,
    /// When the server answered.
    now: DateTime<Utc>,
) -> impl IntoView {
    let (id, label, created_at, initiator, place) =
        run.with_untracked(|run| (run.id, run.label(), run.created_at, run.initiator.clone(), place(run)));
    // No memos: fifty rows would have four hundred of them, and one row changes at a time.
    let badge = Signal::derive(move || run.with(RunRow::badge));
    let from = Signal::derive(move || run.with(|run| run.started_at));
    let to = Signal::derive(move || run.with(|run| run.completed_at));
    let stale = move || run.with(|run| run.liveness == Some(WorkerLiveness::LikelyStale));
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" title=label>
                <a href=routes::Run::link(id) data-run=true>
                    {label}
                </a>
            </th>
            <td role="cell">
                <Badge look=badge/>
                {move || stale().then(|| view! {
                    <span class="ml-1.5 text-xs text-muted" title=copy::hub::STALE_HINT>
                        {copy::hub::STALE}
                    </span>
                })}
            </td>
            <td role="cell" title=place.clone()>
                {place.clone()}
            </td>
            // The style sheet goes by the places of the cells.
            <td role="cell">
                <HowFar run=run/>
            </td>
            <td role="cell" title=initiator.clone()>
                {initiator.clone()}
            </td>
            <td role="cell">
                <Time at=created_at/>
            </td>
            <td role="cell">
                <Duration from=from to=to now=now/>
            </td>
        </tr>
    }
}

/// How far a run is while it is active, and how it came out afterwards.
#[component]
fn HowFar(run: RwSignal<RunRow>) -> impl IntoView {
    let known = move || run.with(|run| (run.counts, run.status.is_active()));
    let text = move || match known() {
        (counts, true) if counts.processed == 0 && counts.total.is_none() => copy::NONE.to_owned(),
        (counts, true) => copy::run::processed(&counts),
        (counts, false) => run.with(|run| copy::run::result_with_reason(&counts, run.reason.as_deref())),
    };
    let hint = move || {
        let sentence = run.with(|run| run.reason.as_deref().map(copy::run::reason));
        sentence.map_or_else(text, |sentence| format!("{} — {sentence}", text()))
    };
    let percent = move || {
        let (counts, active) = known();
        counts.percent().filter(|_| active)
    };
    view! {
        // The bar takes no room of its own: the text stays where it is when the total becomes known.
        <span class="how-far" title=hint>
            {text}
            {move || percent().map(|percent| view! { <SmallProgress percent=percent/> })}
        </span>
    }
}

/// Where it works: the tenant, and the target as far as it says more.
fn place(run: &RunRow) -> String {
    match &run.tenant {
        Some(tenant) if run.target.is_empty() || run.target == tenant.name => tenant.name.clone(),
        Some(tenant) => format!("{} · {}", tenant.name, run.target),
        None if run.target.is_empty() => copy::run::WHOLE_WORKSPACE.to_owned(),
        None => run.target.clone(),
    }
}
