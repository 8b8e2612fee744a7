//! Notifications (R08): one when a run is queued, one when it ends, to whoever started it and whoever joined.
//!
//! They are the person's own, whatever workspace is selected; what the person lost access to is left out when they are
//! read, not when they are written, because access can come back.

use chrono::{DateTime, Utc};
use domain::counts::Counts;
use domain::id::{NotificationId, RunId, TenantId, UserId, WorkspaceId};
use domain::status::Outcome;
use domain::view::{BoundedCount, NotificationRow};
use sqlx::PgConnection;

use crate::{Ledger, Result, ids, scope};

/// The most unread notifications that are counted.
pub const UNREAD_BOUND: u32 = 99;

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

/// A person's notifications, newest first, older than `after`, at most `limit`.
pub async fn list(
    ledger: &Ledger,
    user: UserId,
    after: Option<NotificationId>,
    limit: i64,
) -> Result<Vec<NotificationRow>> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    // Access as it is now (R08): a member of the workspace, and entitled to the tenant.
    let rows = sqlx::query!(
        r#"select n.id, n.run_id, n.kind, n.type as operation, n.target, n.outcome, n.reason_code, n.counts, n.created_at, n.read_at
        from notifications n
        join members m on m.workspace_id = n.workspace_id and m.user_id = n.user_id
        where n.user_id = $1 and n.id < $2
            and (n.tenant_id is null or m.all_tenants or exists (
                select from member_tenants t
                where t.workspace_id = n.workspace_id and t.user_id = n.user_id and t.tenant_id = n.tenant_id))
        order by n.created_at desc, n.id desc
        limit $3"#,
        user.0,
        after.map_or(uuid::Uuid::max(), |id| id.0),
        limit
    )
    .fetch_all(&mut *tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(NotificationRow {
                id: NotificationId(row.id),
                run: RunId(row.run_id),
                kind: row.kind,
                operation: row.operation,
                target: row.target,
                outcome: row.outcome.parse()?,
                reason: row.reason_code,
                counts: serde_json::from_value(row.counts)?,
                created_at: row.created_at,
                read: row.read_at.is_some(),
            })
        })
        .collect()
}

/// How many unread notifications a person has, counted as they are listed (R20).
pub async fn unread(ledger: &Ledger, user: UserId) -> Result<BoundedCount> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    let found = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
            select 1 as one
            from notifications n
            join members m on m.workspace_id = n.workspace_id and m.user_id = n.user_id
            where n.user_id = $1 and n.read_at is null
                and (n.tenant_id is null or m.all_tenants or exists (
                    select from member_tenants t
                    where t.workspace_id = n.workspace_id and t.user_id = n.user_id and t.tenant_id = n.tenant_id))
            limit $2) as bounded"#,
        user.0,
        i64::from(UNREAD_BOUND) + 1
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(BoundedCount::new(
        u32::try_from(found).unwrap_or(u32::MAX),
        UNREAD_BOUND,
    ))
}

/// Marks one of the person's notifications as read, or all of them. Somebody else's id marks nothing.
pub async fn mark_read(ledger: &Ledger, user: UserId, which: Option<NotificationId>) -> Result<()> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    let now = ledger.now();
    match which {
        Some(id) => {
            sqlx::query!(
                "update notifications set read_at = $3 where user_id = $1 and id = $2 and read_at is null",
                user.0,
                id.0,
                now
            )
            .execute(&mut *tx)
            .await?;
        }
        None => {
            sqlx::query!(
                "update notifications set read_at = $2 where user_id = $1 and read_at is null",
                user.0,
                now
            )
            .execute(&mut *tx)
            .await?;
        }
    }
    tx.commit().await
}
