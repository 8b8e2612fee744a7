//! The groups that are known.

use domain::view::{GroupRow, GroupsPage};
use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::Place;
use crate::copy;
use crate::ui::button::LinkButton;
use crate::ui::empty_state::EmptyState;
use crate::ui::pagination::Onward;
use crate::ui::table::{Column, Table};
use crate::ui::time::Time;
use crate::url;

/// The groups by name, or why there are none.
#[component]
pub fn GroupsTable(
    /// The page it stands on.
    page: GroupsPage,
    /// What part of the list that is.
    place: Place,
) -> impl IntoView {
    let here = url::groups(page.tenant.id);
    let Place { q, mut after } = place;
    // A cursor that could not be read led to where the list begins.
    if page.cursor_broken {
        after.clear();
    }
    let start = url::with_query(&here, &url::query([("q", &q)]));
    if page.rows.is_empty() && after.is_empty() && q.is_empty() {
        let text = copy::start::empty("groups", page.last_run.as_ref());
        return EitherOf3::A(view! { <EmptyState title=copy::groups::EMPTY text=text/> });
    }
    if page.rows.is_empty() {
        let (title, text, label, href) = if after.is_empty() {
            let text = copy::groups::not_found(&q);
            (copy::groups::NOT_FOUND, text, copy::groups::CLEAR, here)
        } else {
            let text = copy::groups::PAST_END_TEXT.to_owned();
            (copy::groups::PAST_END, text, copy::FIRST, start)
        };
        return EitherOf3::B(view! {
            <EmptyState title=title text=text>
                <LinkButton href=href>{label}</LinkButton>
            </EmptyState>
        });
    }
    let next = page
        .next
        .as_ref()
        .map(|cursor| url::with_query(&here, &url::query([("q", &q), ("after", cursor)])));
    let first = (!after.is_empty()).then_some(start);
    let gone =
        (page.gone.count > 0).then(|| view! { <p class="text-muted">{copy::start::gone(&page.gone.to_string())}</p> });
    let rows = page
        .rows
        .into_iter()
        .map(|group| view! { <Group group=group/> })
        .collect_view();
    EitherOf3::C(view! {
        <div class="flex flex-col gap-2">
            <div class="flex flex-wrap items-baseline gap-2">
                <h2 class="text-base font-semibold">{copy::groups::TITLE}</h2>
                <p class="text-muted">{copy::groups::total(&page.total.to_string())}</p>
                {gone}
                {(!q.is_empty()).then(|| view! {
                    <a href=here class="font-medium text-accent underline underline-offset-2">
                        {copy::groups::CLEAR}
                    </a>
                })}
            </div>
            <Table caption=copy::groups::TITLE width="w-full min-w-140">
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
            </Table>
            <Onward label=copy::groups::TITLE first=first next=next/>
        </div>
    })
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
                {group.missing_since.map(|_| copy::start::NOT_SEEN_SINCE)} " " <Time at=group.last_seen_at/>
            </td>
        </tr>
    }
}
