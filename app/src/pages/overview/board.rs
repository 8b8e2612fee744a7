//! The freshness board.

use domain::badge;
use domain::operation::OperationType;
use domain::overview::{FreshnessBoard, FreshnessCell, FreshnessRow};
use leptos::either::Either;
use leptos::prelude::*;

use crate::copy;
use crate::routes;
use crate::ui::badge::Badge;
use crate::ui::section::Section;
use crate::ui::table::{Column, Table};
use crate::ui::time::Time;

/// More columns than this do not fit a narrow table.
const FEW: usize = 3;

/// Tenants by operations.
#[component]
pub fn Board(
    /// What the server answered.
    board: FreshnessBoard,
) -> impl IntoView {
    let shown = board.rows.len();
    let not_all = (u32::try_from(shown).unwrap_or(u32::MAX) < board.tenants)
        .then(|| view! { <p class="text-muted">{copy::overview::shown(shown, board.tenants)}</p> });
    let body = if board.rows.is_empty() {
        Either::Left(view! { <p class="text-muted">{copy::overview::NO_TENANTS}</p> })
    } else {
        let width = if board.operations.len() > FEW {
            "w-full min-w-232"
        } else {
            "w-full min-w-160"
        };
        let columns = board
            .operations
            .iter()
            .map(|kind| view! { <Kind kind=kind.clone()/> })
            .collect_view();
        let rows = board
            .rows
            .into_iter()
            .map(|row| view! { <Tenant row=row/> })
            .collect_view();
        Either::Right(view! {
            <Table caption=copy::overview::FRESHNESS width=width>
                <thead>
                    <tr>
                        <Column title=copy::overview::column::TENANT sticky=true/>
                        {columns}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        })
    };
    view! {
        <Section id="freshness" title=copy::overview::FRESHNESS>
            <p class="max-w-prose text-muted">{copy::overview::FRESHNESS_TEXT}</p>
            {body}
            {not_all}
        </Section>
    }
}

/// The heading of an operation, with its default rhythm.
#[component]
fn Kind(
    /// Which one, as stored.
    kind: String,
) -> impl IntoView {
    let known = kind.parse::<OperationType>().ok();
    let rhythm = known.and_then(OperationType::expected_every).map(copy::overview::every);
    view! {
        <th scope="col" class="py-2 align-top">
            {OperationType::label_of(&kind)}
            <span class="block text-xs font-normal">{rhythm}</span>
        </th>
    }
}

#[component]
fn Tenant(
    /// Its name and cells.
    row: FreshnessRow,
) -> impl IntoView {
    let name = row.tenant.name;
    let cells = row
        .cells
        .into_iter()
        .map(|cell| view! { <Cell cell=cell/> })
        .collect_view();
    view! {
        <tr>
            <th scope="row" title=name.clone()>
                {name.clone()}
            </th>
            {cells}
        </tr>
    }
}

/// How one thing stands: the badge, and the run that it is about.
#[component]
fn Cell(cell: FreshnessCell) -> impl IntoView {
    view! {
        <td class="h-16 py-2 align-middle">
            <Badge look=badge::of_freshness(cell.freshness)/>
            <span class="block truncate pt-1 text-xs text-muted">
                {cell.last.map(|(run, at)| view! {
                    <a href=routes::Run::link(run) class="text-accent underline underline-offset-2">
                        <Time at=at/>
                    </a>
                })}
                {(cell.scheduled && cell.last.is_some()).then_some(" · ")}
                {cell.scheduled.then_some(copy::overview::BY_SCHEDULE)}
            </span>
        </td>
    }
}
