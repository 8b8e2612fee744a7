//! Pieces of tables. A table scrolls within its own region, so that a narrow page does not.

use crate::eager::Content;
use leptos::prelude::*;

use crate::copy;

/// The class list of a cell; 40 px high with one line of text.
pub const CELL: &str = "h-10 truncate px-3";
/// The class list of a cell with a number.
pub const NUMBER: &str = "h-10 truncate px-3 text-right tabular-nums";
/// The class list of the cell that names its row and stays in sight while the others scroll.
pub const ROW_HEADER: &str = "sticky left-0 h-10 truncate bg-surface px-3 text-left font-medium group-hover:bg-sunken";
/// The class list of a row.
pub const ROW: &str = "group border-t border-line hover:bg-sunken";

/// A table that scrolls within a region which the keyboard reaches.
#[component]
pub fn Table(
    /// Its name, read out and not shown: a heading shows it.
    caption: &'static str,
    /// How wide it is at least, as a class; narrower pages scroll it.
    width: &'static str,
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
            <table class=format!("table-fixed border-collapse text-left {width}")>
                <caption class="sr-only">{caption}</caption>
                {children.show()}
            </table>
        </div>
    }
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
        <th scope="col" class=class>
            {title}
        </th>
    }
}
