//! Sign-in and sessions.
//!
//! A session is a random token in a cookie, kept here only as its hash. It is new at each sign-in, ends when it is not used
//! for [`IDLE_HOURS`] or after [`ABSOLUTE_DAYS`], and polling does not count as use. The tables are on the reviewed list:
//! they are read before anybody is known, by a secret or by the person's own key.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{SessionId, UserId, WorkspaceId};
use sha2::{Digest, Sha256};

use crate::access::{Grant, Membership};
use crate::db::fresh;
use crate::password::{self, Password};
use crate::{Ledger, Result, access, ids};

/// A session ends when it was not used for so long.
pub const IDLE_HOURS: i64 = 12;
/// A session ends so long after sign-in, however much it is used.
pub const ABSOLUTE_DAYS: i64 = 7;
/// Failed sign-ins within a window before an account is throttled, whatever address they come from.
pub const FAILURES_PER_ACCOUNT: i32 = 10;
/// The same for an address, whatever accounts it tries. Higher, because offices share one.
pub const FAILURES_PER_ADDRESS: i32 = 50;
/// How long failures count, and how long throttling lasts at most.
pub const WINDOW_MINUTES: i64 = 5;

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
    pub here: Option<Membership>,
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

/// A sign-in.
#[derive(Debug)]
pub struct SignIn<'a> {
    /// The address as typed.
    pub email: &'a str,
    /// The password as typed.
    pub password: Password,
    /// Where it comes from.
    pub address: IpAddr,
}

/// A session that has begun.
#[derive(Clone)]
pub struct SignedIn {
    /// For the cookie; nobody else ever gets it.
    pub token: String,
    /// Who signed in.
    pub user: UserId,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Why nobody was signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such account, a wrong password, or a disabled account: the same answer, after the same time.
    Invalid,
    /// Too many failures of the account or from the address.
    Throttled {
        /// When to try again.
        retry_seconds: u32,
    },
}

fn digest(kind: &str, text: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(kind);
    hash.update([0]);
    hash.update(text);
    hash.finalize().to_vec()
}

/// Signs somebody in, or not.
pub async fn sign_in(ledger: &Ledger, attempt: SignIn<'_>) -> Result<std::result::Result<SignedIn, Refusal>> {
    let now = ledger.now();
    let email = attempt.email.trim().to_lowercase();
    let limits = [
        (digest("account", &email), FAILURES_PER_ACCOUNT),
        (
            digest("address", &attempt.address.to_canonical().to_string()),
            FAILURES_PER_ADDRESS,
        ),
    ];
    if let Some(retry_seconds) = throttled(ledger, &limits, now).await? {
        return Ok(Err(Refusal::Throttled { retry_seconds }));
    }
    let account = sqlx::query!(
        "select id, password_hash, last_workspace_id from users where email = $1 and disabled_at is null",
        email
    )
    .fetch_optional(ledger.pool())
    .await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let verified = password::verify(attempt.password, hash).await;
    let Some(account) = account.filter(|_| verified) else {
        for (key, _) in &limits {
            count_failure(ledger, key, now).await?;
        }
        return Ok(Err(Refusal::Invalid));
    };
    sqlx::query!("delete from sign_in_failures where key = $1", limits[0].0)
        .execute(ledger.pool())
        .await?;
    let user = UserId(account.id);
    let workspace = first_workspace(ledger, user, account.last_workspace_id.map(WorkspaceId)).await?;
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let session: SessionId = ids::new(now);
    sqlx::query!(
        "insert into sessions (id, token_hash, user_id, workspace_id, created_at, last_seen_at, expires_at)
        values ($1, $2, $3, $4, $5, $5, $6)",
        session.0,
        digest("session", &token),
        user.0,
        workspace.map(|id| id.0),
        now,
        now + TimeDelta::days(ABSOLUTE_DAYS)
    )
    .execute(ledger.pool())
    .await?;
    Ok(Ok(SignedIn { token, user }))
}

/// The workspace to begin in: the last one, if the person is still a member, or the first by name, or none.
async fn first_workspace(ledger: &Ledger, user: UserId, last: Option<WorkspaceId>) -> Result<Option<WorkspaceId>> {
    let all = crate::people::workspaces_of(ledger, user).await?;
    let still = last.filter(|last| all.iter().any(|workspace| workspace.id == *last));
    Ok(still.or_else(|| all.first().map(|workspace| workspace.id)))
}

async fn throttled(ledger: &Ledger, limits: &[(Vec<u8>, i32)], now: DateTime<Utc>) -> Result<Option<u32>> {
    let window = TimeDelta::minutes(WINDOW_MINUTES);
    for (key, limit) in limits {
        let row = sqlx::query!(
            "select failures, window_started_at from sign_in_failures where key = $1",
            key
        )
        .fetch_optional(ledger.pool())
        .await?;
        if let Some(row) = row.filter(|row| row.failures >= *limit && row.window_started_at + window > now) {
            let left = (row.window_started_at + window - now).num_seconds() + 1;
            return Ok(Some(u32::try_from(left).unwrap_or(1)));
        }
    }
    Ok(None)
}

async fn count_failure(ledger: &Ledger, key: &[u8], now: DateTime<Utc>) -> Result<()> {
    // One statement, so that failures of many connections at once are all counted.
    sqlx::query!(
        "insert into sign_in_failures as f (key, window_started_at, failures) values ($1, $2, 1)
        on conflict (key) do update set
            failures = case when f.window_started_at <= $3 then 1 else f.failures + 1 end,
            window_started_at = case when f.window_started_at <= $3 then $2 else f.window_started_at end",
        key,
        now,
        now - TimeDelta::minutes(WINDOW_MINUTES)
    )
    .execute(ledger.pool())
    .await?;
    Ok(())
}

/// What a cookie's token stands for. `extend`: a person did something, as opposed to a page polling.
pub async fn look_up(ledger: &Ledger, token: &str, extend: bool) -> Result<SessionState> {
    let now = ledger.now();
    // With what they may reach: nearly every request needs both, and this is one question.
    let digest = digest("session", token);
    let row = fresh(|| {
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
    let here = row.workspace_id.map(|workspace| {
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
        here: here.transpose()?,
    }))
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

/// Removes sessions, throttling windows and drafts that are long over. Housekeeping of the web.
pub async fn sweep(ledger: &Ledger) -> Result<u64> {
    let day_ago = ledger.now() - TimeDelta::days(1);
    let sessions = sqlx::query!(
        "delete from sessions where expires_at < $1 or ended_at < $1 or last_seen_at < $2",
        day_ago,
        day_ago - TimeDelta::hours(IDLE_HOURS)
    )
    .execute(ledger.pool())
    .await?;
    sqlx::query!("delete from sign_in_failures where window_started_at < $1", day_ago)
        .execute(ledger.pool())
        .await?;
    sqlx::query!("delete from form_drafts where created_at < $1", day_ago)
        .execute(ledger.pool())
        .await?;
    Ok(sessions.rows_affected())
}
