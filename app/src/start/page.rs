//! The page but for what it is about: its address, how it is loaded, its head, and what is said of starts.

use std::future::Future;

use domain::cursor::CURSOR_MAX;
use domain::filter::SEARCH_MAX;
use domain::open::Open;
use domain::operation::OperationType;
use domain::view::{StartAnswer, TenantPage, TenantPageHead};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::StartProblem;
use super::state::StartState;
use crate::api::ApiResult;
use crate::clock::use_clock;
use crate::copy;
use crate::error::AppError;
use crate::hydrate_sync::{hydrate_sync, render_once};
use crate::pages::search::use_search;
use crate::resource;
use crate::ui::error_panel::ErrorPanel;
use crate::ui::heading::PageHeading;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::skeleton::Skeleton;
use crate::ui::title::PageTitle;
use crate::ui::toast::Toast;
use crate::url;

/// What a page is about.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// What it starts.
    pub kind: OperationType,
    /// Its heading.
    pub title: &'static str,
    /// Which page it is.
    pub pattern: &'static str,
    /// The field of its form that says itself what is wrong with it; empty for a form without one.
    pub field: &'static str,
}

/// What the address of a page asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The tenant's id.
    pub tenant: String,
    /// What names begin with; empty for all.
    pub q: String,
    /// Where the part of the list begins; empty for the first.
    pub after: String,
    /// A form kept over a sign-in.
    pub draft: String,
}

impl Asked {
    fn read(tenant: String, search: &str) -> Self {
        Self {
            tenant,
            q: url::bounded(search, "q", SEARCH_MAX),
            after: url::bounded(search, "after", CURSOR_MAX),
            draft: url::value(search, "draft"),
        }
    }
}

/// What the page gives to what it is about.
pub struct Shell<F: ServerFn + Send + Sync + Clone + 'static> {
    /// What was asked for.
    pub asked: Asked,
    /// The start.
    pub start: ServerAction<F>,
    /// How the last one went.
    pub state: StartState,
    /// Loads the page again.
    pub reload: Callback<()>,
}

/// A page of the tenant in its path. `ask` loads it, and `body` shows what it is about, below its head.
#[component]
pub fn StartPage<F, R, M, Asking, Body>(
    /// What it is about.
    about: About,
    /// Asks the server for it.
    ask: fn(Asked) -> Asking,
    /// Shows it.
    body: fn(TenantPage<R, M>, Shell<F>) -> Body,
) -> impl IntoView
where
    F: ServerFn<Output = Open<StartAnswer>, Error = AppError> + Send + Sync + Clone + 'static,
    R: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    M: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    Asking: Future<Output = ApiResult<TenantPage<R, M>>> + Send + 'static,
    Body: IntoView + 'static,
{
    let params = use_params_map();
    let search = use_search(about.pattern);
    let tenant = Memo::new(move |_| params.with(|params| params.get("tenant").unwrap_or_default()));
    let asked = Memo::new(move |_| search.with(|search| Asked::read(tenant.get(), search)));
    let page = resource::load(move || asked.get(), ask);
    let reload = Callback::new(move |()| page.refetch());
    let start = ServerAction::<F>::new();
    let state = StartState::new(about.kind, start, (tenant, search), reload);
    view! {
        <Toast message=state.said dismissed=state.dismissed/>
        <Transition fallback=|| hydrate_sync(view! { <Skeleton/> })>
            {render_once(move || Suspend::new(async move {
                match page.await {
                    Ok(page) => {
                        let said = state.said_by_address(page.head.last_run.as_ref(), page.head.now);
                        let head = page.head.clone();
                        let cursor_broken = page.page.cursor_broken;
                        let shell = Shell {
                            asked: asked.get_untracked(),
                            start,
                            state,
                            reload,
                        };
                        Either::Left(view! {
                            <Toast message=said dismissed=state.dismissed/>
                            <div class="flex flex-col gap-4">
                                <Head about=about head=head cursor_broken=cursor_broken failed=state.failed/>
                                {body(page, shell)}
                            </div>
                        })
                    }
                    Err(error) => {
                        Either::Right(view! {
                            <PageTitle text=about.title.to_owned()/>
                            <ErrorPanel error=error reload=reload whole_page=true/>
                        })
                    }
                }
            }))}
        </Transition>
    }
}

/// Which page this is, and what has to be said before anything else.
#[component]
fn Head(
    /// What the page is about.
    about: About,
    /// Where, and when the server answered.
    head: TenantPageHead,
    /// Whether the cursor in the address could not be read.
    cursor_broken: bool,
    /// Why the last start did not work.
    failed: Memo<Option<AppError>>,
) -> impl IntoView {
    let clock = use_clock();
    let now = head.now;
    Effect::new(move |_| clock.observe(now));
    let title = format!("{} · {}", about.title, head.tenant.name);
    let place = format!("{} · {}", head.tenant.name, head.workspace.name);
    view! {
        <PageTitle text=title/>
        <div class="flex flex-col gap-1">
            <PageHeading>{about.title}</PageHeading>
            <p class="text-muted">{place}</p>
        </div>
        {cursor_broken.then(|| view! { <Notice kind=NoticeKind::Alert>{copy::CURSOR_BROKEN}</Notice> })}
        {head.restored.then(|| view! { <Notice>{copy::start::RESTORED}</Notice> })}
        <StartProblem kind=about.kind failed=failed field=about.field/>
    }
}
