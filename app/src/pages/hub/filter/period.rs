//! The filter by time: usual periods to choose, or a first and a last day.

use domain::filter::{DEFAULT_WINDOW_DAYS, Day, RunFilter};
use leptos::prelude::*;

use super::super::query::{HubQuery, href};
use crate::copy;
use crate::ui::field::CONTROL;
use crate::ui::popover::{Place, Popover};

/// Periods up to now, in days before today.
const USUAL: [u16; 4] = [0, 7, DEFAULT_WINDOW_DAYS, 90];

/// The period.
#[component]
pub fn Period(
    /// What is shown.
    query: Memo<HubQuery>,
) -> impl IntoView {
    let window = Memo::new(move |_| query.with(|query| (query.filter.from, query.filter.to)));
    let chosen = Signal::derive(move || match window.get() {
        (None, None) => None,
        (from, to) => Some(copy::hub::chosen(
            false,
            usize::from(from.is_some()) + usize::from(to.is_some()),
        )),
    });
    let usual = USUAL
        .map(|days| {
            let there = move || {
                query.with(|query| {
                    let mut filter = query.filter.clone();
                    filter.rejected.retain(|(field, _)| field != "from" && field != "to");
                    href(&RunFilter {
                        from: (days != DEFAULT_WINDOW_DAYS).then_some(Day::Ago(days)),
                        to: None,
                        ..filter
                    })
                })
            };
            let current = move || {
                let (from, to) = window.get();
                let from = from.unwrap_or(Day::Ago(DEFAULT_WINDOW_DAYS));
                (from == Day::Ago(days) && to.is_none()).then_some("true")
            };
            view! {
                <li class="flex">
                    <a
                        href=there
                        aria-current=current
                        data-noscroll=true
                        class="flex min-h-8 grow items-center rounded-md px-2 hover:bg-sunken aria-[current]:bg-accent-soft aria-[current]:text-accent"
                    >
                        {copy::hub::last_days(days)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <Popover label=copy::hub::PERIOD chosen=chosen group="filter" place=Place::BelowEnd>
            <ul class="mb-2 flex flex-col border-b border-line pb-2">{usual}</ul>
            <div class="flex flex-col gap-2 px-1">
                <DayField name="from" day=Memo::new(move |_| date(window.get().0))/>
                <DayField name="to" day=Memo::new(move |_| date(window.get().1))/>
            </div>
        </Popover>
    }
}

/// What a field for days can show; a day counted back from today is kept beside it.
fn date(day: Option<Day>) -> String {
    match day {
        Some(day @ Day::Date(_)) => day.to_string(),
        _ => String::new(),
    }
}

/// The first or the last day.
#[component]
fn DayField(
    /// The field.
    name: &'static str,
    /// The day.
    day: Memo<String>,
) -> impl IntoView {
    let id = format!("filter-{name}");
    view! {
        <div class="flex items-center gap-2">
            <label for=id.clone() class="w-10 shrink-0 text-muted">
                {copy::hub::field(name)}
            </label>
            <input id=id type="date" name=name class=CONTROL value=day.get_untracked() prop:value=day/>
        </div>
    }
}
