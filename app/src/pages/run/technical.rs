//! Ids, attempts and what was stored: for whoever has to look closer.

use domain::view::RunDetail;
use leptos::prelude::*;

use crate::copy;
use crate::copy::run::fact;
use crate::ui::copy_button::CopyButton;
use crate::ui::key_value::{KeyValue, KeyValues};
use crate::ui::section::Folded;

const CODE: &str = "overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs";

/// Folded away until it is wanted.
#[component]
pub fn Technical(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let receipt = Memo::new(move |_| {
        let receipt = detail.with(|detail| detail.receipt.clone())?;
        serde_json::to_string_pretty(&receipt).ok()
    });
    let attempts = Memo::new(move |_| {
        detail.with(|detail| copy::run::attempts(detail.attempt, detail.handed_back, detail.max_attempts))
    });
    let epoch = Memo::new(move |_| detail.with(|detail| detail.epoch.to_string()));
    let (run, correlation, kind, inputs) = detail.with_untracked(|detail| {
        let inputs = serde_json::to_string_pretty(&detail.inputs).unwrap_or_default();
        (
            detail.run.id.to_string(),
            detail.correlation_id.to_string(),
            detail.run.operation.clone(),
            inputs,
        )
    });
    view! {
        <Folded title=copy::run::TECHNICAL>
            <KeyValues>
                <KeyValue key=fact::RUN_ID>
                    <code class="font-mono text-xs break-all">{run}</code>
                </KeyValue>
                <KeyValue key=fact::CORRELATION_ID>
                    <code class="font-mono text-xs break-all">{correlation.clone()}</code>
                    <CopyButton text=correlation what=fact::CORRELATION_ID/>
                </KeyValue>
                <KeyValue key=fact::TYPE>
                    <code class="font-mono text-xs">{kind}</code>
                </KeyValue>
                <KeyValue key=fact::ATTEMPT>
                    <span>{attempts}</span>
                </KeyValue>
                <KeyValue key=fact::EPOCH>
                    <span>{epoch}</span>
                </KeyValue>
            </KeyValues>
            <div>
                <p class="text-muted">{fact::INPUTS}</p>
                <pre class=CODE tabindex="0">{inputs}</pre>
            </div>
            {move || receipt.get().map(|receipt| view! {
                <div>
                    <p class="text-muted">{fact::RECEIPT}</p>
                    <pre class=CODE tabindex="0">{receipt}</pre>
                </div>
            })}
        </Folded>
    }
}
