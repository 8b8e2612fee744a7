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
    let _ = after;
    Err(crate::error::AppError::NotFound)
}

/// Marks one notification as read, or with an empty id all of them.
#[server(name = MarkRead, prefix = "/_fn", endpoint = "notifications_mark_read")]
pub async fn mark_read(#[server(default)] id: String) -> Answer<()> {
    let _ = id;
    Err(crate::error::AppError::NotFound)
}
