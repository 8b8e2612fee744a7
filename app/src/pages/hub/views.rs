//! Filters under a name: presets, the viewer's own views and those that others share.

use domain::view::SavedView;
use leptos::prelude::*;

use super::frame::Frame;
use super::presets::presets;
use super::query::{HubQuery, href};
use super::view_rows::{NameField, OthersView, OwnView, ShareTick};
use crate::api::Answer;
use crate::api::views::{ChangeView, DeleteView, SaveView};
use crate::copy::hub::views as words;
use crate::eager::eager;
use crate::error::AppError;
use crate::ui::button::{Button, Weight};
use crate::ui::error_panel::go_to;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::popover::{Place, Popover};
use crate::url;

const PILL: &str = "inline-flex h-7 max-w-56 items-center gap-1.5 rounded-full border border-line bg-surface px-3 text-muted hover:text-ink aria-[current]:border-accent aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent";

/// Presets and views, as links.
#[component]
pub fn ViewLinks(
    /// What is shown.
    query: Memo<HubQuery>,
    /// What there is.
    frame: Frame,
) -> impl IntoView {
    let here = Memo::new(move |_| query.with(|query| href(&query.filter)));
    let views = Memo::new(move |_| frame.read(|known| known.views.clone()));
    let link = move |name: String, to: String, hint: Option<String>| {
        let current = {
            let to = to.clone();
            move || here.with(|here| *here == to).then_some("true")
        };
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
    let presets = presets()
        .map(|(name, filter)| link(name.to_owned(), href(&filter), None))
        .into_iter()
        .collect_view();
    let saved = move || {
        views
            .get()
            .into_iter()
            .map(|view| {
                let hint = view.shared.then(|| words::shared_by(&view.owner));
                link(view.name, url::with_query(url::HUB, &view.query), hint)
            })
            .collect_view()
    };
    view! {
        <nav aria-label=words::TITLE>
            <ul class="flex flex-wrap gap-1.5">{presets} {saved}</ul>
        </nav>
    }
}

/// The three things one can do with one's views, and what came of them.
#[derive(Clone, Copy)]
pub struct Changes {
    /// Saves the current filter.
    pub save: ServerAction<SaveView>,
    /// Renames and shares.
    pub change: ServerAction<ChangeView>,
    /// Removes.
    pub delete: ServerAction<DeleteView>,
    /// How many have worked.
    done: RwSignal<usize>,
}

impl Changes {
    /// Without any yet. After each one that works, the views are asked for again.
    pub fn new(frame: &Frame) -> Self {
        let changes = Self {
            save: ServerAction::new(),
            change: ServerAction::new(),
            delete: ServerAction::new(),
            done: RwSignal::new(0),
        };
        changes.watch(
            changes.save.version(),
            move || changes.save.value().get_untracked(),
            frame,
        );
        changes.watch(
            changes.change.version(),
            move || changes.change.value().get_untracked(),
            frame,
        );
        changes.watch(
            changes.delete.version(),
            move || changes.delete.value().get_untracked(),
            frame,
        );
        changes
    }

    fn watch(self, version: RwSignal<usize>, value: impl Fn() -> Option<Answer<()>> + 'static, frame: &Frame) {
        let frame = frame.clone();
        Effect::new(move |before: Option<usize>| {
            let version = version.get();
            if before.is_some_and(|before| before != version) {
                match value() {
                    Some(Ok(())) => {
                        frame.refresh();
                        self.done.update(|done| *done += 1);
                    }
                    Some(Err(AppError::Unauthenticated { sign_in })) => go_to(&sign_in),
                    Some(Err(_)) | None => {}
                }
            }
            version
        });
    }
}

/// Why the last change did not work. Beside the menu and not in it: without JavaScript the menu is closed by then.
#[component]
pub fn ChangeProblem(
    /// The changes.
    changes: Changes,
    /// The address, which without JavaScript holds the error.
    search: Memo<String>,
) -> impl IntoView {
    let problem = move |version: usize, value: Option<Answer<()>>| {
        let from_address = version == 0;
        value
            .and_then(Result::err)
            .filter(|_| !from_address || search.with(|search| search.contains("__err=")))
    };
    let failed = Memo::new(move |_| {
        let Changes {
            save, change, delete, ..
        } = changes;
        problem(save.version().get(), save.value().get())
            .or_else(|| problem(change.version().get(), change.value().get()))
            .or_else(|| problem(delete.version().get(), delete.value().get()))
    });
    move || {
        failed
            .get()
            .map(|error| view! { <Notice kind=NoticeKind::Alert>{error.to_string()}</Notice> })
    }
}

/// Saves the current filter, and changes one's own views.
#[component]
pub fn ViewsMenu(
    /// What is shown.
    query: Memo<HubQuery>,
    /// What there is.
    frame: Frame,
    /// What one can do.
    changes: Changes,
) -> impl IntoView {
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
    view! {
        <Popover label=words::TITLE group="hub-menu" place=Place::Menu close=changes.done>
            <ActionForm action=changes.save>
                {eager(view! { <fieldset class="flex flex-col gap-2">
                    <legend class="mb-2 font-medium text-muted">{words::SAVE_CURRENT}</legend>
                    <input type="hidden" name="query" value=current/>
                    <NameField id="view-name".to_owned() value=String::new()/>
                    <ShareTick shared=false/>
                    <Button weight=Weight::Primary busy=changes.save.pending()>
                        {words::SAVE}
                    </Button>
                </fieldset> })}
            </ActionForm>
            {list}
        </Popover>
    }
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

/// What a screen reader hears once a change has worked.
#[component]
pub fn ChangeStatus(
    /// The changes.
    changes: Changes,
) -> impl IntoView {
    view! {
        <p role="status" class="sr-only">
            {move || (changes.done.get() > 0).then_some(words::DONE)}
        </p>
    }
}
