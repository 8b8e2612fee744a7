//! The form that starts a sync.

use domain::id::{IdempotencyKey, TenantId};
use domain::operation::OperationType;
use leptos::prelude::*;

use crate::api::groups::StartGroupsSync;
use crate::copy;
use crate::hydrate_sync::hydrate_sync;
use crate::pages::starting::controls::StartControls;

/// Starts. Somebody who may not start sees the form, and why not.
#[component]
pub fn StartForm(
    /// Whose groups.
    tenant: TenantId,
    /// The form's key (R03).
    key: IdempotencyKey,
    /// The key that the viewer lacks, if it is one.
    missing: Option<String>,
    /// The start.
    start: ServerAction<StartGroupsSync>,
    /// Whether a start is on its way.
    pending: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="rounded-lg border border-line bg-surface p-4">
            <ActionForm action=start>
                {hydrate_sync(view! {
                    <input type="hidden" name="tenant" value=tenant.to_string()/>
                    <input type="hidden" name="idempotency_key" value=key.to_string()/>
                    <div class="flex flex-col gap-3">
                        <p class="max-w-prose text-muted">{copy::groups::WHAT}</p>
                        <StartControls kind=OperationType::DirectoryGroupsSync missing=missing pending=pending/>
                    </div>
                })}
            </ActionForm>
        </div>
    }
}
