//! Filters under a name: presets, the viewer's own views and those that others share.
#![expect(clippy::unnecessary_wraps, reason = "the code may not be there to be called")]

use domain::filter::HubQuery;
use domain::view::SavedView;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::changes::Changes;
use super::context::HubContext;
use super::presets::presets;
use super::query::href;
use super::view_rows::{NameField, OthersView, OwnView, ShareTick};
use crate::clock::use_clock;
use crate::copy::hub::views as words;
use crate::hydrate_sync::hydrate_sync;
use crate::routes;
use crate::ui::button::{Button, Weight};
use crate::ui::deferred::deferred;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::popover::{Placement, Popover};
use crate::url;

const PILL: &str = "inline-flex h-7 max-w-56 items-center gap-1.5 rounded-full border border-line bg-surface px-3 text-muted hover:text-ink aria-[current]:border-accent aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent";

/// Presets and views, as links.
#[component]
pub fn ViewLinks(
    /// What is shown.
    query: Memo<HubQuery>,
    /// What there is.
    frame: HubContext,
) -> impl IntoView {
    let clock = use_clock();
    let here = Memo::new(move |_| query.with(|query| href(query.filter.clone())));
    // "Failed today" is that whoever's day it is; the chip says whose.
    let anywhere = Memo::new(move |_| query.with(|query| href(query.filter.clone().without_zone())));
    let views = Memo::new(move |_| frame.read(|known| known.views.clone()));
    let link = move |name: String, to: Signal<String>, hint: Option<String>, is_here: Signal<bool>| {
        let current = move || is_here.get().then_some("true");
        let shared = hint.is_some().then(|| view! { <Icon glyph=Glyph::Workspace/> });
        view! {
            <li class="flex min-w-0">
                <a href=to aria-current=current title=hint.unwrap_or_else(|| name.clone()) data-noscroll=true class=PILL>
                    {shared}
                    <span class="truncate">{name.clone()}</span>
                </a>
            </li>
        }
    };
    let presets = presets(None)
        .into_iter()
        .enumerate()
        .map(|(place, (name, filter))| {
            let general = href(filter);
            let is_here = Signal::derive(move || anywhere.with(|here| *here == general));
            let to = Signal::derive(move || {
                (presets(clock.zone()).into_iter().nth(place))
                    .map(|(_, filter)| href(filter))
                    .unwrap_or_default()
            });
            link(name.to_owned(), to, None, is_here)
        })
        .collect_view();
    let saved = move || {
        views
            .get()
            .into_iter()
            .map(|view| {
                let hint = view.shared.then(|| words::shared_by(&view.owner));
                let to = url::with_query(routes::Hub::link(), &view.query);
                let same = to.clone();
                link(
                    view.name,
                    Signal::stored(to),
                    hint,
                    Signal::derive(move || here.with(|here| *here == same)),
                )
            })
            .collect_view()
    };
    view! {
        <nav aria-label=words::TITLE>
            <ul class="flex flex-wrap gap-1.5">{presets} {saved}</ul>
        </nav>
    }
}

/// Saves the current filter, and changes one's own views.
#[component]
pub fn ViewsMenu(
    /// What is shown.
    query: Memo<HubQuery>,
    /// What there is.
    frame: HubContext,
    /// What one can do.
    changes: Changes,
) -> impl IntoView {
    let opened = RwSignal::new(false);
    let contents = deferred(opened.into(), move || menu(query, frame.clone(), changes));
    view! {
        <Popover label=words::TITLE group="hub-menu" placement=Placement::Menu close=changes.done wanted=opened>
            {contents}
        </Popover>
    }
}

/// What is in the menu, as soon as it is opened.
#[wasm_split(hub_views, fallible)]
fn menu(query: Memo<HubQuery>, frame: HubContext, changes: Changes) -> Result<AnyView, SplitLoaderError> {
    let current = move || query.with(|query| url::query(query.filter.to_query()));
    let those = move |wanted: fn(&SavedView) -> bool| {
        frame.read(|known| {
            known
                .views
                .iter()
                .filter(|view| wanted(view))
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    let lists = Memo::new(move |_| (those(|view| view.own), those(|view| view.removable && !view.own)));
    let list = move || {
        let (own, of_others) = lists.get();
        let own = own
            .into_iter()
            .map(|view| view! { <OwnView view=view changes=changes/> });
        let of_others = of_others
            .into_iter()
            .map(|view| view! { <OthersView view=view changes=changes/> });
        (
            group(words::OWN, own.collect()),
            group(words::OF_OTHERS, of_others.collect()),
        )
    };
    let contents = view! {
        <ActionForm action=changes.save>
            {hydrate_sync(view! { <fieldset class="flex flex-col gap-2">
                <legend class="mb-2 font-medium text-muted">{words::SAVE_CURRENT}</legend>
                <input type="hidden" name="query" value=current/>
                <NameField id="view-name".to_owned() value=String::new()/>
                <ShareTick shared=false/>
                <Button weight=Weight::Primary busy=changes.sending[0].pending>
                    {words::SAVE}
                </Button>
            </fieldset> })}
        </ActionForm>
        {list}
    };
    Ok(hydrate_sync(contents).into_any())
}

/// Views under a heading, if there are any.
fn group<V: IntoView + 'static>(title: &'static str, rows: Vec<V>) -> Option<impl IntoView> {
    (!rows.is_empty()).then(|| {
        view! {
            <div class="mt-3 flex flex-col gap-1 border-t border-line pt-3">
                <h2 class="font-medium text-muted">{title}</h2>
                <ul class="flex flex-col">{rows}</ul>
            </div>
        }
    })
}
