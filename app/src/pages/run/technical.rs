//! What the run may touch, what it was asked, and its ids: for whoever has to look closer.

use domain::receipt::ScopeReceipt;
use domain::view::RunDetail;
use leptos::prelude::*;

use crate::copy;
use crate::copy::run::fact;
use crate::ui::copy_button::CopyButton;
use crate::ui::key_value::{KeyValue, KeyValues};
use crate::ui::section::Folded;

/// Folded away until it is wanted.
#[component]
pub fn Technical(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
) -> impl IntoView {
    let scope = Memo::new(move |_| detail.with(|detail| scope(detail.receipt.as_ref())));
    let (run, correlation, kind, inputs) = detail.with_untracked(|detail| {
        let inputs = serde_json::to_string_pretty(&detail.inputs).unwrap_or_default();
        (
            detail.run.id.to_string(),
            detail.correlation_id.to_string(),
            detail.run.kind.clone(),
            inputs,
        )
    });
    view! {
        <Folded title=copy::run::TECHNICAL>
            <KeyValues>
                <KeyValue key=fact::RUN_ID>
                    <code class="font-mono text-xs break-all">{run.clone()}</code>
                    <CopyButton text=run what=fact::RUN_ID/>
                </KeyValue>
                <KeyValue key=fact::CORRELATION_ID>
                    <code class="font-mono text-xs break-all">{correlation.clone()}</code>
                    <CopyButton text=correlation what=fact::CORRELATION_ID/>
                </KeyValue>
                <KeyValue key=fact::TYPE>
                    <code class="font-mono text-xs">{kind}</code>
                </KeyValue>
                <KeyValue key=fact::SCOPE>{scope}</KeyValue>
            </KeyValues>
            <div>
                <p class="text-muted">{fact::INPUTS}</p>
                <pre class="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs" tabindex="0">{inputs}</pre>
            </div>
        </Folded>
    }
}

/// The receipt in words.
fn scope(receipt: Option<&ScopeReceipt>) -> String {
    match receipt {
        None => copy::run::NO_SCOPE_YET.to_owned(),
        Some(ScopeReceipt::PolicyTypes { types }) => {
            types.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(", ")
        }
        Some(ScopeReceipt::Groups) => copy::run::SCOPE_GROUPS.to_owned(),
        Some(ScopeReceipt::ExpiredHistory) => copy::run::SCOPE_HISTORY.to_owned(),
    }
}
