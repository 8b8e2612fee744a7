//! The form that starts a sync.

use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::view::InventoryPage;
use leptos::prelude::*;

use super::TYPES;
use crate::api::inventory::StartInventorySync;
use crate::copy;
use crate::error::AppError;
use crate::hydrate_sync::hydrate_sync;
use crate::pages::starting::answer::field_error;
use crate::pages::starting::controls::StartControls;
use crate::ui::checkbox::Checkbox;
use crate::ui::field::FieldError;

const ERROR: &str = "sync-types-error";

/// Chooses policy types and starts. Somebody who may not start sees the form, and why not.
#[component]
pub fn StartForm(
    /// The page it stands on.
    page: InventoryPage,
    /// The start.
    start: ServerAction<StartInventorySync>,
    /// Why the last start did not work.
    failed: Memo<Option<AppError>>,
    /// Whether a start is on its way.
    pending: Signal<bool>,
) -> impl IntoView {
    let missing = page.missing;
    let disabled = missing.is_some();
    let choices = PolicyType::ALL
        .into_iter()
        .map(|kind| {
            let checked = page.chosen.contains(&kind);
            view! { <Checkbox name="types[]" value=kind.as_str() label=kind.label() checked=checked/> }
        })
        .collect_view();
    let problem = Memo::new(move |_| failed.with(|failed| failed.as_ref().and_then(|error| field_error(error, TYPES))));
    view! {
        <div class="rounded-lg border border-line bg-surface p-4">
            <ActionForm action=start>
                {hydrate_sync(view! {
                    <input type="hidden" name="tenant" value=page.tenant.id.to_string()/>
                    <input type="hidden" name="idempotency_key" value=page.idempotency_key.to_string()/>
                    <fieldset
                        disabled=disabled
                        aria-describedby=move || problem.with(Option::is_some).then_some(ERROR)
                        class="flex flex-col gap-3"
                    >
                        <legend class="mb-2 text-base font-semibold">{copy::start::TYPES}</legend>
                        <div class="grid gap-x-4 sm:grid-cols-2">{choices}</div>
                        {move || problem.get().map(|text| view! { <FieldError id=ERROR text=text/> })}
                    </fieldset>
                    <div class="mt-3">
                        <StartControls kind=OperationType::InventorySync missing=missing pending=pending/>
                    </div>
                })}
            </ActionForm>
        </div>
    }
}
