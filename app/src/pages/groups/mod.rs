//! The groups of a tenant's directory: what is known of them, the form that syncs them, and what syncs them by itself.

pub mod form;
pub mod schedule;
pub mod search;
pub mod table;

use domain::operation::OperationType;
use domain::view::GroupsPage as Page;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::form::StartForm;
use self::schedule::Schedules;
use self::search::SearchForm;
use self::table::GroupsTable;
use super::search::use_search;
use super::starting::answer::StartProblem;
use super::starting::latest::LatestSync;
use super::starting::surface::Surface;
use crate::api::groups::{StartGroupsSync, load_groups};
use crate::clock::use_clock;
use crate::copy;
use crate::hydrate_sync::{hydrate_sync, render_once};
use crate::resource;
use crate::ui::error_panel::ErrorPanel;
use crate::ui::heading::PageHeading;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::skeleton::Skeleton;
use crate::ui::title::PageTitle;
use crate::ui::toast::Toast;
use crate::url;

/// The longest text that is looked for, in characters.
pub const SEARCH_MAX: usize = 200;

/// What part of the list is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What names begin with; empty for all.
    pub q: String,
    /// Where the page begins; empty for the first.
    pub after: String,
}

/// The groups page.
#[component]
pub fn GroupsPage() -> impl IntoView {
    let params = use_params_map();
    let search = use_search(|path| path.starts_with("/admin/tenants/") && path.ends_with("/groups"));
    let tenant = Memo::new(move |_| params.with(|params| params.get("tenant").unwrap_or_default()));
    let place = Memo::new(move |_| {
        search.with(|search| Place {
            q: url::bounded(search, "q", SEARCH_MAX),
            after: url::bounded(search, "after", url::PLACE_MAX),
        })
    });
    let draft = Memo::new(move |_| search.with(|search| url::value(search, "draft")));
    let page = resource::load(
        move || (tenant.get(), place.get(), draft.get()),
        |(tenant, place, draft)| load_groups(tenant, place.q, place.after, draft),
    );
    let reload = Callback::new(move |()| page.refetch());
    let start = ServerAction::<StartGroupsSync>::new();
    let surface = Surface::follow(OperationType::DirectoryGroupsSync, start, (tenant, search), reload);

    view! {
        <Toast said=surface.said dismissed=surface.dismissed/>
        <Transition fallback=|| hydrate_sync(view! { <Skeleton/> })>
            {render_once(move || Suspend::new(async move {
                match page.await {
                    Ok(page) => {
                        let said = surface.said_by_address(page.last_run.as_ref(), page.now);
                        Either::Left(view! {
                            <Toast said=said dismissed=surface.dismissed/>
                            <Groups page=page place=place.get_untracked() start=start surface=surface reload=reload/>
                        })
                    }
                    Err(error) => {
                        Either::Right(view! {
                            <PageTitle text=copy::groups::TITLE.to_owned()/>
                            <ErrorPanel error=error reload=reload whole_page=true/>
                        })
                    }
                }
            }))}
        </Transition>
    }
}

/// The page of a tenant.
#[component]
fn Groups(
    /// What the server answered.
    page: Page,
    /// What part of the list that is.
    place: Place,
    /// The start of a sync.
    start: ServerAction<StartGroupsSync>,
    /// The last start.
    surface: Surface,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    let clock = use_clock();
    let now = page.now;
    Effect::new(move |_| clock.observe(now));
    let title = format!("{} · {}", copy::groups::TITLE, page.tenant.name);
    let subtitle = format!("{} · {}", page.tenant.name, page.workspace.name);
    // There is nothing to search where nothing was ever found.
    let searchable = !(page.rows.is_empty() && place.q.is_empty());
    let here = url::groups(page.tenant.id);
    view! {
        <PageTitle text=title/>
        <div class="flex flex-col gap-4">
            <div class="flex flex-col gap-1">
                <PageHeading>{copy::groups::TITLE}</PageHeading>
                <p class="text-muted">{subtitle}</p>
            </div>
            {page.cursor_broken.then(|| view! { <Notice kind=NoticeKind::Alert>{copy::CURSOR_BROKEN}</Notice> })}
            {page.restored.then(|| view! { <Notice>{copy::start::RESTORED}</Notice> })}
            <StartProblem kind=OperationType::DirectoryGroupsSync failed=surface.failed/>
            <div class="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
                <div class="flex flex-col gap-4">
                    <StartForm
                        tenant=page.tenant.id
                        key=page.idempotency_key
                        missing=page.missing.clone()
                        start=start
                        pending=surface.pending
                    />
                    <LatestSync run=page.last_run.clone() reload=reload/>
                </div>
                <Schedules schedules=page.schedules.clone() now=now/>
            </div>
            {searchable.then(|| view! { <SearchForm action=here q=place.q.clone()/> })}
            <GroupsTable page=page place=place/>
        </div>
    }
}
