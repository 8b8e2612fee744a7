//! Joining the active run of an identity (R02).

use chrono::{DateTime, Utc};
use domain::id::{RunId, UserId, WorkspaceId};
use domain::person;
use domain::view::StartAnswer;

use super::{Start, identity_of};
use crate::Result;
use crate::access::permit::StartPermit;
use crate::runs::events::{self, Of};
use crate::scope::ScopedTx;

/// The active run of an identity.
pub(super) struct ActiveRun {
    pub(super) run: RunId,
    initiator: Option<UserId>,
    initiator_name: String,
    created_at: DateTime<Utc>,
}

pub(super) async fn find_active(
    tx: &mut ScopedTx,
    workspace: WorkspaceId,
    what: &Start<'_>,
) -> Result<Option<ActiveRun>> {
    let identity = identity_of(what, workspace, RunId(uuid::Uuid::nil()));
    let row = sqlx::query!(
        "select r.id, r.initiator_id, r.created_at, case when r.initiator_id is null then r.initiator_name else a.name end as initiator
        from operation_runs r left join actors a on a.id = r.initiator_id
        where r.workspace_id = $1 and r.tenant_id is not distinct from $2 and r.identity = $3 and r.status in ('queued', 'running')",
        workspace.0,
        what.tenant.map(|id| id.0),
        &identity.0[..]
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| ActiveRun {
        run: RunId(row.id),
        initiator: row.initiator_id.map(UserId),
        initiator_name: person::shown(row.initiator),
        created_at: row.created_at,
    }))
}

/// The active run of the identity, and the person among those who follow it. The initiator stays who it was (R02).
pub(super) async fn join(
    tx: &mut ScopedTx,
    access: &StartPermit,
    what: &Start<'_>,
    now: DateTime<Utc>,
) -> Result<Option<StartAnswer>> {
    let Some(active) = find_active(tx, access.workspace.id, what).await? else {
        return Ok(None);
    };
    if !stays_active(tx, active.run).await? {
        return Ok(None);
    }
    if active.initiator != Some(access.user) {
        follow(tx, access, what, active.run, now).await?;
    }
    Ok(Some(StartAnswer::Joined {
        run: active.run,
        initiator: active.initiator_name,
        since: active.created_at,
    }))
}

/// Keeps the run from ending until this transaction has: whoever ends it reads who follows, and one who joins meanwhile would never
/// be told (R08). `false` if it has ended in between.
async fn stays_active(tx: &mut ScopedTx, run: RunId) -> Result<bool> {
    let there = sqlx::query_scalar!(
        "select id from operation_runs where id = $1 and status in ('queued', 'running') for share",
        run.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(there.is_some())
}

async fn follow(
    tx: &mut ScopedTx,
    access: &StartPermit,
    what: &Start<'_>,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<()> {
    let user: UserId = access.user;
    let new = sqlx::query!(
        "insert into operation_run_followers (run_id, user_id, workspace_id, tenant_id, name, joined_at)
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        run.0,
        user.0,
        access.workspace.id.0,
        what.tenant.map(|id| id.0),
        what.initiator,
        now
    )
    .execute(&mut **tx)
    .await?;
    if new.rows_affected() > 0 {
        let of = Of {
            run,
            workspace: access.workspace.id,
            tenant: what.tenant,
        };
        events::add_by(tx, of, now, "joined", user).await?;
    }
    Ok(())
}
