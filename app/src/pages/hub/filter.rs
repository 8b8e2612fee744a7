//! The fields that the hub is filtered by.

pub mod period;

use domain::access::Role;
use domain::filter::{Bucket, Day, Field, HubQuery, RunFilter, Tab, Zone};
use domain::operation::OperationType;
use domain::status::Origin;
use leptos::prelude::*;

use self::period::Period;
use super::chips::bucket_word;
use super::context::HubContext;
use super::query::href;
use crate::clock::use_clock;
use crate::copy;
use crate::routes;
use crate::ui::filter::Options;
use crate::ui::filter::choices::{Choices, Ticked};
use crate::ui::filter::fold::Fold;
use crate::ui::filter::form::{FilterForm, Form};
use crate::ui::filter::search::SearchField;
use crate::ui::popover::Placement;
use crate::viewer::use_viewer;

/// The form.
const FORM: Form = Form {
    action: routes::Hub::link(),
    label: copy::hub::FILTER,
    fields: &Field::NAMES,
    address,
};

/// The fields without a control of their own, and the days, of which a control shows only those of a calendar.
const KEPT: [Field; 5] = [Field::Tab, Field::Reason, Field::Zone, Field::From, Field::To];

/// The form over the list.
#[component]
pub fn HubFilter(
    query: Memo<HubQuery>,
    /// Who may be named.
    frame: HubContext,
) -> impl IntoView {
    let clock = use_clock();
    let kept = KEPT
        .map(|field| {
            let value = Memo::new(move |_| query.with(|query| kept(&query.filter, field, clock.zone())));
            (field.as_str(), value)
        })
        .to_vec();
    let kept_days = {
        let frame = frame.clone();
        Signal::derive(move || frame.read(|known| known.retention_days))
    };
    let here = Signal::derive(move || query.with(|query| href(query.filter.clone())));
    let text = Memo::new(move |_| query.with(|query| query.filter.q.clone().unwrap_or_default()));
    let narrowing = Memo::new(move |_| query.with(|query| narrowing(&query.filter)));
    let (tenants, people) = (tenants(), people(frame));
    let kinds = kinds(query);
    let buckets = || {
        Bucket::ALL
            .map(|bucket| (bucket.to_string(), bucket_word(bucket).to_owned()))
            .to_vec()
    };
    let origins = || {
        Origin::ALL
            .iter()
            .map(|origin| (origin.to_string(), copy::run::origin(*origin).to_owned()))
            .collect::<Options>()
    };
    let choices = move |field: Field, options: Signal<Options>, placement: Placement| {
        let ticked = Memo::new(move |_| query.with(|query| Ticked::of(query.filter.values(field))));
        view! {
            <Choices
                name=field.as_str()
                title=copy::hub::field(field)
                options=options
                ticked=ticked
                placement=placement
            />
        }
    };
    view! {
        <FilterForm form=FORM here=here kept=kept>
            <SearchField label=copy::hub::SEARCH hint=copy::hub::SEARCH_HINT text=text/>
            <Fold narrowing=narrowing>
                {choices(Field::Status, Signal::derive(buckets), Placement::Below)}
                {choices(Field::Type, kinds, Placement::Below)}
                {choices(Field::Tenant, tenants, Placement::Below)}
                {choices(Field::Origin, Signal::derive(origins), Placement::Below)}
                {choices(Field::Initiator, people, Placement::BelowEnd)}
                <Period query=query kept=kept_days/>
            </Fold>
        </FilterForm>
    }
}

/// The address that a form asks for.
fn address(sent: &[(&'static str, String)]) -> String {
    let filter = RunFilter::parse(sent.iter().map(|(field, value)| (*field, value.as_str())));
    // A zone says whose days they are; where no day is chosen it says nothing.
    let zone = filter.zone.filter(|_| filter.from.is_some() || filter.to.is_some());
    href(RunFilter { zone, ..filter })
}

/// How many of the fields that have a control behind the fold narrow the list; the days are one.
fn narrowing(filter: &RunFilter) -> usize {
    let days = filter.from.is_some() || filter.to.is_some();
    let folded = |field: &Field| !KEPT.contains(field) && *field != Field::Q;
    let fields = Field::ALL.into_iter().filter(folded);
    fields.filter(|field| filter.narrows(*field)).count() + usize::from(days)
}

/// What a field holds that has no control of its own: the tab, a day counted back from today, what could not be read. Sent before
/// the controls of the same field, so that a day chosen there counts. Days chosen in a zone stay in it; the first one is the viewer's.
fn kept(filter: &RunFilter, field: Field, own: Option<Zone>) -> String {
    let relative = |day: Option<Day>| match day {
        Some(day @ Day::Ago(_)) => day.to_string(),
        _ => String::new(),
    };
    if let Some((_, value)) = filter.rejected.iter().find(|(rejected, _)| *rejected == field) {
        return value.clone();
    }
    match field {
        Field::Tab => match filter.tab {
            Tab::All => String::new(),
            tab => tab.as_str().to_owned(),
        },
        Field::Reason => filter.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
        Field::Zone => {
            let chosen = filter.from.is_some() || filter.to.is_some();
            let zone = if chosen { filter.zone } else { filter.zone.or(own) };
            zone.map(|zone| zone.to_string()).unwrap_or_default()
        }
        Field::From => relative(filter.from),
        Field::To => relative(filter.to),
        // They have a control that shows whatever they hold.
        Field::Tenant | Field::Type | Field::Status | Field::Origin | Field::Initiator | Field::Q => String::new(),
    }
}

fn tenants() -> Signal<Options> {
    let viewer = use_viewer();
    Memo::new(move |_| {
        viewer.read(|viewer| {
            let option = |tenant: &domain::view::TenantRef| (tenant.id.to_string(), tenant.name.clone());
            viewer.tenants.iter().map(option).collect::<Options>()
        })
    })
    .into()
}

/// The types that there can be runs of and that the viewer holds a key for: no others are listed. One that is only known by its name
/// is among them as long as the address has it.
fn kinds(query: Memo<HubQuery>) -> Signal<Options> {
    let viewer = use_viewer();
    Memo::new(move |_| {
        let role: Option<Role> = viewer.read(|viewer| viewer.role);
        let chosen = query.with(|query| query.filter.kind.as_ref().map(|choice| choice.values.clone()));
        let is_listed =
            |kind: OperationType| kind.is_executed() || chosen.iter().flatten().any(|chosen| *chosen == kind);
        OperationType::ALL
            .iter()
            .filter(|kind| is_listed(**kind) && role.is_some_and(|role| role.may_view(**kind)))
            .map(|kind| (kind.to_string(), kind.label().to_owned()))
            .collect::<Options>()
    })
    .into()
}

fn people(frame: HubContext) -> Signal<Options> {
    Memo::new(move |_| {
        let mut all = vec![
            ("me".to_owned(), copy::hub::ME.to_owned()),
            ("system".to_owned(), copy::hub::SYSTEM.to_owned()),
        ];
        frame.read(|known| {
            all.extend(
                known
                    .people
                    .iter()
                    .map(|person| (person.id.to_string(), person.name.clone())),
            );
        });
        all
    })
    .into()
}
