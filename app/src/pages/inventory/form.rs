//! What can be chosen before a sync is started.

use domain::policy::PolicyType;
use leptos::prelude::*;

use crate::copy;
use crate::error::AppError;
use crate::start::answer::field_error;
use crate::ui::checkbox::Checkbox;
use crate::ui::field::FieldError;

/// The field, which says itself what is wrong with it.
pub const TYPES: &str = "types";

const ERROR: &str = "sync-types-error";

/// The policy types to sync.
#[component]
pub fn PolicyTypes(
    /// Those that are ticked at first.
    chosen: Vec<PolicyType>,
    /// Whether the viewer may not start.
    disabled: bool,
    /// Why the last start did not work.
    failed: Memo<Option<AppError>>,
) -> impl IntoView {
    let choices = PolicyType::ALL
        .into_iter()
        .map(|kind| {
            let checked = chosen.contains(&kind);
            view! { <Checkbox name="types[]" value=kind.as_str() label=kind.label() checked=checked/> }
        })
        .collect_view();
    let problem = Memo::new(move |_| failed.with(|failed| failed.as_ref().and_then(|error| field_error(error, TYPES))));
    view! {
        <fieldset
            disabled=disabled
            aria-describedby=move || problem.with(Option::is_some).then_some(ERROR)
            class="flex flex-col gap-3"
        >
            <legend class="mb-2 text-base font-semibold">{copy::start::TYPES}</legend>
            <div class="grid gap-x-4 sm:grid-cols-2">{choices}</div>
            {move || problem.get().map(|text| view! { <FieldError id=ERROR text=text/> })}
        </fieldset>
    }
}
