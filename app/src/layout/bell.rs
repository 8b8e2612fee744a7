//! The unread count: beside the link of the navigation, on the bell of narrow pages, and kept up to date.

use std::time::Duration;

use leptos::prelude::*;

use crate::api::notifications::poll_notifications;
use crate::copy;
use crate::live::{Wake, poll};
use crate::routes;
use crate::ui::icon::{Glyph, Icon};
use crate::viewer::use_viewer;

/// How often the count is asked for: what one waits for is on other pages, which ask more often.
pub const PAUSE: Duration = Duration::from_secs(30);

/// Keeps the viewer's count up to date for as long as the frame is there.
pub fn keep_unread() {
    let viewer = use_viewer();
    // Not while the page does it.
    let held = Some(viewer.counts_unread);
    poll(Some(PAUSE), Wake::Look, held, poll_notifications, move |unread| {
        viewer.set_unread(unread);
        Some(PAUSE)
    });
}

/// The unread count, if there is something unread.
#[component]
pub fn Unread() -> impl IntoView {
    let viewer = use_viewer();
    let unread = Memo::new(move |_| viewer.read(|viewer| viewer.unread));
    move || {
        let count = unread.get();
        (count.count > 0).then(|| {
            view! {
                <span class="ml-1 rounded-full bg-accent px-1.5 text-xs text-on-accent">
                    <span aria-hidden="true">{count.to_string()}</span>
                    <span class="sr-only">{copy::nav::unread(&count.to_string())}</span>
                </span>
            }
        })
    }
}

/// The way to the notifications where the navigation is folded away.
#[component]
pub fn Bell() -> impl IntoView {
    view! {
        <a href=routes::Notifications::link() class="inline-flex h-8 items-center rounded-md px-2 hover:bg-sunken">
            <Icon glyph=Glyph::Bell/>
            <span class="sr-only">{routes::Notifications::TITLE} " "</span>
            <Unread/>
        </a>
    }
}
