//! What the list is filtered by, in words.

use std::fmt::Display;

use domain::filter::{
    Bucket, Choice, DEFAULT_WINDOW_DAYS, Day, Field, FilterError, HubQuery, Initiator, Narrowing, RunFilter, Tab,
};
use domain::reason::ReasonCode;
use leptos::prelude::*;

use super::context::HubContext;
use super::query::href;
use crate::clock::{self, Clock, use_clock};
use crate::copy;
use crate::routes;
use crate::ui::chip::ChipKind;
use crate::ui::filter::chips::{ChipText, Chips, ERRORS_SHOWN, FilterChips};
use crate::viewer::{CurrentViewer, use_viewer};

/// The chips over the list, the window always first.
#[component]
pub fn HubChips(
    query: Memo<HubQuery>,
    /// Who may be named.
    frame: HubContext,
) -> impl IntoView {
    let viewer = use_viewer();
    let clock = use_clock();
    let chips = Signal::derive(move || chips(&query.get().filter, viewer, clock, &frame));
    view! { <FilterChips chips=chips/> }
}

fn chips(filter: &RunFilter, viewer: CurrentViewer, clock: Clock, frame: &HubContext) -> Chips {
    let without = |part| href(filter.clone().without(part));
    let mut fields = Vec::new();
    if let Some((text, removable)) = window(filter) {
        // Whose days; the usual window is so long that nobody asks.
        let note = if removable || filter.zone.is_some() {
            copy::hub::zone(filter.zone)
        } else {
            ""
        };
        fields.push(ChipText {
            text,
            note,
            kind: ChipKind::Filter,
            remove: removable.then(|| without(Narrowing::Window)),
        });
    }
    if is_backwards(filter, clock) {
        fields.push(ChipText::error(copy::hub::BACKWARDS, without(Narrowing::Window)));
    }
    for field in Field::ALL {
        let text = words(filter, field, viewer, frame);
        fields.extend(text.map(|text| ChipText::new(text, without(Narrowing::Field(field)))));
    }
    let wrong = filter.errors();
    let errors = wrong.iter().take(ERRORS_SHOWN).map(|error| {
        let text = match *error {
            FilterError::TooLong => copy::filter::TOO_LONG.to_owned(),
            FilterError::Value(field, value) => copy::filter::unknown_value(copy::hub::field(field), value),
        };
        ChipText::error(text, href(filter.clone().without_error(*error)))
    });
    Chips {
        fields,
        errors: errors.collect(),
        more_errors: wrong.len().saturating_sub(ERRORS_SHOWN),
        without_errors: href(filter.clone().without_errors()),
        clear: (filter.is_narrowed() || !wrong.is_empty()).then(|| routes::Hub::link().to_owned()),
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
        (None, None) if filter.tab == Tab::Active => None,
        (None, None) => Some((copy::hub::last_days(DEFAULT_WINDOW_DAYS), false)),
        (Some(Day::Ago(days)), None) => Some((copy::hub::last_days(days), true)),
        (from, to) => {
            let (from, to) = (from.map(day), to.map(day));
            Some((copy::hub::window(from.as_deref(), to.as_deref()), true))
        }
    }
}

/// What a field narrows the list to.
fn words(filter: &RunFilter, field: Field, viewer: CurrentViewer, frame: &HubContext) -> Option<String> {
    let tenant = |id: &_| viewer.tenant_name(*id).unwrap_or_else(|| id.to_string());
    match field {
        // The tabs say it, and the window has a chip of its own.
        Field::Tab | Field::From | Field::To | Field::Zone => None,
        Field::Tenant => chosen(field, filter.tenant.as_ref(), tenant),
        Field::Type => chosen(field, filter.kind.as_ref(), |kind| kind.label().to_owned()),
        Field::Status => chosen(field, filter.status.as_ref(), |bucket| bucket_word(*bucket).to_owned()),
        Field::Origin => chosen(field, filter.origin.as_ref(), |origin| {
            copy::run::origin(*origin).to_owned()
        }),
        Field::Initiator => chosen(field, filter.initiator.as_ref(), |who| initiator(*who, frame)),
        Field::Reason => chosen(field, filter.reason.as_ref(), |cause| {
            cause
                .code()
                .map_or_else(|| copy::overview::NO_REASON.to_owned(), ReasonCode::label_of)
        }),
        Field::Q => filter
            .q
            .as_ref()
            .map(|text| copy::filter::chip(copy::hub::field(field), false, text)),
    }
}

fn chosen<T: Display>(field: Field, choice: Option<&Choice<T>>, word: impl Fn(&T) -> String) -> Option<String> {
    let choice = choice.filter(|choice| !choice.values.is_empty())?;
    let values: Vec<_> = choice.values.iter().map(word).collect();
    Some(copy::filter::chip(
        copy::hub::field(field),
        choice.not,
        &values.join(", "),
    ))
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
