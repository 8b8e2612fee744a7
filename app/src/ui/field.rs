//! Form fields with their label, hint and error tied to them.

use leptos::prelude::*;

/// The class list of every control that takes text or a choice.
pub const CONTROL: &str = "h-9 w-full rounded-md border border-control bg-surface px-2.5 text-ink placeholder:text-muted aria-invalid:border-alert";

/// A labelled field of one line.
#[component]
pub fn Field(
    /// Its id, unique on the page.
    id: &'static str,
    /// The name it is sent under.
    name: &'static str,
    label: &'static str,
    /// `text`, `email`, `password`, `search`.
    kind: &'static str,
    /// What browsers and password managers may fill in.
    #[prop(optional)]
    autocomplete: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// What is wrong with what was sent.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    let error_id = format!("{id}-error");
    let described_by = error.is_some().then(|| error_id.clone());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="flex flex-col gap-1">
            <label for=id class="font-medium">
                {label}
            </label>
            <input
                id=id
                name=name
                type=kind
                class=CONTROL
                autocomplete=autocomplete
                value=value
                required=required
                aria-invalid=invalid
                aria-describedby=described_by
            />
            {error.map(|error| view! { <FieldError id=error_id text=error/> })}
        </div>
    }
}

/// What is wrong with a field; the field names it by `aria-describedby`.
#[component]
pub fn FieldError(#[prop(into)] id: String, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <p id=id class="text-alert">
            {text}
        </p>
    }
}
