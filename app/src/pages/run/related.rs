//! Where to look next: pages that the run is about, and other runs of the same identity.

use domain::operation::OperationType;
use domain::view::{OtherRun, RunDetail};
use leptos::either::Either;
use leptos::prelude::*;

use crate::copy;
use crate::copy::run::related as words;
use crate::routes;
use crate::ui::badge::Badge;
use crate::ui::key_value::{KeyValue, KeyValues};
use crate::ui::section::Section;
use crate::ui::time::Time;
use crate::url;

const LINK: &str = "text-accent underline underline-offset-2";

/// Links to pages, as far as there are any for the type.
fn pages(detail: &RunDetail) -> Vec<(String, String)> {
    let kind = detail.run.operation.parse::<OperationType>().ok();
    let tenant = detail.run.tenant.as_ref().map(|tenant| tenant.id);
    let mut links = Vec::new();
    let owner = kind.and_then(|kind| Some((kind.spec(), routes::owner(kind.spec().page?), tenant?)));
    if let Some((spec, (title, link), tenant)) = owner {
        links.push((words::of_the_tenant(title), link(tenant)));
        if spec.schedulable && detail.fired_by.is_some() {
            links.push((words::SCHEDULE.to_owned(), format!("{}#schedule", link(tenant))));
        }
    }
    if let Some(kind) = kind {
        let tenant = tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
        let query = url::query([("type", kind.as_str()), ("tenant", &tenant)]);
        links.push((words::ALL.to_owned(), url::with_query(routes::Hub::link(), &query)));
    }
    links
}

/// Links to what is around a run.
#[component]
pub fn RelatedLinks(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let links = detail
        .with_untracked(pages)
        .into_iter()
        .map(|(label, href)| view! { <li><a href=href class=LINK>{label}</a></li> })
        .collect_view();
    let previous = Memo::new(move |_| detail.with(|detail| detail.related.previous.clone()));
    let next = Memo::new(move |_| detail.with(|detail| detail.related.next.clone()));
    let latest = Memo::new(move |_| {
        detail.with(|detail| {
            let (latest, next) = (detail.related.latest.clone()?, detail.related.next.as_ref()?);
            (latest.id != next.id).then_some(latest)
        })
    });
    view! {
        <Section id="related" title=copy::run::RELATED>
            <KeyValues>
                <KeyValue key=words::PREVIOUS>
                    <Other run=previous none=words::FIRST/>
                </KeyValue>
                <KeyValue key=words::NEXT>
                    <Other run=next none=words::LAST/>
                </KeyValue>
                {move || latest.get().is_some().then(|| view! {
                    <KeyValue key=words::LATEST>
                        <Other run=latest none=words::LAST/>
                    </KeyValue>
                })}
            </KeyValues>
            <ul class="flex flex-wrap gap-x-4 gap-y-1">{links}</ul>
        </Section>
    }
}

/// Another run, or that there is none.
#[component]
fn Other(
    run: Memo<Option<OtherRun>>,
    /// What stands there if there is none.
    none: &'static str,
) -> impl IntoView {
    move || match run.get() {
        None => Either::Left(view! { <span class="text-muted">{none}</span> }),
        Some(other) => Either::Right(view! {
            <span class="flex flex-col items-start gap-1">
                <a href=routes::Run::link(other.id) class=LINK>
                    <Time at=other.created_at/>
                </a>
                <Badge look=other.badge()/>
            </span>
        }),
    }
}
