//! The table of runs.

use chrono::{DateTime, Utc};
use domain::view::RunRow;
use leptos::prelude::*;

use super::row::RunTableRow;
use crate::copy::hub::column;
use crate::ui::table::{Column, Table};

/// Runs in the order they come in.
#[component]
pub fn RunTable(
    /// The table's name.
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
        <Table caption=caption width="w-full min-w-248">
            <colgroup>
                <col class="w-36"/>
                <col class="w-52"/>
                <col/>
                <col class="w-36"/>
                <col class="w-28"/>
                <col class="w-47"/>
                <col class="w-26"/>
            </colgroup>
            <thead>
                <tr>
                    <Column title=column::OPERATION sticky=true/>
                    <Column title=column::STATUS/>
                    <Column title=column::TARGET/>
                    <Column title=column::RESULT/>
                    <Column title=column::STARTED_BY/>
                    <Column title=column::CREATED/>
                    <Column title=column::DURATION/>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}
