//! The inventory of a tenant: what is known of its policies, and the form that syncs them.

pub mod answer;
pub mod form;
pub mod latest;
pub mod table;

use domain::view::InventoryPage as Page;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::answer::{StartProblem, said, said_by_address};
use self::form::StartForm;
use self::latest::LatestSync;
use self::table::InventoryTable;
use super::search::use_search;
use crate::api::inventory::{StartInventorySync, load_inventory};
use crate::clock::use_clock;
use crate::copy;
use crate::eager::eager;
use crate::error::AppError;
use crate::resource;
use crate::ui::error_panel::{ErrorPanel, go_to};
use crate::ui::heading::PageHeading;
use crate::ui::notice::Notice;
use crate::ui::skeleton::Skeleton;
use crate::ui::title::PageTitle;
use crate::ui::toast::{Said, Toast};
use crate::url;

/// The inventory page.
#[component]
pub fn InventoryPage() -> impl IntoView {
    let params = use_params_map();
    let search = use_search(|path| path.starts_with("/admin/tenants/") && path.ends_with("/inventory"));
    let clock = use_clock();
    let tenant = Memo::new(move |_| params.with(|params| params.get("tenant").unwrap_or_default()));
    let place = Memo::new(move |_| search.with(|search| (url::value(search, "after"), url::value(search, "draft"))));
    let page = resource::load(
        move || (tenant.get(), place.get()),
        |(tenant, (after, draft))| load_inventory(tenant, after, draft),
    );
    let reload = Callback::new(move |()| page.refetch());

    let start = ServerAction::<StartInventorySync>::new();
    let answer = start.value();
    // An error that came with the address (the form was sent without JavaScript) stands only as long as the address does.
    let failed = Memo::new(move |_| {
        let from_address = start.version().get() == 0;
        let error = answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()));
        error.filter(|_| !from_address || search.with(|search| search.contains("__err=")))
    });
    let toast = Memo::new(move |_| {
        let accepted = answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()));
        accepted.map(|accepted| said(&accepted, clock.now_untracked()))
    });
    let dismissed = RwSignal::new(None::<Said>);
    // An answer belongs to the tenant it was given for.
    Effect::new(move |before: Option<String>| {
        let tenant = tenant.get();
        if before.is_some_and(|before| before != tenant) {
            answer.set(None);
        }
        tenant
    });
    Effect::new(move |before: Option<usize>| {
        let version = start.version().get();
        if before.is_some_and(|before| before != version) {
            match failed.get_untracked() {
                Some(AppError::Unauthenticated { sign_in }) => go_to(&sign_in),
                Some(_) => {}
                // A fresh key for the next start, and the run that was just started.
                None => reload.run(()),
            }
        }
        version
    });

    view! {
        <Toast said=toast dismissed=dismissed/>
        <Transition fallback=|| eager(view! { <Skeleton/> })>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => {
                        // A start without JavaScript is answered by the address; what else is known of it, by the page.
                        let by_address = said_by_address(&search.get_untracked(), &page);
                        let is_first = place.with_untracked(|(after, _)| after.is_empty());
                        let said = Signal::derive(move || by_address.clone().filter(|_| start.version().get() == 0));
                        Either::Left(view! {
                            <Toast said=said dismissed=dismissed/>
                            <Inventory page=page is_first=is_first start=start failed=failed reload=reload/>
                        })
                    }
                    Err(error) => {
                        Either::Right(view! {
                            <PageTitle text=copy::start::INVENTORY.to_owned()/>
                            <ErrorPanel error=error reload=reload whole_page=true/>
                        })
                    }
                }
            })}
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
    /// Why the last start did not work.
    failed: Memo<Option<AppError>>,
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
            {page.restored.then(|| view! { <Notice>{copy::start::RESTORED}</Notice> })}
            <StartProblem failed=failed/>
            <div class="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
                <StartForm page=page.clone() start=start failed=failed/>
                <LatestSync run=page.last_run.clone() reload=reload/>
            </div>
            <InventoryTable page=page is_first=is_first/>
        </div>
    }
}
