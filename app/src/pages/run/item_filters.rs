//! What the items are filtered by beside their outcome, and what could not be understood: chips that can be removed.

use domain::badge;
use domain::items::{ItemError, ItemFilter};
use domain::reason::ReasonCode;
use domain::view::RunDetail;
use leptos::prelude::*;

use super::load::RunQuery;
use crate::copy;
use crate::copy::run::column;
use crate::ui::chip::{Chip, ChipKind};

/// Chips over the items; nothing if they are not filtered, or by a tab alone.
#[component]
pub fn ItemFilters(
    /// The run as it is now.
    detail: RwSignal<RunDetail>,
    /// What the URL asks for.
    query: RunQuery,
    /// The same, understood.
    filter: ItemFilter,
) -> impl IntoView {
    let mut chips = Vec::new();
    let has_tabs = query.reason.is_empty() && !filter.matches_nothing();
    if let Some(outcome) = filter.outcome.filter(|_| !has_tabs) {
        let text = copy::run::outcome_chip(badge::of_item(outcome).word);
        chips.push((text, ChipKind::Filter, query.without_outcome()));
    }
    if let Some(code) = &filter.reason {
        // A code that is neither in the catalogue nor among the run's own is a mistake.
        let known = code.parse::<ReasonCode>().is_ok();
        let own = detail.with_untracked(|detail| {
            !detail.items.rows.is_empty() || detail.numbers.reasons.iter().any(|one| one.code == *code)
        });
        let (text, kind) = if known {
            (copy::run::reason_chip(&copy::run::reason(code)), ChipKind::Filter)
        } else if own {
            (copy::run::reason_chip(code), ChipKind::Filter)
        } else {
            (copy::run::not_known(column::REASON, code), ChipKind::Error)
        };
        chips.push((text, kind, query.without_reason()));
    }
    for error in &filter.errors {
        let (field, value, remove) = match error {
            ItemError::Outcome(value) => (column::OUTCOME, value, query.without_outcome()),
            ItemError::Reason(value) => (column::REASON, value, query.without_reason()),
            ItemError::Cursor => continue,
        };
        chips.push((copy::run::not_known(field, value), ChipKind::Error, remove));
    }
    let any = !chips.is_empty();
    let chips = chips
        .into_iter()
        .map(|(text, kind, remove)| view! { <Chip text=text kind=kind remove=remove/> })
        .collect_view();
    any.then(|| {
        view! {
            <ul aria-label=copy::run::ITEM_FILTERS class="flex min-h-7 flex-wrap items-center gap-2">
                {chips}
            </ul>
        }
    })
}
