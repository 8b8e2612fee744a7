//! A page of notifications.

use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;

use super::entry::Entry;
use super::group::Group;
use crate::api::notifications::{MarkRead, NotificationPage};
use crate::copy;
use crate::hydrate_sync::hydrate_sync;
use crate::routes;
use crate::ui::button::{Button, LinkButton, Weight};
use crate::ui::empty_state::EmptyState;
use crate::ui::pagination::Onward;
use crate::url;
use crate::viewer::use_viewer;

/// The entries of a page, and what concerns all of them.
#[component]
pub fn List(
    /// What the server answered.
    page: NotificationPage,
    /// Whether this is where the list begins.
    is_first: bool,
    mark: ServerAction<MarkRead>,
    /// Whether an answer to that is waited for.
    pending: Signal<bool>,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    // A cursor that could not be read led to where the list begins.
    let is_first = is_first || page.cursor_broken;
    if page.entries.is_empty() && is_first {
        return EitherOf3::A(
            view! { <EmptyState title=copy::notifications::EMPTY text=copy::notifications::EMPTY_TEXT/> },
        );
    }
    if page.entries.is_empty() {
        return EitherOf3::B(view! {
            <EmptyState title=copy::notifications::PAST_END text=copy::notifications::PAST_END_TEXT>
                <LinkButton href=routes::Notifications::link()>{copy::FIRST}</LinkButton>
            </EmptyState>
        });
    }
    let unread = page.unread;
    let first = (!is_first).then(|| routes::Notifications::link().to_owned());
    let next = page
        .next
        .map(|cursor| url::with_query(routes::Notifications::link(), &url::query([("after", cursor)])));
    let entries = page
        .entries
        .into_iter()
        .map(|entry| match entry.group {
            Some(group) => Either::Left(view! { <Group newest=entry.newest group=group mark=mark/> }),
            None => Either::Right(view! { <Entry row=entry.newest mark=mark/> }),
        })
        .collect_view();
    let until = page.newest.map(|id| id.to_string()).unwrap_or_default();
    EitherOf3::C(view! {
        <div class="flex flex-col gap-3">
            <div class="flex min-h-9 flex-wrap items-center gap-3">
                {(unread.count > 0).then(|| view! {
                    <ActionForm action=mark>
                        {hydrate_sync(view! {
                            <input type="hidden" name="until" value=until/>
                            <Button weight=Weight::Secondary busy=pending>
                                {copy::notifications::MARK_ALL}
                            </Button>
                        })}
                    </ActionForm>
                })}
                {is_first.then(|| view! { <NewOnes known=unread reload=reload/> })}
            </div>
            <ul class="flex flex-col divide-y divide-line rounded-lg border border-line bg-surface">{entries}</ul>
            <Onward label=copy::notifications::TITLE first=first next=next/>
        </div>
    })
}

/// ToastMessage when more is unread than the page knows of. Shown when the reader asks for it, not before: nothing moves while reading.
#[component]
fn NewOnes(
    /// How many were unread when the page was loaded.
    known: domain::view::BoundedCount,
    /// Loads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    let viewer = use_viewer();
    let more =
        Memo::new(move |_| viewer.read(|viewer| (viewer.unread.count, viewer.unread.more)) > (known.count, known.more));
    move || {
        more.get().then(|| {
            view! {
                <button
                    type="button"
                    class="inline-flex h-7 items-center rounded-full bg-accent px-3 font-medium text-on-accent"
                    on:click=move |_| reload.run(())
                >
                    {copy::notifications::SHOW_NEW}
                </button>
            }
        })
    }
}
