//! The viewer's notifications.

use domain::view::NotificationRow;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Answer;

/// A page of notifications, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationPage {
    /// The notifications.
    pub rows: Vec<NotificationRow>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// The viewer's notifications, those of things access was lost to left out (R08).
#[server(name = LoadNotifications, prefix = "/_fn", endpoint = "notifications", input = server_fn::codec::GetUrl)]
pub async fn load_notifications(#[server(default)] after: String) -> Answer<NotificationPage> {
    super::guard::answer(ssr::load(&after).await)
}

/// Marks one notification as read, or with an empty id all of them.
#[server(name = MarkRead, prefix = "/_fn", endpoint = "notifications_mark_read")]
pub async fn mark_read(#[server(default)] id: String) -> Answer<()> {
    super::guard::answer(ssr::mark(&id).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::id::NotificationId;
    use ledger::notifications;

    use super::NotificationPage;
    use crate::api::Answer;
    use crate::api::guard::{self, told};
    use crate::error::AppError;

    const PAGE: usize = 30;

    pub(super) async fn load(after: &str) -> Answer<NotificationPage> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let after: Option<NotificationId> = after.parse().ok();
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut rows = notifications::list(&ledger, user.user, after, limit)
            .await
            .map_err(told)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().filter(|_| more).map(|row| row.id.to_string());
        Ok(NotificationPage { rows, next })
    }

    pub(super) async fn mark(id: &str) -> Answer<()> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let which = match id {
            "" => None,
            id => Some(id.parse().map_err(|_| AppError::NotFound)?),
        };
        notifications::mark_read(&ledger, user.user, which).await.map_err(told)
    }
}
