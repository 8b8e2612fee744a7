//! The top of the page: what the operation is, and how it stands.

use domain::view::RunDetail;
use leptos::prelude::*;

use crate::copy;
use crate::routes;
use crate::ui::badge::Badge;
use crate::ui::heading::PageHeading;

/// Name, place and badge.
#[component]
pub fn Head(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let (label, place, demo) = detail.with_untracked(|detail| (detail.run.label(), place(detail), detail.run.demo));
    let badge = Memo::new(move |_| detail.with(|detail| detail.run.badge()));
    view! {
        <div class="flex min-w-0 flex-col gap-1">
            <p>
                <a href=routes::Hub::link() class="text-muted hover:text-ink hover:underline">
                    {routes::Hub::TITLE}
                </a>
            </p>
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <PageHeading>{label}</PageHeading>
                <Badge look=badge/>
            </div>
            <p class="text-muted">{place}</p>
            {demo.then(|| view! { <p class="text-xs text-muted">{copy::run::DEMO}</p> })}
        </div>
    }
}

/// Tenant and workspace in one line.
fn place(detail: &RunDetail) -> String {
    let tenant = detail
        .run
        .tenant
        .as_ref()
        .map_or(copy::run::WHOLE_WORKSPACE, |tenant| &tenant.name);
    format!("{tenant} · {}", detail.workspace.name)
}
