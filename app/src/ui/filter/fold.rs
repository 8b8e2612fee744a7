//! The fields behind one button where a window is narrow: the list is what one has come for.

use leptos::prelude::*;

use crate::copy;
use crate::hydrate_sync::SyncChildren;
use crate::ui::icon::{Glyph, Icon};

/// Shows its contents in a wide window, and in a narrow one when asked to.
///
/// A box to tick rather than `<details>`, whose contents no style sheet can show while it is closed.
#[component]
pub fn Fold(narrowing: Memo<usize>, children: SyncChildren) -> impl IntoView {
    let chosen = move || Some(narrowing.get()).filter(|count| *count > 0);
    view! {
        <input type="checkbox" id="filter-fields" class="peer sr-only sm:hidden"/>
        <label
            for="filter-fields"
            class="col-span-full flex h-9 items-center gap-1.5 rounded-md border border-control bg-surface px-3 font-medium peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent sm:hidden"
        >
            {copy::filter::FIELDS}
            {move || chosen().map(|chosen| view! {
                <span class="rounded-full bg-accent-soft px-1.5 text-xs text-accent">{chosen.to_string()}</span>
            })}
            <span class="ml-auto text-muted">
                <Icon glyph=Glyph::Down/>
            </span>
        </label>
        <div class="hidden peer-checked:contents sm:contents">{children.show()}</div>
    }
}
