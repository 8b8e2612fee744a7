//! A session from its beginning to its end.

use chrono::TimeDelta;
use domain::id::{SessionId, UserId, WorkspaceId};

use crate::access::{Grant, Membership};
use crate::db::retry_on_stale_connection;
use crate::digest::digest;
use crate::{Ledger, Result, access};

/// A session ends when it was not used for so long.
pub const IDLE_HOURS: i64 = 12;
/// A session ends so long after sign-in, however much it is used.
pub const ABSOLUTE_DAYS: i64 = 7;
/// The most sessions of a person: the newest ones live, older ones end when another begins.
pub const MOST_SESSIONS: i64 = 20;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentUser {
    /// The person.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// What they are in the workspace selected in this session; `None` if none is, or if they are not in it any more.
    pub selected_workspace: Option<Membership>,
}

/// What a cookie stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionState {
    /// Somebody is signed in.
    Active(CurrentUser),
    /// Somebody was; a form of theirs can be kept for them.
    Expired {
        /// Who.
        user: UserId,
    },
    /// Nothing we know.
    None,
}

/// What a cookie's token stands for. `extend`: a person did something, as opposed to a page polling.
pub async fn look_up(ledger: &Ledger, token: &str, extend: bool) -> Result<SessionState> {
    let now = ledger.now();
    // With what they may reach: nearly every request needs both, and this is one question.
    let digest = digest("session", token);
    let row = retry_on_stale_connection(|| {
        sqlx::query!(
            r#"select s.id, s.user_id, s.last_seen_at, s.expires_at, s.ended_at, u.name, u.email, u.disabled_at,
            a.workspace_id as "workspace_id?", a.workspace_name as "workspace_name?", a.role as "role?",
            a.all_tenants as "all_tenants?", a.tenant_ids as "tenant_ids?"
        from sessions s join users u on u.id = s.user_id
        left join lateral access_to_workspace(s.user_id, s.workspace_id) a on true where s.token_hash = $1"#,
            digest
        )
        .fetch_optional(ledger.pool())
    })
    .await?;
    let Some(row) = row else { return Ok(SessionState::None) };
    let user = UserId(row.user_id);
    if row.disabled_at.is_some() || row.ended_at.is_some() {
        return Ok(SessionState::None);
    }
    if row.expires_at <= now || row.last_seen_at + TimeDelta::hours(IDLE_HOURS) <= now {
        return Ok(SessionState::Expired { user });
    }
    // Not each request: a write a minute is enough to measure hours.
    if extend && row.last_seen_at + TimeDelta::minutes(1) <= now {
        sqlx::query!(
            "update sessions set last_seen_at = $2 where id = $1 and last_seen_at < $2",
            row.id,
            now
        )
        .execute(ledger.pool())
        .await?;
    }
    let selected = row.workspace_id.map(|workspace| {
        let grant = Grant {
            workspace_id: Some(workspace),
            workspace_name: row.workspace_name,
            role: row.role,
            all_tenants: row.all_tenants,
            tenant_ids: row.tenant_ids,
            tenant_id: None,
            kind: None,
        };
        grant.into_membership(user)
    });
    Ok(SessionState::Active(CurrentUser {
        user,
        session: SessionId(row.id),
        name: row.name,
        email: row.email,
        selected_workspace: selected.transpose()?,
    }))
}

/// Whether a session still stands: not ended, not too old, used lately, and its person not disabled. For what takes longer than a
/// request.
pub async fn is_live(ledger: &Ledger, session: SessionId) -> Result<bool> {
    let now = ledger.now();
    let live = sqlx::query_scalar!(
        r#"select exists (select from sessions s join users u on u.id = s.user_id and u.disabled_at is null
            where s.id = $1 and s.ended_at is null and s.expires_at > $2 and s.last_seen_at > $3) as "live!""#,
        session.0,
        now,
        now - TimeDelta::hours(IDLE_HOURS)
    )
    .fetch_one(ledger.pool())
    .await?;
    Ok(live)
}

/// Ends one session.
pub async fn sign_out(ledger: &Ledger, session: SessionId) -> Result<()> {
    sqlx::query!(
        "update sessions set ended_at = $2 where id = $1 and ended_at is null",
        session.0,
        ledger.now()
    )
    .execute(ledger.pool())
    .await?;
    Ok(())
}

/// Ends every session of a person.
pub async fn sign_out_everywhere(ledger: &Ledger, user: UserId) -> Result<()> {
    sqlx::query!(
        "update sessions set ended_at = $2 where user_id = $1 and ended_at is null",
        user.0,
        ledger.now()
    )
    .execute(ledger.pool())
    .await?;
    Ok(())
}

/// Selects another workspace in a session; `false` if the person is not a member of it.
pub async fn switch_workspace(ledger: &Ledger, current: &CurrentUser, workspace: WorkspaceId) -> Result<bool> {
    if access::for_workspace(ledger, current.user, workspace).await?.is_none() {
        return Ok(false);
    }
    sqlx::query!(
        "update sessions set workspace_id = $2 where id = $1",
        current.session.0,
        workspace.0
    )
    .execute(ledger.pool())
    .await?;
    sqlx::query!(
        "update users set last_workspace_id = $2 where id = $1",
        current.user.0,
        workspace.0
    )
    .execute(ledger.pool())
    .await?;
    Ok(true)
}
