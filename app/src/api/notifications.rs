//! The viewer's notifications.

use domain::id::NotificationId;
use domain::view::{BoundedCount, NotificationEntry};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiResult;

/// A page of notifications, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationPage {
    /// The notifications, those of one cause together.
    pub entries: Vec<NotificationEntry>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Whether the cursor that was asked for could not be read: this is the first page instead.
    #[serde(default)]
    pub cursor_broken: bool,
    /// The newest of all, whatever the page: what came later is not marked as read with the rest.
    pub newest: Option<NotificationId>,
    /// How many are unread on all pages.
    pub unread: BoundedCount,
}

/// The viewer's notifications, those of things access was lost to left out (R08).
#[server(name = LoadNotifications, prefix = "/_fn", endpoint = "notifications", input = server_fn::codec::GetUrl)]
pub async fn load_notifications(#[server(default)] after: String) -> ApiResult<NotificationPage> {
    super::guard::with_status(ssr::load(&after).await)
}

/// How many are unread, asked by every open page on its own: it does not keep the session alive.
#[server(name = PollNotifications, prefix = "/_fn", endpoint = "notifications_poll", input = server_fn::codec::GetUrl)]
pub async fn poll_notifications() -> ApiResult<BoundedCount> {
    super::guard::with_status(ssr::unread().await)
}

/// Marks as read: the notification `id`; or the group whose newest one is `group`; or with neither all of them, up to `until`.
#[server(name = MarkRead, prefix = "/_fn", endpoint = "notifications_mark_read")]
pub async fn mark_read(
    #[server(default)] id: String,
    #[server(default)] group: String,
    #[server(default)] until: String,
) -> ApiResult<()> {
    super::guard::with_status(ssr::mark(&id, &group, &until).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::cursor;
    use domain::id::NotificationId;
    use domain::view::BoundedCount;
    use ledger::notifications::{self, Which};

    use super::NotificationPage;
    use crate::api::ApiResult;
    use crate::api::guard::{self, log_and_convert};
    use crate::error::AppError;

    const PAGE: usize = 30;

    pub(super) async fn load(after: &str) -> ApiResult<NotificationPage> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?.user;
        let (after, cursor_broken) = cursor::read(after);
        let page = notifications::entries(&ledger, user, after, PAGE)
            .await
            .map_err(log_and_convert)?;
        let newest = match after {
            None => page.rows.first().map(|entry| entry.newest.id),
            Some(_) => notifications::newest(&ledger, user).await.map_err(log_and_convert)?,
        };
        Ok(NotificationPage {
            entries: page.rows,
            next: page.next,
            cursor_broken,
            newest,
            unread: notifications::unread(&ledger, user).await.map_err(log_and_convert)?,
        })
    }

    pub(super) async fn unread() -> ApiResult<BoundedCount> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        notifications::unread(&ledger, user.user).await.map_err(log_and_convert)
    }

    pub(super) async fn mark(id: &str, group: &str, until: &str) -> ApiResult<()> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let read = |text: &str| text.parse::<NotificationId>().map_err(|_| AppError::NotFound);
        let which = match (id, group, until) {
            ("", "", "") => Which::Until(None),
            ("", "", until) => Which::Until(Some(read(until)?)),
            ("", group, _) => Which::Group(read(group)?),
            (id, ..) => Which::One(read(id)?),
        };
        notifications::mark_read(&ledger, user.user, which)
            .await
            .map_err(log_and_convert)
    }
}
