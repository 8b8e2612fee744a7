//! The policies that are known.

use domain::view::{InventoryPage, InventoryRow};
use leptos::either::Either;
use leptos::prelude::*;

use crate::copy;
use crate::ui::button::LinkButton;
use crate::ui::empty_state::EmptyState;
use crate::ui::pagination::Onward;
use crate::ui::table::{Column, Table};
use crate::ui::time::Time;
use crate::url;

/// The policies by type and name, or why there are none.
#[component]
pub fn InventoryTable(
    /// The page it stands on.
    page: InventoryPage,
    /// Whether this is where the list begins.
    is_first: bool,
) -> impl IntoView {
    // A cursor that could not be read led to where the list begins.
    let is_first = is_first || page.cursor_broken;
    if page.rows.is_empty() {
        let (title, text, way) = if is_first {
            let text = copy::start::empty("policies", page.last_run.as_ref());
            (copy::start::EMPTY, text, None)
        } else {
            (
                copy::start::PAST_END,
                copy::start::PAST_END_TEXT.to_owned(),
                Some(url::inventory(page.tenant.id)),
            )
        };
        return Either::Left(view! {
            <EmptyState title=title text=text>
                {way.map(|href| view! { <LinkButton href=href>{copy::FIRST}</LinkButton> })}
            </EmptyState>
        });
    }
    let here = url::inventory(page.tenant.id);
    let next = page
        .next
        .as_ref()
        .map(|cursor| url::with_query(&here, &url::query([("after", cursor)])));
    let first = (!is_first).then_some(here);
    let gone =
        (page.gone.count > 0).then(|| view! { <p class="text-muted">{copy::start::gone(&page.gone.to_string())}</p> });
    let rows = page
        .rows
        .into_iter()
        .map(|policy| view! { <Policy policy=policy/> })
        .collect_view();
    Either::Right(view! {
        <div class="flex flex-col gap-2">
            <div class="flex items-baseline gap-2">
                <h2 class="text-base font-semibold">{copy::start::POLICIES}</h2>
                <p class="text-muted">{copy::start::total(&page.total.to_string())}</p>
                {gone}
            </div>
            <Table caption=copy::start::POLICIES width="w-full min-w-220">
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
            </Table>
            <Onward label=copy::start::POLICIES first=first next=next/>
        </div>
    })
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
                {policy.missing_since.map(|_| copy::start::NOT_SEEN_SINCE)} " " <Time at=policy.last_seen_at/>
            </td>
        </tr>
    }
}
