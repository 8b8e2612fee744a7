//! The policies that are known.

use domain::view::{InventoryPage, InventoryRow};
use leptos::either::Either;
use leptos::prelude::*;

use crate::copy;
use crate::routes;
use crate::start::list::{Part, TenantList};
use crate::start::page::Asked;
use crate::ui::table::Column;
use crate::ui::time::Time;

/// The policies by name, or why there are none.
#[component]
pub fn InventoryTable(
    /// The page it stands on.
    page: InventoryPage,
    /// What was asked for.
    asked: Asked,
) -> impl IntoView {
    let (here, part) = (routes::Inventory::link(page.head.tenant.id), Part::of(&page));
    let rows = (page.page.rows.into_iter())
        .map(|policy| view! { <Policy policy=policy/> })
        .collect_view();
    view! {
        <TenantList
            title=copy::start::POLICIES
            noun=copy::start::POLICY
            here=here
            asked=asked
            part=part
            width="w-full min-w-220"
        >
            <colgroup>
                <col/>
                <col class="w-52"/>
                <col class="w-28"/>
                <col class="w-47"/>
                <col class="w-47"/>
            </colgroup>
            <thead>
                <tr>
                    <Column title=copy::start::column::NAME sticky=true/>
                    <Column title=copy::start::column::TYPE/>
                    <Column title=copy::start::column::PLATFORM/>
                    <Column title=copy::start::column::MODIFIED/>
                    <Column title=copy::start::column::SEEN/>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TenantList>
    }
}

#[component]
fn Policy(
    /// What is known of it.
    policy: InventoryRow,
) -> impl IntoView {
    let platform = policy.platform.unwrap_or_else(|| copy::NONE.to_owned());
    view! {
        <tr>
            <th scope="row" title=format!("{} · {}", policy.name, policy.external_id)>
                {policy.name.clone()}
            </th>
            <td>{copy::run::kind(&policy.kind)}</td>
            <td title=platform.clone()>
                {platform.clone()}
            </td>
            <td>
                {policy.modified_at.map_or_else(
                    || Either::Right(copy::NONE),
                    |at| Either::Left(view! { <Time at=at/> }),
                )}
            </td>
            <td>
                {policy.missing_since.map(|_| copy::list::NOT_SEEN_SINCE)} " " <Time at=policy.last_seen_at/>
            </td>
        </tr>
    }
}
