//! The end of a form that starts something: the button, and why it cannot be used.

use domain::operation::OperationType;
use leptos::either::Either;
use leptos::prelude::*;

use crate::copy;
use crate::ui::button::{Button, Weight};

const WHY: &str = "start-why";

/// The button that starts. Somebody who may not sees it all the same, and why not.
#[component]
pub fn StartControls(
    kind: OperationType,
    /// The key that the viewer lacks, if it is one.
    missing: Option<String>,
    /// Whether a start is on its way.
    #[prop(into)]
    pending: Signal<bool>,
) -> impl IntoView {
    let button = match &missing {
        None => Either::Left(view! {
            <Button weight=Weight::Primary busy=pending>
                {kind.start_label()}
            </Button>
        }),
        Some(_) => Either::Right(view! {
            <Button weight=Weight::Primary disabled=true described_by=WHY>
                {kind.start_label()}
            </Button>
        }),
    };
    view! {
        <div class="flex flex-wrap items-center gap-3">
            {button}
            {missing.map(|key| view! {
                <p id=WHY class="text-muted">
                    {copy::start::missing(&key)}
                </p>
            })}
            <p role="status" class="text-muted">
                {move || pending.get().then_some(copy::start::STARTING)}
            </p>
        </div>
    }
}
