//! Who, when, where, how long.

use chrono::{DateTime, Utc};
use domain::view::RunDetail;
use leptos::either::Either;
use leptos::prelude::*;

use crate::clock::{self, use_clock};
use crate::copy;
use crate::copy::run::fact;
use crate::ui::duration::Duration;
use crate::ui::key_value::{KeyValue, KeyValues};
use crate::ui::section::Section;
use crate::ui::time::FullTime;
use crate::url;

/// The facts of a run. Times are in UTC, in the viewer's time and in the tenant's.
#[component]
pub fn Facts(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let clock = use_clock();
    let (initiator, origin, workspace, tenant, target, zone, now) = detail.with_untracked(|detail| {
        let run = &detail.run;
        (
            run.initiator.clone(),
            copy::run::origin(run.origin),
            detail.workspace.name.clone(),
            run.tenant.clone(),
            run.target.clone(),
            detail.tenant_zone.clone(),
            detail.now,
        )
    });
    let created = Memo::new(move |_| detail.with(|detail| Some(detail.run.created_at)));
    let started = Memo::new(move |_| detail.with(|detail| detail.run.started_at));
    let completed = Memo::new(move |_| detail.with(|detail| detail.run.completed_at));
    let attempt = Memo::new(move |_| detail.with(|detail| detail.attempt));
    let joined = Memo::new(move |_| detail.with(|detail| detail.joined.join(", ")));
    let followers = move || {
        if joined.with(String::is_empty) {
            copy::run::NOBODY.to_owned()
        } else {
            joined.get()
        }
    };
    let moment = move |at: Memo<Option<DateTime<Utc>>>| {
        move || match at.get() {
            Some(at) => Either::Left(view! { <FullTime at=at now=now/> }),
            None => Either::Right(copy::NONE),
        }
    };
    // The viewer's clock and the tenant's, once there is a browser that knows both.
    let has_zone = zone.is_some();
    let own = move || {
        let at = created.get().filter(|_| clock.is_running())?;
        Some(copy::run::for_you(&clock::short(at, None)?))
    };
    let there = move || {
        let at = created.get().filter(|_| clock.is_running())?;
        Some(copy::run::in_tenant(&clock::short(at, zone.as_deref())?))
    };
    let tenant = match tenant {
        Some(tenant) => Either::Left(view! {
            <a href=url::inventory(tenant.id) class="text-accent underline underline-offset-2">
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
                <KeyValue key=fact::FOLLOWED_BY>{followers}</KeyValue>
                <KeyValue key=fact::TENANT>{tenant}</KeyValue>
                <KeyValue key=fact::WORKSPACE>{workspace}</KeyValue>
                <KeyValue key=fact::TARGET>{target}</KeyValue>
                <KeyValue key=fact::CREATED>
                    {moment(created)}
                    // As high as they will be, so that nothing moves once they are known.
                    <span class="block h-4 truncate text-xs text-muted">{own}</span>
                    {has_zone.then(|| view! { <span class="block h-4 truncate text-xs text-muted">{there}</span> })}
                </KeyValue>
                <KeyValue key=fact::STARTED>
                    {moment(started)}
                </KeyValue>
                <KeyValue key=fact::COMPLETED>
                    {moment(completed)}
                </KeyValue>
                <KeyValue key=fact::DURATION>
                    <Duration from=started to=completed now=now/>
                </KeyValue>
                <KeyValue key=fact::ATTEMPT>
                    <span class="tabular-nums">{move || attempt.get().to_string()}</span>
                </KeyValue>
            </KeyValues>
        </Section>
    }
}
