//! The filter form: a plain GET form that, with JavaScript, applies as it changes.

pub mod choices;
pub mod fold;
pub mod period;

use std::time::Duration;

use domain::access::Role;
use domain::filter::{Bucket, Day, RunFilter, Tab, Zone};
use domain::operation::OperationType;
use domain::status::Origin;
use leptos::prelude::*;
use leptos::{ev, html};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

use self::choices::Choices;
use self::fold::Fold;
use self::period::Period;
use super::chips::bucket_word;
use super::context::HubContext;
use super::query::{HubQuery, href};
use crate::clock::use_clock;
use crate::copy;
use crate::routes;
use crate::ui::button::Weight;
use crate::ui::field::CONTROL;
use crate::ui::popover::Placement;
use crate::viewer::use_viewer;

/// How long typing rests before it is applied.
const TYPING: Duration = Duration::from_millis(300);

/// Everything the form sends; a field may be sent several times.
const FIELDS: [&str; 11] = [
    "tab",
    "tenant",
    "type",
    "status",
    "origin",
    "initiator",
    "reason",
    "zone",
    "from",
    "to",
    "q",
];

/// The id of the search field.
pub const SEARCH_FIELD: &str = "filter-q";

/// Values of a field and their words.
type Options = Vec<(String, String)>;

/// The form over the list.
#[component]
pub fn FilterForm(
    query: Memo<HubQuery>,
    /// Who may be named.
    frame: HubContext,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let apply = move || {
        // Somebody may have typed and left: then there is no form any more, and nothing to apply.
        let Some(form) = form.try_get_untracked().flatten() else {
            return;
        };
        let wanted = href(&sent(&form));
        if wanted != href(&query.with_untracked(|query| query.filter.clone())) {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                resolve: false,
                ..Default::default()
            };
            navigate(&wanted, options);
        }
    };
    // Not leptos's `debounce`: what it returns belongs to one thread, and on the server a page may end on another.
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let typed = {
        let apply = apply.clone();
        move || {
            if let Some(earlier) = pending.try_get_value().flatten() {
                earlier.clear();
            }
            pending.set_value(set_timeout_with_handle(apply.clone(), TYPING).ok());
        }
    };
    let clock = use_clock();
    let kept = ["tab", "reason", "zone", "from", "to"]
        .map(|field| {
            let value = Memo::new(move |_| query.with(|query| kept(&query.filter, field, clock.zone())));
            // What is empty is not sent, for the address to stay readable.
            view! { <input type="hidden" name=field value=value disabled=move || value.with(String::is_empty)/> }
        })
        .collect_view();
    let kept_days = {
        let frame = frame.clone();
        Signal::derive(move || frame.read(|known| known.retention_days))
    };
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

    view! {
        <form
            node_ref=form
            method="get"
            action=routes::Hub::link()
            role="search"
            aria-label=copy::hub::FILTER
            autocomplete="off"
            class="grid grid-cols-2 items-start gap-2 sm:grid-cols-3 lg:flex lg:flex-wrap"
            on:submit={
                let apply = apply.clone();
                move |event: ev::SubmitEvent| {
                    event.prevent_default();
                    apply();
                }
            }
            on:change=move |_| apply()
            on:input=move |event: ev::Event| {
                // Choices are applied by `change`.
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                if target.is_some_and(|target| target.id() == SEARCH_FIELD) {
                    typed();
                }
            }
        >
            {kept}
            <SearchField query=query/>
            <Fold query=query>
                <Choices name="status" options=Signal::derive(buckets) query=query/>
                <Choices name="type" options=kinds query=query/>
                <Choices name="tenant" options=tenants query=query/>
                <Choices name="origin" options=Signal::derive(origins) query=query/>
                <Choices name="initiator" options=people query=query placement=Placement::BelowEnd/>
                <Period query=query kept=kept_days/>
            </Fold>
            // Needed where nothing applies by itself, and seen only there.
            <div class="hidden noscript:block">
                <button class=Weight::Primary.class()>{copy::hub::APPLY}</button>
            </div>
        </form>
    }
}

/// What the form says, as a browser would send it.
fn sent(form: &web_sys::HtmlFormElement) -> RunFilter {
    let Ok(data) = web_sys::FormData::new_with_form(form) else {
        return RunFilter::default();
    };
    let mut pairs = Vec::new();
    for field in FIELDS {
        let values = data.get_all(field);
        pairs.extend(values.iter().filter_map(|value| Some((field, value.as_string()?))));
    }
    let filter = RunFilter::parse(pairs.iter().map(|(field, value)| (*field, value.as_str())));
    // A zone says whose days they are; where no day is chosen it says nothing.
    let zone = filter.zone.filter(|_| filter.from.is_some() || filter.to.is_some());
    RunFilter { zone, ..filter }
}

/// What a field holds that has no control of its own: the tab, a day counted back from today, what could not be read. Sent before
/// the controls of the same field, so that a day chosen there counts. Days chosen in a zone stay in it; the first one is the viewer's.
fn kept(filter: &RunFilter, field: &str, own: Option<Zone>) -> String {
    let relative = |day: Option<Day>| match day {
        Some(day @ Day::Ago(_)) => day.to_string(),
        _ => String::new(),
    };
    if let Some((_, value)) = filter.rejected.iter().find(|(rejected, _)| rejected == field) {
        return value.clone();
    }
    match field {
        "tab" if filter.tab != Tab::All => filter.tab.as_str().to_owned(),
        "reason" => filter.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
        "zone" => {
            let chosen = filter.from.is_some() || filter.to.is_some();
            let zone = if chosen { filter.zone } else { filter.zone.or(own) };
            zone.map(|zone| zone.to_string()).unwrap_or_default()
        }
        "from" => relative(filter.from),
        "to" => relative(filter.to),
        _ => String::new(),
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

/// The text to search for.
#[component]
fn SearchField(query: Memo<HubQuery>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    // The address may change without the field; the field may be ahead of the address while somebody types.
    let text = Memo::new(move |_| query.with(|query| query.filter.q.clone().unwrap_or_default()));
    Effect::new(move |_| {
        let (Some(input), text) = (input.get(), text.get()) else {
            return;
        };
        let typing = document()
            .active_element()
            .is_some_and(|active| active == *input.unchecked_ref::<web_sys::Element>());
        if !typing {
            input.set_value(&text);
        }
    });
    view! {
        <div class="relative col-span-full min-w-0 lg:min-w-56 lg:flex-1">
            <label for=SEARCH_FIELD class="sr-only">
                {copy::hub::SEARCH}
            </label>
            <input
                node_ref=input
                id=SEARCH_FIELD
                type="search"
                name="q"
                class=CONTROL
                placeholder=copy::hub::SEARCH_HINT
                value=text.get_untracked()
            />
            // For as long as nothing applies by itself because the browser's half of the app is still on its way, or never comes.
            <button class="until-live">{copy::hub::APPLY}</button>
        </div>
    }
}
