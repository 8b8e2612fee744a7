//! The times of a run by three clocks: UTC, the tenant's, and the viewer's once there is a browser that knows it.

use chrono::{DateTime, Utc};
use domain::view::{RunDetail, TenantClock};
use leptos::prelude::*;

use crate::clock::{self, use_clock};
use crate::copy;
use crate::copy::run::{clock as column, fact};

/// A line of the table: what, when, and the tenant's minutes east of UTC.
type Line = (&'static str, DateTime<Utc>, Option<i32>);

fn lines(detail: &RunDetail) -> Vec<Line> {
    let run = &detail.run;
    let there = |of: fn(&TenantClock) -> Option<i32>| detail.tenant_clock.as_ref().and_then(of);
    let fired = detail.fired_by.as_ref().map(|fired| fired.fire_at);
    [
        (fact::FIRE_TIME, fired, there(|clock| clock.fired)),
        (fact::CREATED, Some(run.created_at), there(|clock| Some(clock.created))),
        (fact::STARTED, run.started_at, there(|clock| clock.started)),
        (fact::COMPLETED, run.completed_at, there(|clock| clock.completed)),
    ]
    .into_iter()
    .filter_map(|(what, at, minutes)| Some((what, at?, minutes)))
    .collect()
}

const LABEL: &str = "pr-3 text-left font-normal text-muted";

/// Folded: one time in one zone is enough most of the time.
#[component]
pub fn Clocks(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let clock = use_clock();
    let zone = detail.with_untracked(|detail| detail.tenant_clock.as_ref().map(|clock| clock.zone.clone()));
    let has_tenant = zone.is_some();
    let all = Memo::new(move |_| detail.with(lines));
    let title = if has_tenant {
        copy::run::CLOCKS
    } else {
        copy::run::CLOCKS_WITHOUT_TENANT
    };
    let yours = move |at| {
        clock
            .is_running()
            .then(|| copy::time::in_zone(at, clock::offset_minutes(at)))
    };
    view! {
        <details>
            <summary class="w-fit rounded text-muted hover:text-ink">{title}</summary>
            <table class="mt-2 whitespace-nowrap">
                <caption class="sr-only">{title}</caption>
                <For each=move || all.get() key=|line| *line let(line)>
                    <tbody>
                        <tr>
                            <th scope="rowgroup" colspan="2" class="pt-1 text-left font-medium">{line.0}</th>
                        </tr>
                        <tr>
                            <th scope="row" class=LABEL>{column::UTC}</th>
                            <td>{copy::time::in_zone(line.1, 0)}</td>
                        </tr>
                        {line.2.map(|minutes| view! {
                            <tr>
                                <th scope="row" class=LABEL>{column::TENANT}</th>
                                <td>{copy::time::in_zone(line.1, minutes)}</td>
                            </tr>
                        })}
                        <tr hidden=move || !clock.is_running()>
                            <th scope="row" class=LABEL>{column::YOURS}</th>
                            <td>{move || yours(line.1)}</td>
                        </tr>
                    </tbody>
                </For>
            </table>
            {zone.map(|zone| view! { <p class="mt-1 text-xs text-muted">{column::zone(&zone)}</p> })}
        </details>
    }
}
