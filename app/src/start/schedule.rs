//! What starts a sync by itself, and what became of its latest fire times (R04): missed ones are seen here.

use chrono::{DateTime, Utc};
use domain::badge;
use domain::view::{FireRow, NextFire, ScheduleRow};
use leptos::either::Either;
use leptos::prelude::*;

use crate::copy;
use crate::routes;
use crate::ui::badge::Badge;
use crate::ui::key_value::{KeyValue, KeyValues};
use crate::ui::section::Section;
use crate::ui::time::{FullTime, Time};

/// The schedules of the page.
#[component]
pub fn Schedules(
    schedules: Vec<ScheduleRow>,
    /// When the server answered.
    now: DateTime<Utc>,
) -> impl IntoView {
    let body = if schedules.is_empty() {
        Either::Left(view! { <p class="text-muted">{copy::groups::NO_SCHEDULE}</p> })
    } else {
        let all = schedules
            .into_iter()
            .map(|schedule| view! { <Schedule schedule=schedule now=now/> })
            .collect_view();
        Either::Right(view! { <div class="flex flex-col gap-5">{all}</div> })
    };
    view! {
        <Section id="schedule" title=copy::groups::SCHEDULE>
            {body}
        </Section>
    }
}

#[component]
fn Schedule(
    /// What is known of it.
    schedule: ScheduleRow,
    /// When the server answered.
    now: DateTime<Utc>,
) -> impl IntoView {
    let rhythm = match copy::rhythm::in_words(&schedule.cron) {
        Some(words) => Either::Left(view! { <span title=schedule.cron>{words}</span> }),
        None => Either::Right(view! { <code class="font-mono">{schedule.cron}</code> }),
    };
    let next = match schedule.next {
        NextFire::At(at) => Either::Left(view! { <FullTime at=at now=now/> }),
        other => Either::Right(copy::groups::no_next(&other)),
    };
    let fires = if schedule.fires.is_empty() {
        Either::Left(view! { <p class="text-muted">{copy::groups::NO_FIRES}</p> })
    } else {
        let rows = schedule
            .fires
            .into_iter()
            .map(|fire| view! { <Fire fire=fire/> })
            .collect_view();
        Either::Right(view! { <ul class="flex flex-col divide-y divide-line border-y border-line">{rows}</ul> })
    };
    view! {
        <div class="flex min-w-0 flex-col gap-3">
            <p class="font-medium">{schedule.name}</p>
            <KeyValues>
                <KeyValue key=copy::groups::RHYTHM>{rhythm}</KeyValue>
                <KeyValue key=copy::groups::ZONE>{schedule.time_zone}</KeyValue>
                <KeyValue key=copy::groups::NEXT>{next}</KeyValue>
            </KeyValues>
            <h3 class="text-muted">{copy::groups::FIRES}</h3>
            {fires}
        </div>
    }
}

#[component]
fn Fire(
    /// What is recorded of it.
    fire: FireRow,
) -> impl IntoView {
    let name = format!(", {}", copy::time::absolute(fire.at));
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span class="w-32">
                <Time at=fire.at/>
            </span>
            <Badge look=badge::of_fire(fire.outcome)/>
            {fire.run.map(|run| view! {
                <a href=routes::Run::link(run) class="font-medium text-accent underline underline-offset-2">
                    {copy::VIEW_RUN}
                    <span class="sr-only">{name}</span>
                </a>
            })}
            {fire.skipped.map(|wall| view! { <p class="basis-full text-muted">{copy::groups::skipped(wall)}</p> })}
            {copy::groups::meaning(fire.outcome).map(|meaning| view! { <p class="basis-full text-muted">{meaning}</p> })}
        </li>
    }
}
