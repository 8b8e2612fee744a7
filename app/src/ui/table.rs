//! Pieces of tables. A table scrolls within its own region, so that a narrow page does not.

use crate::hydrate_sync::SyncChildren;
use leptos::prelude::*;

use crate::copy;

/// The class of a cell with a number. Rows and other cells have none: how they look is said once, of `.data`, in `style/main.css`,
/// because a page has hundreds of them.
pub const NUMBER: &str = "text-right";
/// What [`Table`] takes as its width when its rows are to be cards in a narrow window. What a table is to a screen reader goes with
/// `display`, hence the roles that the elements of such a table carry.
pub const CARDS: &str = "cards w-full md:min-w-272 xl:min-w-248";

/// A table that scrolls within a region which the keyboard reaches.
#[component]
pub fn Table(
    /// Its name, read out and not shown: a heading shows it.
    caption: &'static str,
    /// How wide it is at least, as a class; narrower pages scroll it.
    #[prop(into)]
    width: Signal<&'static str>,
    /// `<colgroup>`, `<thead>` and `<tbody>`.
    children: SyncChildren,
) -> impl IntoView {
    view! {
        <div
            class="overflow-x-auto rounded-lg border border-line bg-surface"
            role="region"
            aria-label=copy::table_region(caption)
            tabindex="0"
        >
            <table role="table" class=move || format!("data {}", width.get())>
                <caption class="sr-only">{caption}</caption>
                {children.show()}
            </table>
        </div>
    }
}

/// The heading of a column.
#[component]
pub fn Column(
    title: &'static str,
    /// Whether its cells are numbers.
    #[prop(optional)]
    number: bool,
    /// Whether it stays in sight while the others scroll.
    #[prop(optional)]
    sticky: bool,
) -> impl IntoView {
    let class = match (number, sticky) {
        (true, _) => Some(NUMBER),
        (_, true) => Some("sticky left-0 bg-surface"),
        _ => None,
    };
    view! {
        <th role="columnheader" scope="col" class=class>
            {title}
        </th>
    }
}
