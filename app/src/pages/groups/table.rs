//! The groups that are known.

use domain::view::{GroupRow, GroupsPage};
use leptos::prelude::*;

use crate::copy;
use crate::routes;
use crate::start::list::{Part, TenantList};
use crate::start::page::Asked;
use crate::ui::table::Column;
use crate::ui::time::Time;

/// The groups by name, or why there are none.
#[component]
pub fn GroupsTable(
    /// The page it stands on.
    page: GroupsPage,
    /// What was asked for.
    asked: Asked,
) -> impl IntoView {
    let (here, part) = (routes::Groups::link(page.head.tenant.id), Part::of(&page));
    let rows = (page.page.rows.into_iter())
        .map(|group| view! { <Group group=group/> })
        .collect_view();
    view! {
        <TenantList
            title=copy::groups::TITLE
            noun=copy::groups::GROUPS
            here=here
            asked=asked
            part=part
            width="w-full min-w-140"
        >
            <colgroup>
                <col/>
                <col class="w-36"/>
                <col class="w-47"/>
            </colgroup>
            <thead>
                <tr>
                    <Column title=copy::groups::column::NAME sticky=true/>
                    <Column title=copy::groups::column::TYPE/>
                    <Column title=copy::groups::column::SEEN/>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TenantList>
    }
}

#[component]
fn Group(
    /// What is known of it.
    group: GroupRow,
) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" title=format!("{} · {}", group.name, group.external_id)>
                {group.name.clone()}
            </th>
            <td>{copy::groups::group_type(&group.group_type)}</td>
            <td>
                {group.missing_since.map(|_| copy::list::NOT_SEEN_SINCE)} " " <Time at=group.last_seen_at/>
            </td>
        </tr>
    }
}
