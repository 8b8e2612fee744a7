//! What the viewer was told: starts and ends of operations they started or joined.

use domain::badge;
use domain::operation::OperationType;
use domain::status::RunStatus;
use domain::view::NotificationRow;
use leptos::either::Either;
use leptos::prelude::*;

use super::search::use_search;
use crate::api::notifications::{MarkRead, NotificationPage, load_notifications};
use crate::copy;
use crate::eager::eager;
use crate::error::AppError;
use crate::resource;
use crate::ui::badge::Badge;
use crate::ui::button::{Button, Weight};
use crate::ui::empty_state::EmptyState;
use crate::ui::error_panel::{ErrorPanel, go_to};
use crate::ui::heading::PageHeading;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::pagination::Onward;
use crate::ui::skeleton::Skeleton;
use crate::ui::time::Time;
use crate::ui::title::PageTitle;
use crate::url;
use crate::viewer::use_viewer;

/// The notifications page.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let viewer = use_viewer();
    let search = use_search(|path| path == url::NOTIFICATIONS);
    let after = Memo::new(move |_| search.with(|search| url::value(search, "after")));
    let page = resource::load(move || after.get(), load_notifications);
    let reload = Callback::new(move |()| page.refetch());
    let mark = ServerAction::<MarkRead>::new();
    let failed = Memo::new(move |_| {
        let from_address = mark.version().get() == 0;
        let error = mark
            .value()
            .with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()));
        error.filter(|_| !from_address || search.with(|search| search.contains("__err=")))
    });
    Effect::new(move |before: Option<usize>| {
        let version = mark.version().get();
        if before.is_some_and(|before| before != version) {
            match failed.get_untracked() {
                Some(AppError::Unauthenticated { sign_in }) => go_to(&sign_in),
                Some(_) => {}
                None => {
                    page.refetch();
                    viewer.refresh();
                }
            }
        }
        version
    });
    view! {
        <PageTitle text=copy::notifications::TITLE.to_owned()/>
        <div class="flex flex-col gap-4">
            <PageHeading>{copy::notifications::TITLE}</PageHeading>
            {move || failed.get().map(|error| view! { <Notice kind=NoticeKind::Alert>{error.to_string()}</Notice> })}
            <Transition fallback=|| eager(view! { <Skeleton/> })>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => Either::Left(view! { <List page=page is_first=after.with_untracked(String::is_empty) mark=mark/> }),
                        Err(error) => Either::Right(view! { <ErrorPanel error=error reload=reload/> }),
                    }
                })}
            </Transition>
        </div>
    }
}

/// The notifications of a page.
#[component]
fn List(
    /// What the server answered.
    page: NotificationPage,
    /// Whether this is where the list begins.
    is_first: bool,
    /// Marks as read.
    mark: ServerAction<MarkRead>,
) -> impl IntoView {
    if page.rows.is_empty() {
        return Either::Left(
            view! { <EmptyState title=copy::notifications::EMPTY text=copy::notifications::EMPTY_TEXT/> },
        );
    }
    let unread = page.rows.iter().any(|row| !row.read);
    let first = (!is_first).then(|| url::NOTIFICATIONS.to_owned());
    let next = page
        .next
        .map(|cursor| url::with_query(url::NOTIFICATIONS, &url::query([("after", cursor)])));
    let rows = page
        .rows
        .into_iter()
        .map(|row| view! { <Row row=row mark=mark/> })
        .collect_view();
    Either::Right(view! {
        <div class="flex flex-col gap-3">
            {unread.then(|| view! {
                <ActionForm action=mark>
                    {eager(view! {
                        <input type="hidden" name="id" value=""/>
                        <Button weight=Weight::Secondary busy=mark.pending()>
                            {copy::notifications::MARK_ALL}
                        </Button>
                    })}
                </ActionForm>
            })}
            <ul class="flex flex-col divide-y divide-line rounded-lg border border-line bg-surface">{rows}</ul>
            <Onward label=copy::notifications::TITLE first=first next=next/>
        </div>
    })
}

/// One notification.
#[component]
fn Row(
    /// What is recorded of it.
    row: NotificationRow,
    /// Marks as read.
    mark: ServerAction<MarkRead>,
) -> impl IntoView {
    let label = OperationType::label_of(&row.operation);
    let status = if row.kind == "queued" {
        RunStatus::Queued
    } else {
        RunStatus::Completed
    };
    let badge = badge::of_run(status, row.outcome, None, false);
    let counts = copy::run::result(&row.counts);
    let name = format!("{label}, {}", row.target);
    view! {
        <li class="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <span class="flex w-2 shrink-0" title=(!row.read).then_some(copy::notifications::UNREAD)>
                {(!row.read).then(|| view! {
                    <span class="size-2 rounded-full bg-accent" aria-hidden="true"></span>
                    <span class="sr-only">{copy::notifications::UNREAD}</span>
                })}
            </span>
            <div class="flex min-w-0 grow flex-col gap-1">
                <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <span class=if row.read { "truncate" } else { "truncate font-semibold" }>{name.clone()}</span>
                    <Badge look=badge/>
                </p>
                <p class="text-muted tabular-nums">
                    {(counts != copy::NONE).then(|| format!("{counts} · "))}
                    <Time at=row.created_at/>
                </p>
            </div>
            <a href=url::run(row.run) class="font-medium text-accent underline underline-offset-2">
                {copy::VIEW_RUN}
                <span class="sr-only">{format!(" {name}")}</span>
            </a>
            {(!row.read).then(|| view! {
                <ActionForm action=mark>
                    {eager(view! {
                        <input type="hidden" name="id" value=row.id.to_string()/>
                        <Button weight=Weight::Quiet>
                            {copy::notifications::MARK_READ}
                            <span class="sr-only">{format!(" {name}")}</span>
                        </Button>
                    })}
                </ActionForm>
            })}
        </li>
    }
}
