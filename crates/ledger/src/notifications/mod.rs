//! Notifications (R08): one when a run is queued, one when it ends, to whoever started it and whoever joined.
//!
//! They are the person's own, whatever workspace is selected; what the person lost access to is left out when they are
//! read, not when they are written, because access can come back.

mod mark;
mod read;
mod visible;

use chrono::{DateTime, Utc};
use domain::counts::Counts;
use domain::id::{NotificationId, RunId, TenantId, UserId, WorkspaceId};
use domain::status::Outcome;
use sqlx::PgConnection;

pub use self::mark::{Which, mark_read};
pub(crate) use self::read::count_unread;
pub use self::read::{GROUP_FROM, MEMBERS_SHOWN, UNREAD_BOUND, entries, newest, unread};
use crate::{Result, ids};

/// A notification to write.
#[derive(Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) user: UserId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) run: RunId,
    /// `queued` or `completed`.
    pub(crate) kind: &'static str,
    pub(crate) operation: &'a str,
    pub(crate) target: &'a str,
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<&'a str>,
    pub(crate) counts: Counts,
}

/// Writes a notification, unless the person has it already: a repeated end of a run notifies nobody twice.
pub(crate) async fn write(tx: &mut PgConnection, now: DateTime<Utc>, notice: &Notice<'_>) -> Result<()> {
    sqlx::query!(
        "insert into notifications (id, user_id, workspace_id, tenant_id, run_id, kind, type, target, outcome, reason_code, counts, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict on constraint notifications_once_key do nothing",
        ids::new::<NotificationId>(now).0,
        notice.user.0,
        notice.workspace.0,
        notice.tenant.map(|id| id.0),
        notice.run.0,
        notice.kind,
        notice.operation,
        notice.target,
        notice.outcome.as_str(),
        notice.reason,
        serde_json::to_value(notice.counts)?,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}
