//! The fields behind one button where a window is narrow: the list is what one has come for.

use domain::filter::RunFilter;
use leptos::prelude::*;

use super::super::query::HubQuery;
use crate::copy;
use crate::hydrate_sync::SyncChildren;
use crate::ui::icon::{Glyph, Icon};

/// How many fields narrow the list that have a control here.
fn narrowing(filter: &RunFilter) -> usize {
    [
        filter.status.is_some(),
        filter.kind.is_some(),
        filter.tenant.is_some(),
        filter.origin.is_some(),
        filter.initiator.is_some(),
        filter.from.is_some() || filter.to.is_some(),
    ]
    .into_iter()
    .filter(|narrows| *narrows)
    .count()
}

/// Shows its contents in a wide window, and in a narrow one when asked to.
///
/// A box to tick rather than `<details>`, whose contents no style sheet can show while it is closed.
#[component]
pub fn Fold(query: Memo<HubQuery>, children: SyncChildren) -> impl IntoView {
    let chosen = Memo::new(move |_| match query.with(|query| narrowing(&query.filter)) {
        0 => None,
        count => Some(count.to_string()),
    });
    view! {
        <input type="checkbox" id="filter-fields" class="peer sr-only sm:hidden"/>
        <label
            for="filter-fields"
            class="col-span-full flex h-9 items-center gap-1.5 rounded-md border border-control bg-surface px-3 font-medium peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent sm:hidden"
        >
            {copy::hub::FILTERS}
            {move || chosen.get().map(|chosen| view! {
                <span class="rounded-full bg-accent-soft px-1.5 text-xs text-accent">{chosen}</span>
            })}
            <span class="ml-auto text-muted">
                <Icon glyph=Glyph::Down/>
            </span>
        </label>
        <div class="hidden peer-checked:contents sm:contents">{children.show()}</div>
    }
}
