//! The filter by time: usual periods to choose, or a first and a last day.

use domain::filter::{DEFAULT_WINDOW_DAYS, Day, Field, HubQuery, RunFilter};
use leptos::prelude::*;

use super::super::chips::is_backwards;
use super::super::query::href;
use crate::clock::use_clock;
use crate::copy;
use crate::ui::field::{CONTROL, FieldError};
use crate::ui::popover::{Placement, Popover};

/// Periods up to now, in days before today.
const USUAL: [u16; 3] = [0, 7, DEFAULT_WINDOW_DAYS];

/// The usual periods, and as far back as runs are kept, if that is farther.
fn usual(kept: Option<u16>) -> Vec<u16> {
    let kept = kept.filter(|days| *days > DEFAULT_WINDOW_DAYS);
    USUAL.into_iter().chain(kept).collect()
}

/// The id of the message about the two days.
const BACKWARDS: &str = "filter-backwards";

#[component]
pub fn Period(
    query: Memo<HubQuery>,
    /// For how many days runs are kept.
    kept: Signal<Option<u16>>,
) -> impl IntoView {
    let clock = use_clock();
    let window = Memo::new(move |_| query.with(|query| (query.filter.from, query.filter.to)));
    let chosen = Signal::derive(move || match window.get() {
        (None, None) => None,
        (from, to) => Some(copy::filter::chosen(
            false,
            usize::from(from.is_some()) + usize::from(to.is_some()),
        )),
    });
    let backwards = Memo::new(move |_| query.with(|query| is_backwards(&query.filter, clock)));
    let usual = move || {
        usual(kept.get())
        .into_iter()
        .map(|days| {
            let there = move || {
                query.with(|query| {
                    let mut filter = query.filter.clone();
                    filter
                        .rejected
                        .retain(|(field, _)| ![Field::From, Field::To, Field::Zone].contains(field));
                    let from = (days != DEFAULT_WINDOW_DAYS).then_some(Day::Ago(days));
                    href(RunFilter {
                        from,
                        to: None,
                        zone: clock.zone().or(filter.zone).filter(|_| from.is_some()),
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
        .collect_view()
    };
    view! {
        <Popover label=copy::hub::PERIOD chosen=chosen group="filter" placement=Placement::BelowEnd>
            <ul class="mb-2 flex flex-col border-b border-line pb-2">{usual}</ul>
            <div class="flex flex-col gap-2 px-1">
                <DayField field=Field::From day=Memo::new(move |_| date(window.get().0)) wrong=backwards/>
                <DayField field=Field::To day=Memo::new(move |_| date(window.get().1)) wrong=backwards/>
                {move || backwards.get().then(|| view! { <FieldError id=BACKWARDS text=copy::hub::BACKWARDS/> })}
                <WhoseDays query=query/>
            </div>
        </Popover>
    }
}

/// Whose days they are, and the way to one's own.
#[component]
fn WhoseDays(query: Memo<HubQuery>) -> impl IntoView {
    let clock = use_clock();
    let chosen = move |filter: &RunFilter| filter.from.is_some() || filter.to.is_some();
    // What is chosen next is in the viewer's zone, unless something is chosen already.
    let zone = Memo::new(move |_| {
        query.with(|query| {
            if chosen(&query.filter) {
                query.filter.zone
            } else {
                query.filter.zone.or(clock.zone())
            }
        })
    });
    let own = Memo::new(move |_| clock.zone().filter(|own| Some(*own) != zone.get()));
    let there = move |own| {
        query.with(|query| {
            href(RunFilter {
                zone: Some(own),
                ..query.filter.clone()
            })
        })
    };
    view! {
        <p class="text-muted">{move || copy::hub::days_in(zone.get())}</p>
        {move || own.get().map(|own| view! {
            <a href=there(own) data-noscroll=true class="font-medium text-accent underline underline-offset-2">
                {copy::hub::own_days(own)}
            </a>
        })}
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
    field: Field,
    /// The day.
    day: Memo<String>,
    /// Whether the two days are in the wrong order.
    wrong: Memo<bool>,
) -> impl IntoView {
    let id = format!("filter-{field}");
    view! {
        <div class="flex items-center gap-2">
            <label for=id.clone() class="w-10 shrink-0 text-muted">
                {copy::hub::field(field)}
            </label>
            <input
                id=id
                type="date"
                name=field.as_str()
                class=CONTROL
                min="1970-01-01"
                max="9999-12-31"
                value=day.get_untracked()
                prop:value=day
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby=move || wrong.get().then_some(BACKWARDS)
            />
        </div>
    }
}
