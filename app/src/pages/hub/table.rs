//! The table of runs.

use chrono::{DateTime, Utc};
use domain::view::RunRow;
use leptos::prelude::*;

use super::row::RunTableRow;
use crate::copy::hub::column;
use crate::ui::table::{CARDS, Column, Table};

/// Runs in the order they come in.
#[component]
pub fn RunTable(
    caption: &'static str,
    /// The runs as they are now.
    runs: Vec<RwSignal<RunRow>>,
    /// When the server answered.
    now: DateTime<Utc>,
) -> impl IntoView {
    let rows = runs
        .into_iter()
        .map(|run| view! { <RunTableRow run=run now=now/> })
        .collect_view();
    view! {
        <Table caption=caption width=CARDS>
            // Beside the navigation of a window of 1280 px there is just room for all of them.
            <colgroup>
                <col class="w-40 min-[90rem]:w-44 min-[112rem]:w-64"/>
                <col class="w-58 min-[112rem]:w-76"/>
                <col/>
                <col class="w-38 min-[90rem]:w-48 min-[112rem]:w-72"/>
                <col class="w-30 min-[90rem]:w-34 min-[112rem]:w-44"/>
                <col class="w-36 min-[90rem]:w-44"/>
                <col class="w-24 min-[90rem]:w-26"/>
            </colgroup>
            <thead role="rowgroup">
                <tr role="row">
                    <Column title=column::OPERATION sticky=true/>
                    <Column title=column::STATUS/>
                    <Column title=column::TARGET/>
                    <Column title=column::RESULT/>
                    <Column title=column::STARTED_BY/>
                    <Column title=column::CREATED/>
                    <Column title=column::DURATION/>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </Table>
    }
}
