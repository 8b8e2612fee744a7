//! What the list is filtered by, each as a chip that can be removed.

use std::fmt::Display;

use domain::filter::{Bucket, Choice, DEFAULT_WINDOW_DAYS, Day, Initiator, RunFilter};
use domain::reason::ReasonCode;
use leptos::prelude::*;

use super::context::HubContext;
use super::query::{HubQuery, href, is_narrowed, without, without_error};
use crate::clock::{self, Clock, use_clock};
use crate::copy;
use crate::routes;
use crate::ui::chip::{Chip, ChipKind};
use crate::viewer::{CurrentViewer, use_viewer};

/// So many errors have a chip each. Each chip's link repeats the rest of the filter, so their number must not grow with it.
const ERRORS_SHOWN: usize = 30;

/// The chips over the list, the window always first.
#[component]
pub fn FilterChips(
    query: Memo<HubQuery>,
    /// Who may be named.
    frame: HubContext,
) -> impl IntoView {
    let viewer = use_viewer();
    let clock = use_clock();
    move || {
        let filter = query.get().filter;
        let window = window(&filter).map(|(text, removable)| {
            let remove = removable.then(|| href(&without(&filter, "window")));
            // Whose days; the usual window is so long that nobody asks.
            let note = if removable || filter.zone.is_some() {
                copy::hub::zone(filter.zone)
            } else {
                ""
            };
            view! { <Chip text=text note=note remove=remove/> }
        });
        let backwards = is_backwards(&filter, clock).then(|| {
            view! { <Chip text=copy::hub::BACKWARDS kind=ChipKind::Error remove=href(&without(&filter, "window"))/> }
        });
        let fields = fields(&filter, viewer, &frame)
            .into_iter()
            .map(|(field, text)| view! { <Chip text=text remove=href(&without(&filter, field))/> })
            .collect_view();
        let wrong = filter.errors();
        let errors = wrong
            .iter()
            .take(ERRORS_SHOWN)
            .map(|(field, value)| {
                let text = copy::hub::unknown_value(field, value);
                view! { <Chip text=text kind=ChipKind::Error remove=href(&without_error(&filter, field, value))/> }
            })
            .collect_view();
        let more = wrong
            .len()
            .checked_sub(ERRORS_SHOWN)
            .filter(|more| *more > 0)
            .map(|more| {
                let rest = href(&filter.clone().without_errors());
                view! { <Chip text=copy::hub::more_unknown(more) kind=ChipKind::Error remove=rest/> }
            });
        let clear = (is_narrowed(&filter) || !wrong.is_empty()).then(|| {
            view! {
                <li>
                    <a href=routes::Hub::link() class="px-2 text-accent underline underline-offset-2" data-noscroll=true>
                        {copy::hub::CLEAR}
                    </a>
                </li>
            }
        });
        view! {
            <ul aria-label=copy::hub::ACTIVE_FILTERS class="flex min-h-7 flex-wrap items-center gap-2">
                {window}
                {backwards}
                {fields}
                {errors}
                {more}
                {clear}
            </ul>
        }
    }
}

/// Whether the first day is after the last one, as far as the page knows what day it is.
pub fn is_backwards(filter: &RunFilter, clock: Clock) -> bool {
    let today = || clock::today(clock.now_untracked()?, filter.zone);
    filter.is_backwards(clock.is_running().then(today).flatten())
}

/// The window in words, and whether it is one that was chosen.
fn window(filter: &RunFilter) -> Option<(String, bool)> {
    let day = |day: Day| match day {
        Day::Date(_) => day.to_string(),
        Day::Ago(days) => copy::hub::days_ago(days),
    };
    match (filter.from, filter.to) {
        (None, None) if filter.tab == domain::filter::Tab::Active => None,
        (None, None) => Some((copy::hub::last_days(DEFAULT_WINDOW_DAYS), false)),
        (Some(Day::Ago(days)), None) => Some((copy::hub::last_days(days), true)),
        (from, to) => {
            let (from, to) = (from.map(day), to.map(day));
            Some((copy::hub::window(from.as_deref(), to.as_deref()), true))
        }
    }
}

/// The fields that narrow the list, in words.
fn fields(filter: &RunFilter, viewer: CurrentViewer, frame: &HubContext) -> Vec<(&'static str, String)> {
    let mut chips = Vec::new();
    let tenant = |id: &_| viewer.tenant_name(*id).unwrap_or_else(|| id.to_string());
    push(&mut chips, "tenant", filter.tenant.as_ref(), tenant);
    push(&mut chips, "type", filter.kind.as_ref(), |kind| kind.label().to_owned());
    push(&mut chips, "status", filter.status.as_ref(), |bucket| {
        bucket_word(*bucket).to_owned()
    });
    push(&mut chips, "origin", filter.origin.as_ref(), |origin| {
        copy::run::origin(*origin).to_owned()
    });
    push(&mut chips, "initiator", filter.initiator.as_ref(), |who| {
        initiator(*who, frame)
    });
    push(&mut chips, "reason", filter.reason.as_ref(), |cause| {
        cause
            .code()
            .map_or_else(|| copy::overview::NO_REASON.to_owned(), ReasonCode::label_of)
    });
    if let Some(text) = &filter.q {
        chips.push(("q", copy::hub::chip(copy::hub::field("q"), false, text)));
    }
    chips
}

fn push<T: Display>(
    chips: &mut Vec<(&'static str, String)>,
    field: &'static str,
    choice: Option<&Choice<T>>,
    word: impl Fn(&T) -> String,
) {
    let Some(choice) = choice.filter(|choice| !choice.values.is_empty()) else {
        return;
    };
    let values: Vec<_> = choice.values.iter().map(word).collect();
    chips.push((
        field,
        copy::hub::chip(copy::hub::field(field), choice.not, &values.join(", ")),
    ));
}

/// What a state is called in the filter.
pub fn bucket_word(bucket: Bucket) -> &'static str {
    let (status, outcome) = bucket.stored();
    domain::badge::of_run(status, outcome, None, false).word
}

fn initiator(who: Initiator, frame: &HubContext) -> String {
    match who {
        Initiator::Me => copy::hub::ME.to_owned(),
        Initiator::System => copy::hub::SYSTEM.to_owned(),
        Initiator::User(id) => frame.person(id).unwrap_or_else(|| id.to_string()),
    }
}
