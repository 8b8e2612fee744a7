//! The table of runs.

use chrono::{DateTime, Utc};
use domain::view::RunRow;
use leptos::prelude::*;

use super::row::RunTableRow;
use crate::copy::hub::column;
use crate::ui::table::{Column, Table, cards};

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
        <Table caption=caption width=cards::TABLE>
            <colgroup>
                <col class="w-44 2xl:w-64"/>
                <col class="w-58 2xl:w-76"/>
                <col/>
                <col class="w-48 2xl:w-72"/>
                <col class="w-34 2xl:w-44"/>
                <col class="w-44"/>
                <col class="w-26"/>
            </colgroup>
            <thead role="rowgroup" class=cards::HEAD>
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
            <tbody role="rowgroup" class=cards::BODY>{rows}</tbody>
        </Table>
    }
}
