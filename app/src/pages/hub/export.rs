//! Downloads of the list.

use domain::filter::HubQuery;
use leptos::prelude::*;

use crate::copy;
use crate::routes;
use crate::ui::popover::{Placement, Popover};
use crate::url;

/// Downloads of everything that the filter matches.
#[component]
pub fn ExportMenu(query: Memo<HubQuery>) -> impl IntoView {
    let there = move |path: &'static str| {
        move || query.with(|query| url::with_query(path, &url::query(query.filter.to_query())))
    };
    let link = "flex min-h-8 items-center rounded-md px-2 hover:bg-sunken";
    view! {
        <Popover label=copy::hub::EXPORT group="hub-menu" placement=Placement::Menu>
            <p class="px-2 pb-2 text-muted">{copy::hub::EXPORT_HINT}</p>
            // Not for the router: what comes is a file.
            <ul>
                <li>
                    <a href=there(routes::ExportCsv::link()) rel="external" class=link>
                        {copy::hub::EXPORT_CSV}
                    </a>
                </li>
                <li>
                    <a href=there(routes::ExportJsonl::link()) rel="external" class=link>
                        {copy::hub::EXPORT_JSONL}
                    </a>
                </li>
            </ul>
        </Popover>
    }
}
