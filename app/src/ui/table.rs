//! Pieces of tables. A table scrolls within its own region, so that a narrow page does not.

use crate::eager::Content;
use leptos::prelude::*;

use crate::copy;

/// The class list of a cell; as high as the person likes ([`Density`](crate::preference::Density)) with one line of text.
pub const CELL: &str = "h-(--row) truncate px-3";
/// The class list of a cell with a number.
pub const NUMBER: &str = "h-(--row) truncate px-3 text-right tabular-nums";
/// The class list of the cell that names its row and stays in sight while the others scroll.
pub const ROW_HEADER: &str =
    "sticky left-0 h-(--row) truncate bg-surface px-3 text-left font-medium group-hover:bg-sunken";
/// The class list of a row.
pub const ROW: &str = "group border-t border-line hover:bg-sunken";

/// A table that scrolls within a region which the keyboard reaches.
#[component]
pub fn Table(
    /// Its name, read out and not shown: a heading shows it.
    caption: &'static str,
    /// How wide it is at least, as a class; narrower pages scroll it.
    #[prop(into)]
    width: Signal<&'static str>,
    /// `<colgroup>`, `<thead>` and `<tbody>`.
    children: Content,
) -> impl IntoView {
    view! {
        <div
            class="overflow-x-auto rounded-lg border border-line bg-surface"
            role="region"
            aria-label=copy::table_region(caption)
            tabindex="0"
        >
            <table role="table" class=move || format!("table-fixed border-collapse text-left {}", width.get())>
                <caption class="sr-only">{caption}</caption>
                {children.show()}
            </table>
        </div>
    }
}

/// Class lists of a table whose rows are cards in a narrow window. What a table is to a screen reader goes with `display`, hence
/// the roles that its elements carry.
pub mod cards {
    /// The table; pass it as its width.
    pub const TABLE: &str = "w-full max-md:block md:min-w-272 xl:min-w-248";
    /// The head: read out, and not shown over cards.
    pub const HEAD: &str = "max-md:sr-only";
    /// The body.
    pub const BODY: &str = "max-md:block";
    /// A row.
    pub const ROW: &str = "group border-t border-line hover:bg-sunken max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-3 max-md:gap-y-0.5 max-md:px-3 max-md:py-2.5 max-md:first:border-t-0";
    /// A cell.
    pub const CELL: &str = "h-(--row) truncate px-3 max-md:h-auto max-md:px-0";
    /// A cell that is as wide as the card.
    pub const WIDE: &str = "h-(--row) truncate px-3 max-md:col-span-2 max-md:h-auto max-md:px-0 max-md:text-muted";
    /// A cell on the left of the card.
    pub const START: &str = "h-(--row) truncate px-3 max-md:h-auto max-md:px-0 max-md:text-muted";
    /// A cell on the right of the card.
    pub const END: &str = "h-(--row) truncate px-3 max-md:h-auto max-md:px-0 max-md:text-right max-md:text-muted";
    /// The cell that names the row.
    pub const ROW_HEADER: &str = "sticky left-0 h-(--row) truncate bg-surface px-3 text-left font-medium group-hover:bg-sunken max-md:static max-md:h-auto max-md:bg-transparent max-md:px-0";
}

/// The heading of a column.
#[component]
pub fn Column(
    /// Its words.
    title: &'static str,
    /// Whether its cells are numbers.
    #[prop(optional)]
    number: bool,
    /// Whether it stays in sight while the others scroll.
    #[prop(optional)]
    sticky: bool,
) -> impl IntoView {
    let class = match (number, sticky) {
        (true, _) => "h-9 px-3 text-right font-medium text-muted",
        (_, true) => "sticky left-0 h-9 bg-surface px-3 font-medium text-muted",
        _ => "h-9 px-3 font-medium text-muted",
    };
    view! {
        <th role="columnheader" scope="col" class=class>
            {title}
        </th>
    }
}
