//! What the viewer was told: starts and ends of operations they started or joined.

pub mod entry;
pub mod group;
pub mod list;

use domain::cursor::CURSOR_MAX;
use leptos::either::Either;
use leptos::prelude::*;

use self::list::List;
use super::search::use_search;
use crate::api::notifications::{MarkRead, load_notifications};
use crate::copy;
use crate::error::AppError;
use crate::hydrate_sync::{hydrate_sync, render_once};
use crate::live::sending;
use crate::resource;
use crate::routes;
use crate::ui::error_panel::{ErrorPanel, go_to};
use crate::ui::heading::PageHeading;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::skeleton::Skeleton;
use crate::ui::title::PageTitle;
use crate::url;
use crate::viewer::use_viewer;

/// The notifications page.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let viewer = use_viewer();
    let search = use_search(routes::Notifications::PATTERN);
    let after = Memo::new(move |_| search.with(|search| url::bounded(search, "after", CURSOR_MAX)));
    let page = resource::load(move || after.get(), load_notifications);
    let reload = Callback::new(move |()| page.refetch());
    let mark = ServerAction::<MarkRead>::new();
    let sending = sending(mark);
    let failed = Memo::new(move |_| {
        let from_address = mark.version().get() == 0;
        if sending.unanswered.get() {
            return Some(AppError::Unreachable);
        }
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
        <PageTitle text=routes::Notifications::TITLE.to_owned()/>
        <div class="flex flex-col gap-4">
            <PageHeading>{copy::notifications::TITLE}</PageHeading>
            {move || failed.get().map(|error| view! { <Notice kind=NoticeKind::Alert>{error.to_string()}</Notice> })}
            <Transition fallback=|| hydrate_sync(view! { <Skeleton/> })>
                {render_once(move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => Either::Left(view! {
                            {page.cursor_broken.then(|| view! { <Notice kind=NoticeKind::Alert>{copy::CURSOR_BROKEN}</Notice> })}
                            <List page=page is_first=after.with_untracked(String::is_empty) mark=mark pending=sending.pending reload=reload/>
                        }),
                        Err(error) => Either::Right(view! { <ErrorPanel error=error reload=reload/> }),
                    }
                }))}
            </Transition>
        </div>
    }
}
