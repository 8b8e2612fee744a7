//! The objects the run worked on: by outcome, by reason, and page by page.

use domain::badge;
use domain::items::ItemError;
use domain::reason::ReasonCode;
use domain::status::ItemOutcome;
use domain::view::{ItemNumbers, ItemRow, RunDetail};
use leptos::either::Either;
use leptos::prelude::*;

use super::item_filters::ItemFilters;
use super::load::RunQuery;
use crate::copy;
use crate::copy::run::column;
use crate::ui::badge::Badge;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::pagination::Onward;
use crate::ui::section::Section;
use crate::ui::table::{Column, Table};
use crate::ui::tabs::{Tab, Tabs};

/// The items that the URL asks for.
#[component]
pub fn Items(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
    /// What the URL asks for.
    query: RunQuery,
) -> impl IntoView {
    let filter = query.filter();
    let rows = Memo::new(move |_| detail.with(|detail| detail.items.rows.clone()));
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let explained = Memo::new(move |_| rows.with(|rows| rows.iter().any(|item| !why(item).is_empty())));
    // A column that says the same in each row takes the room from those that do not.
    let mixed = Memo::new(move |_| rows.with(|rows| rows.windows(2).any(|pair| pair[0].kind != pair[1].kind)));
    let next = Memo::new(move |_| detail.with(|detail| detail.items.next.clone()));
    let broken = filter.errors.contains(&ItemError::Cursor);
    let first = (!query.after.is_empty() && !broken).then(|| query.first());
    let onward = {
        let query = query.clone();
        move || {
            let next = next.get().map(|cursor| query.more(&cursor));
            view! { <Onward label=copy::run::ITEMS first=first.clone() next=next/> }
        }
    };
    let nothing = {
        let impossible = filter.matches_nothing();
        let filtered = filter.outcome.is_some() || filter.reason.is_some() || filter.after.is_some();
        move || nothing(&detail.get(), impossible, filtered)
    };
    // Outcomes divide all items; where a reason is chosen their numbers would be those of another list (R20).
    let tabs = (query.reason.is_empty() && filter.errors.iter().all(|error| *error == ItemError::Cursor))
        .then(|| outcome_tabs(&query, filter.outcome, detail));
    view! {
        <Section id="items" title=copy::run::ITEMS>
            {tabs}
            <ItemFilters detail=detail query=query filter=filter/>
            {broken.then(|| view! { <Notice kind=NoticeKind::Alert>{copy::run::BROKEN_CURSOR}</Notice> })}
            {move || if empty.get() {
                Either::Left(view! { <p class="text-muted">{nothing}</p> })
            } else {
                Either::Right(view! { <ItemTable rows=rows explained=explained mixed=mixed/> })
            }}
            {onward}
        </Section>
    }
}

/// Why there is nothing to show.
fn nothing(detail: &RunDetail, impossible: bool, filtered: bool) -> &'static str {
    let counts = detail.run.counts.processed > 0;
    match (impossible, filtered) {
        (true, _) => copy::run::NOTHING_CAN_MATCH,
        (_, true) => copy::run::NO_SUCH_ITEMS,
        _ if detail.run.status.is_active() => copy::run::NO_ITEMS_YET,
        _ if counts => copy::run::ONLY_COUNTED,
        _ => copy::run::NO_ITEMS,
    }
}

/// A tab for each outcome there is, with its count. The links stay the same elements while the counts change.
fn outcome_tabs(query: &RunQuery, chosen: Option<ItemOutcome>, detail: RwSignal<RunDetail>) -> impl IntoView + use<> {
    let query = query.clone();
    let numbers = Memo::new(move |_| {
        detail.with(|detail| {
            let ItemNumbers { all, outcomes, .. } = &detail.numbers;
            (*all, outcomes.clone())
        })
    });
    move || {
        let (all, outcomes) = numbers.get();
        let count = |outcome: ItemOutcome| {
            let found = outcomes.iter().find(|one| one.outcome == outcome);
            found.map(|one| one.count).unwrap_or_default()
        };
        let first = Tab {
            href: query.of_outcome(None),
            label: copy::run::ALL_ITEMS,
            count: Some(Signal::stored(copy::run::bounded(all))),
            current: chosen.is_none(),
        };
        let others = ItemOutcome::ALL
            .iter()
            .copied()
            .filter(|outcome| count(*outcome).count > 0 || chosen == Some(*outcome))
            .map(|outcome| Tab {
                href: query.of_outcome(Some(outcome)),
                label: badge::of_item(outcome).word,
                count: Some(Signal::stored(copy::run::bounded(count(outcome)))),
                current: chosen == Some(outcome),
            });
        let tabs: Vec<_> = std::iter::once(first).chain(others).collect();
        // Nothing to divide.
        (all.count > 0 || chosen.is_some()).then(|| view! { <Tabs label=copy::run::ITEM_FILTER tabs=tabs/> })
    }
}

/// Rows are kept as long as what they say is the same.
#[component]
fn ItemTable(
    rows: Memo<Vec<ItemRow>>,
    /// Whether any of them has a reason to show.
    explained: Memo<bool>,
    /// Whether they are of different kinds.
    mixed: Memo<bool>,
) -> impl IntoView {
    let key = |item: &ItemRow| {
        (
            item.kind.clone(),
            item.external_id.clone(),
            item.outcome,
            item.reason.clone(),
        )
    };
    // The column of reasons comes with the first of them; the table, and what is focused in it, stays.
    let width = move || match (explained.get(), mixed.get()) {
        (true, true) => "w-full min-w-160",
        (true, false) | (false, true) => "w-full min-w-120",
        (false, false) => "w-full",
    };
    view! {
        <Table caption=copy::run::ITEMS width=width>
            <colgroup>
                <col/>
                {move || mixed.get().then(|| view! { <col class="w-38"/> })}
                <col class="w-34"/>
                {move || explained.get().then(|| view! { <col class="w-52"/> })}
            </colgroup>
            <thead>
                <tr>
                    <Column title=column::ITEM sticky=true/>
                    {move || mixed.get().then(|| view! { <Column title=column::KIND/> })}
                    <Column title=column::OUTCOME/>
                    {move || explained.get().then(|| view! { <Column title=column::REASON/> })}
                </tr>
            </thead>
            <tbody>
                <For each=move || rows.get() key=key let(item)>
                    <Item item=item explained=explained mixed=mixed/>
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

#[component]
fn Item(
    /// What is recorded of it.
    item: ItemRow,
    /// Whether the table has a column for reasons.
    explained: Memo<bool>,
    /// Whether the table has a column for kinds.
    mixed: Memo<bool>,
) -> impl IntoView {
    let why = why(&item);
    let short = item.reason.as_deref().map_or_else(|| why.clone(), ReasonCode::label_of);
    let kind = copy::run::kind(&item.kind);
    let name = if item.name.is_empty() {
        item.external_id.clone()
    } else {
        item.name
    };
    view! {
        <tr>
            <th scope="row" title=format!("{name} · {}", item.external_id)>
                {name.clone()}
            </th>
            {move || mixed.get().then(|| view! {
                <td title=kind.clone()>
                    {kind.clone()}
                </td>
            })}
            <td>
                <Badge look=badge::of_item(item.outcome)/>
            </td>
            {move || explained.get().then(|| view! {
                <td title=why.clone()>
                    {short.clone()}
                </td>
            })}
        </tr>
    }
}
