//! A checkbox with its label.

use leptos::prelude::*;

/// A checkbox; the whole line can be pressed.
#[component]
pub fn Checkbox(
    /// The name it is sent under; end it in `[]` where several share it.
    name: &'static str,
    /// What is sent if it is ticked.
    value: &'static str,
    label: &'static str,
    /// Whether it is ticked at first.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    view! {
        <label class="tick">
            <input type="checkbox" name=name value=value checked=checked/>
            <span>{label}</span>
        </label>
    }
}
