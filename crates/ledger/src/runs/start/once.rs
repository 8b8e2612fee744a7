//! The same form sent twice has the same answer (R03).

use chrono::{DateTime, Utc};
use domain::id::RunId;
use domain::identity::{Owner, RunIdentity};
use domain::person;
use domain::view::StartAnswer;

use super::Start;
use crate::access::permit::StartPermit;
use crate::scope::ScopedTx;
use crate::{Refused, Result};

/// How many of their forms a person is remembered by, in a workspace. Nobody sends one again after so many others.
const MOST: i64 = 1000;

/// What a form asks for. Unlike the identity of a run it is the same for each click.
fn asked(access: &StartPermit, what: &Start<'_>) -> RunIdentity {
    let owner = what.tenant.map_or(Owner::Workspace(access.workspace.id), Owner::Tenant);
    RunIdentity::new(owner, what.kind, &what.inputs)
}

/// The answer that this form got before, if it was sent before. Refused if it asked for something else then: the person would
/// read an answer to what they did not ask.
pub(super) async fn answered_before(
    tx: &mut ScopedTx,
    access: &StartPermit,
    what: &Start<'_>,
) -> Result<Option<StartAnswer>> {
    let Some(key) = what.key else { return Ok(None) };
    let row = sqlx::query!(
        "select s.run_id, s.joined, s.asked, case when r.initiator_id is null then r.initiator_name else a.name end as initiator,
            r.created_at, r.reason_code, r.attempt
        from start_requests s join operation_runs r on r.id = s.run_id left join actors a on a.id = r.initiator_id
        where s.user_id = $1 and s.workspace_id = $2 and s.idempotency_key = $3",
        access.user.0,
        access.workspace.id.0,
        key.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    // None: written by the release before, which did not keep it.
    if row.asked.is_some_and(|before| before != asked(access, what).0) {
        return Err(Refused::FormSentAlready.into());
    }
    let run = RunId(row.run_id);
    Ok(Some(match row.reason_code {
        _ if row.joined => StartAnswer::Joined {
            run,
            initiator: person::shown(row.initiator),
            since: row.created_at,
        },
        Some(reason) if row.attempt == 0 => StartAnswer::Ended { run, reason },
        _ => StartAnswer::Queued { run },
    }))
}

/// Keeps the answer with the form's key; `false` if the same form was answered by another request meanwhile.
pub(super) async fn remember(
    tx: &mut ScopedTx,
    access: &StartPermit,
    what: &Start<'_>,
    answer: &StartAnswer,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(key) = what.key else { return Ok(true) };
    let kept = sqlx::query!(
        "insert into start_requests (user_id, idempotency_key, workspace_id, run_id, joined, asked, created_at)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        access.user.0,
        key.0,
        access.workspace.id.0,
        answer.run().0,
        matches!(answer, StartAnswer::Joined { .. }),
        &asked(access, what).0[..],
        now
    )
    .execute(&mut **tx)
    .await?;
    forget_oldest(tx, access).await?;
    Ok(kept.rows_affected() == 1)
}

async fn forget_oldest(tx: &mut ScopedTx, access: &StartPermit) -> Result<()> {
    let (user, workspace) = (access.user.0, access.workspace.id.0);
    let kept = sqlx::query_scalar!(
        r#"select count(*) as "count!" from start_requests where user_id = $1 and workspace_id = $2"#,
        user,
        workspace
    )
    .fetch_one(&mut **tx)
    .await?;
    if kept > MOST {
        sqlx::query!(
            "delete from start_requests where user_id = $1 and workspace_id = $2 and idempotency_key in (
                select idempotency_key from start_requests where user_id = $1 and workspace_id = $2
                order by created_at, idempotency_key limit $3)",
            user,
            workspace,
            kept - MOST
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
