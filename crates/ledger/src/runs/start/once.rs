//! The same form sent twice has the same answer (R03).

use chrono::{DateTime, Utc};
use domain::id::RunId;
use domain::person;
use domain::view::StartAnswer;

use super::Start;
use crate::Result;
use crate::permit::StartPermit;
use crate::scope::ScopedTx;

/// The answer that this form got before, if it was sent before.
pub(super) async fn answered_before(
    tx: &mut ScopedTx,
    access: &StartPermit,
    what: &Start<'_>,
) -> Result<Option<StartAnswer>> {
    let Some(key) = what.key else { return Ok(None) };
    let row = sqlx::query!(
        "select s.run_id, s.joined, case when r.initiator_id is null then r.initiator_name else a.name end as initiator, r.created_at, r.reason_code, r.attempt
        from start_requests s join operation_runs r on r.id = s.run_id left join actors a on a.id = r.initiator_id
        where s.user_id = $1 and s.idempotency_key = $2 and s.workspace_id = $3",
        access.user.0,
        key.0,
        access.workspace.id.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| {
        let run = RunId(row.run_id);
        match row.reason_code {
            _ if row.joined => StartAnswer::Joined {
                run,
                initiator: person::shown(row.initiator),
                since: row.created_at,
            },
            Some(reason) if row.attempt == 0 => StartAnswer::Ended { run, reason },
            _ => StartAnswer::Queued { run },
        }
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
        "insert into start_requests (user_id, idempotency_key, workspace_id, run_id, joined, created_at)
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        access.user.0,
        key.0,
        access.workspace.id.0,
        answer.run().0,
        matches!(answer, StartAnswer::Joined { .. }),
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(kept.rows_affected() == 1)
}
