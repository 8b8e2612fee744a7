//! The objects the run worked on, by outcome and page by page.

use domain::badge;
use domain::counts::Counts;
use domain::policy::PolicyType;
use domain::status::ItemOutcome;
use domain::view::{ItemRow, RunDetail};
use leptos::either::Either;
use leptos::prelude::*;

use super::load::RunQuery;
use crate::copy;
use crate::copy::run::column;
use crate::ui::badge::Badge;
use crate::ui::pagination::Onward;
use crate::ui::section::Section;
use crate::ui::table::{CELL, Column, ROW, ROW_HEADER, Table};
use crate::ui::tabs::{Tab, Tabs};

/// The items that the URL asks for.
#[component]
pub fn Items(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
    /// What the URL asks for.
    query: RunQuery,
) -> impl IntoView {
    let rows = Memo::new(move |_| detail.with(|detail| detail.items.rows.clone()));
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let explained = Memo::new(move |_| rows.with(|rows| rows.iter().any(|item| !why(item).is_empty())));
    let next = Memo::new(move |_| detail.with(|detail| detail.items.next.clone()));
    let first = (!query.after.is_empty()).then(|| query.items(query.outcome.parse().ok()));
    let onward = {
        let query = query.clone();
        move || {
            let next = next.get().map(|cursor| query.more(&cursor));
            view! { <Onward label=copy::run::ITEMS first=first.clone() next=next/> }
        }
    };
    let nothing = {
        let plain = query.is_plain();
        move || match plain {
            true if detail.with(|detail| detail.run.status.is_active()) => copy::run::NO_ITEMS_YET,
            true => copy::run::NO_ITEMS,
            false => copy::run::NO_SUCH_ITEMS,
        }
    };
    let filter = outcome_tabs(&query, detail);
    view! {
        <Section id="items" title=copy::run::ITEMS>
            {filter}
            {move || if empty.get() {
                Either::Left(view! { <p class="text-muted">{nothing}</p> })
            } else {
                Either::Right(view! { <ItemTable rows=rows explained=explained.get()/> })
            }}
            {onward}
        </Section>
    }
}

/// A tab for each outcome there is, with its count. The links stay the same elements while the counts change.
fn outcome_tabs(query: &RunQuery, detail: RwSignal<RunDetail>) -> impl IntoView + use<> {
    let query = query.clone();
    let counts = Memo::new(move |_| detail.with(|detail| detail.run.counts));
    move || {
        let counts = counts.get();
        let chosen = query.outcome.parse::<ItemOutcome>().ok();
        let shown = |outcome: &ItemOutcome| counts.get(*outcome) > 0 || chosen == Some(*outcome);
        let all = Tab {
            href: query.items(None),
            label: copy::run::ALL_ITEMS,
            count: Some(copy::time::number(Counts::default().processed.max(counts.processed))),
            current: chosen.is_none(),
        };
        let outcomes = ItemOutcome::ALL
            .iter()
            .copied()
            .filter(|outcome| shown(outcome))
            .map(|outcome| Tab {
                href: query.items(Some(outcome)),
                label: badge::of_item(outcome).word,
                count: Some(copy::time::number(counts.get(outcome))),
                current: chosen == Some(outcome),
            });
        let tabs = std::iter::once(all).chain(outcomes).collect();
        view! { <Tabs label=copy::run::ITEM_FILTER tabs=tabs/> }
    }
}

/// Rows are kept as long as what they say is the same.
#[component]
fn ItemTable(
    /// The items.
    rows: Memo<Vec<ItemRow>>,
    /// Whether any of them has a reason to show.
    explained: bool,
) -> impl IntoView {
    let key = |item: &ItemRow| {
        (
            item.kind.clone(),
            item.external_id.clone(),
            item.outcome,
            item.reason.clone(),
        )
    };
    let width = if explained {
        "w-full min-w-220"
    } else {
        "w-full min-w-136"
    };
    view! {
        <Table caption=copy::run::ITEMS width=width>
            <colgroup>
                <col/>
                <col class="w-44"/>
                <col class="w-34"/>
                {explained.then(|| view! { <col class="w-72"/> })}
            </colgroup>
            <thead>
                <tr>
                    <Column title=column::ITEM sticky=true/>
                    <Column title=column::KIND/>
                    <Column title=column::OUTCOME/>
                    {explained.then(|| view! { <Column title=column::REASON/> })}
                </tr>
            </thead>
            <tbody>
                <For each=move || rows.get() key=key let(item)>
                    <Item item=item explained=explained/>
                </For>
            </tbody>
        </Table>
    }
}

/// Code and message, as far as there are any.
fn why(item: &ItemRow) -> String {
    let parts = [item.reason.as_deref(), item.message.as_deref()];
    parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ")
}

/// One item.
#[component]
fn Item(
    /// What is recorded of it.
    item: ItemRow,
    /// Whether the table has a column for reasons.
    explained: bool,
) -> impl IntoView {
    let why = why(&item);
    let kind = item
        .kind
        .parse::<PolicyType>()
        .map_or(item.kind, |kind| kind.label().to_owned());
    let name = if item.name.is_empty() {
        item.external_id.clone()
    } else {
        item.name
    };
    view! {
        <tr class=ROW>
            <th scope="row" class=ROW_HEADER title=format!("{name} · {}", item.external_id)>
                {name.clone()}
            </th>
            <td class=CELL title=kind.clone()>
                {kind.clone()}
            </td>
            <td class=CELL>
                <Badge look=badge::of_item(item.outcome)/>
            </td>
            {explained.then(|| view! {
                <td class=CELL title=why.clone()>
                    {why.clone()}
                </td>
            })}
        </tr>
    }
}
