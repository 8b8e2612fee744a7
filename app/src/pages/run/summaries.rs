//! Texts to pass on. Without JavaScript they are there to be selected; with it, buttons copy them.

use domain::view::RunDetail;
use leptos::prelude::*;

use crate::copy;
use crate::copy::run::summary;
use crate::routes;
use crate::ui::copy_button::{CopyButton, CopyLink};
use crate::ui::section::Folded;

/// Buttons for the link and the id, beside the name of the run.
#[component]
pub fn CopyBar(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let id = detail.with_untracked(|detail| detail.run.id);
    let technician = Signal::derive(move || detail.with(summary::technician));
    let customer = Signal::derive(move || detail.with(summary::customer));
    view! {
        <div class="-ml-1.5 flex min-h-8 flex-wrap items-center gap-x-2">
            <CopyLink path=routes::Run::link(id) what=summary::LINK/>
            <CopyButton text=id.to_string() what=summary::ID labelled=true/>
            <CopyButton text=technician what=summary::TECHNICIAN labelled=true/>
            <CopyButton text=customer what=summary::CUSTOMER labelled=true/>
        </div>
    }
}

/// The texts themselves.
#[component]
pub fn Summaries(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let technician = Memo::new(move |_| detail.with(summary::technician));
    let customer = Memo::new(move |_| detail.with(summary::customer));
    view! {
        <Folded title=copy::run::SUMMARIES>
            <h3 class="font-semibold">{summary::TECHNICIAN}</h3>
            <pre class="rounded-md bg-sunken p-3 font-mono text-xs wrap-break-word whitespace-pre-wrap">{technician}</pre>
            <h3 class="font-semibold">{summary::CUSTOMER}</h3>
            <p class="rounded-md bg-sunken p-3">{customer}</p>
        </Folded>
    }
}
