//! The inventory of a tenant: what is known of its policies, and the form that syncs them.

pub mod form;
pub mod table;

use domain::operation::OperationType;
use domain::view::InventoryPage as Page;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::form::StartForm;
use self::table::InventoryTable;
use super::search::use_search;
use super::starting::answer::StartProblem;
use super::starting::latest::LatestSync;
use super::starting::surface::Surface;
use crate::api::inventory::{StartInventorySync, load_inventory};
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

/// The field of the form, which says itself what is wrong with it.
const TYPES: &str = "types";

/// The inventory page.
#[component]
pub fn InventoryPage() -> impl IntoView {
    let params = use_params_map();
    let search = use_search(|path| path.starts_with("/admin/tenants/") && path.ends_with("/inventory"));
    let tenant = Memo::new(move |_| params.with(|params| params.get("tenant").unwrap_or_default()));
    let place = Memo::new(move |_| {
        search.with(|search| {
            (
                url::bounded(search, "after", url::PLACE_MAX),
                url::value(search, "draft"),
            )
        })
    });
    let page = resource::load(
        move || (tenant.get(), place.get()),
        |(tenant, (after, draft))| load_inventory(tenant, after, draft),
    );
    let reload = Callback::new(move |()| page.refetch());

    let start = ServerAction::<StartInventorySync>::new();
    let surface = Surface::follow(OperationType::InventorySync, start, (tenant, search), reload);

    view! {
        <Toast said=surface.said dismissed=surface.dismissed/>
        <Transition fallback=|| hydrate_sync(view! { <Skeleton/> })>
            {render_once(move || Suspend::new(async move {
                match page.await {
                    Ok(page) => {
                        let said = surface.said_by_address(page.last_run.as_ref(), page.now);
                        let is_first = place.with_untracked(|(after, _)| after.is_empty());
                        Either::Left(view! {
                            <Toast said=said dismissed=surface.dismissed/>
                            <Inventory page=page is_first=is_first start=start surface=surface reload=reload/>
                        })
                    }
                    Err(error) => {
                        Either::Right(view! {
                            <PageTitle text=copy::start::INVENTORY.to_owned()/>
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
fn Inventory(
    /// What the server answered.
    page: Page,
    /// Whether this is where the list begins.
    is_first: bool,
    /// The start of a sync.
    start: ServerAction<StartInventorySync>,
    /// The last start.
    surface: Surface,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    let clock = use_clock();
    let now = page.now;
    Effect::new(move |_| clock.observe(now));
    let title = format!("{} · {}", copy::start::INVENTORY, page.tenant.name);
    let place = format!("{} · {}", page.tenant.name, page.workspace.name);
    view! {
        <PageTitle text=title/>
        <div class="flex flex-col gap-4">
            <div class="flex flex-col gap-1">
                <PageHeading>{copy::start::INVENTORY}</PageHeading>
                <p class="text-muted">{place}</p>
            </div>
            {page.cursor_broken.then(|| view! { <Notice kind=NoticeKind::Alert>{copy::CURSOR_BROKEN}</Notice> })}
            {page.restored.then(|| view! { <Notice>{copy::start::RESTORED}</Notice> })}
            <StartProblem kind=OperationType::InventorySync failed=surface.failed field=TYPES/>
            <div class="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
                <StartForm page=page.clone() start=start failed=surface.failed pending=surface.pending/>
                <LatestSync run=page.last_run.clone() reload=reload/>
            </div>
            <InventoryTable page=page is_first=is_first/>
        </div>
    }
}
