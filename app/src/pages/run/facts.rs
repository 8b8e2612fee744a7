//! Who, when, where, how long.

use chrono::{DateTime, TimeDelta, Utc};
use domain::view::{Joined, RunDetail};
use leptos::either::Either;
use leptos::prelude::*;

use super::clocks::Clocks;
use crate::copy;
use crate::copy::run::fact;
use crate::routes;
use crate::ui::duration::Duration;
use crate::ui::key_value::{KeyValue, KeyValues};
use crate::ui::section::Section;
use crate::ui::time::{FullTime, Time};

/// The facts of a run.
#[component]
pub fn Facts(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let (initiator, origin, workspace, tenant, target, fired, kept, now) = detail.with_untracked(|detail| {
        let run = &detail.run;
        let name = run.tenant.as_ref().map(|tenant| tenant.name.as_str());
        (
            run.initiator.clone(),
            copy::run::origin(run.origin),
            detail.workspace.name.clone(),
            run.tenant.clone(),
            // Mostly it is the tenant, which is there already.
            (name != Some(run.target.as_str())).then(|| run.target.clone()),
            detail.fired_by.clone(),
            detail.kept,
            detail.now,
        )
    });
    let created = Memo::new(move |_| detail.with(|detail| Some(detail.run.created_at)));
    let started = Memo::new(move |_| detail.with(|detail| detail.run.started_at));
    let completed = Memo::new(move |_| detail.with(|detail| detail.run.completed_at));
    let usual = Memo::new(move |_| detail.with(|detail| detail.related.usual));
    let moment = move |at: Memo<Option<DateTime<Utc>>>| {
        move || match at.get() {
            Some(at) => Either::Left(view! { <FullTime at=at now=now/> }),
            None => Either::Right(copy::NONE),
        }
    };
    let tenant = match tenant {
        Some(tenant) => Either::Left(view! {
            <a href=routes::Inventory::link(tenant.id) class="text-accent underline underline-offset-2">
                {tenant.name}
            </a>
        }),
        None => Either::Right(copy::run::WHOLE_WORKSPACE),
    };
    view! {
        <Section id="facts" title=copy::run::FACTS>
            <KeyValues>
                <KeyValue key=fact::STARTED_BY>{initiator}</KeyValue>
                <KeyValue key=fact::ORIGIN>{origin}</KeyValue>
                {fired.map(|fired| view! {
                    <KeyValue key=fact::SCHEDULE>{fired.schedule}</KeyValue>
                    <KeyValue key=fact::FIRE_TIME>
                        <FullTime at=fired.fire_at now=now/>
                    </KeyValue>
                })}
                <Followers detail=detail/>
                <KeyValue key=fact::TENANT>{tenant}</KeyValue>
                <KeyValue key=fact::WORKSPACE>{workspace}</KeyValue>
                {target.map(|target| view! { <KeyValue key=fact::TARGET>{target}</KeyValue> })}
                <KeyValue key=fact::CREATED>{moment(created)}</KeyValue>
                <KeyValue key=fact::STARTED>{moment(started)}</KeyValue>
                <KeyValue key=fact::COMPLETED>{moment(completed)}</KeyValue>
                <KeyValue key=fact::DURATION>
                    <Duration from=started to=completed now=now/>
                    {move || usual.get().map(|usual| {
                        let median = copy::time::duration(TimeDelta::milliseconds(usual.millis));
                        view! {
                            <span class="block text-xs text-muted" title=copy::run::sample(&usual)>
                                {copy::run::usually(&median)}
                            </span>
                        }
                    })}
                </KeyValue>
                {kept.then(|| view! { <KeyValue key=fact::RETENTION>{copy::run::KEPT}</KeyValue> })}
            </KeyValues>
            <Clocks detail=detail/>
        </Section>
    }
}

/// Who pressed the button while it was active (R02), and when; nothing if nobody did.
#[component]
fn Followers(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let joined = Memo::new(move |_| detail.with(|detail| detail.joined.clone()));
    let any = Memo::new(move |_| !joined.with(Vec::is_empty));
    let more = Memo::new(move |_| detail.with(|detail| detail.joined_more));
    move || {
        any.get().then(|| {
            view! {
                <KeyValue key=fact::FOLLOWED_BY>
                    <ul class="max-h-40 overflow-y-auto">
                        <For each=move || joined.get() key=|one: &Joined| (one.name.clone(), one.at) let(one)>
                            <li>
                                {one.name}
                                <span class="block text-muted">
                                    <Time at=one.at/>
                                </span>
                            </li>
                        </For>
                    </ul>
                    {move || more.get().then(|| view! {
                        <span class="text-muted">{copy::run::and_more(joined.with(Vec::len))}</span>
                    })}
                </KeyValue>
            }
        })
    }
}
