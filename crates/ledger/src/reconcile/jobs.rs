//! Runs whose job is gone, and those that have waited for a worker for so long that others of their age go first no more.

use chrono::{DateTime, Utc};
use domain::reason::ReasonCode;
use domain::status::Outcome;
use uuid::Uuid;

use super::{Lost, Pass};
use crate::queue::Expected;
use crate::runs::admit;
use crate::runs::end::{self, Refusal};
use crate::scope;
use crate::{Ledger, Result};

/// How many runs are compared with the engine's jobs at a time.
const PAGE: i64 = 500;

/// A run is given another job at most so often for each attempt that it may have: somebody who loses every job is not helped.
const JOBS_AN_ATTEMPT: i32 = 10;

/// Admitted, but not begun for longer than the lease, and the engine does not have the job any more, or gave it to a worker
/// that never began, or has it where nobody looks. All of them: behind any number of runs that merely wait for a worker.
pub(super) async fn repair(pass: &mut Pass<'_>) -> Result<()> {
    let ledger = pass.ledger;
    let now = ledger.now();
    let known = ledger.operations().names();
    let mut after = (DateTime::UNIX_EPOCH, Uuid::nil());
    loop {
        let mut tx = scope::begin_as_system(ledger).await?;
        let page = sqlx::query!(
            r#"select r.id, r.type as kind, r.engine_job_id, r.admitted_at as "admitted_at!",
                r.priority, aged_priority(r.priority, r.created_at, $6) as "aged!"
            from operation_runs r join operation_run_live l on l.run_id = r.id
            where r.status in ('queued', 'running') and r.admitted_at < $1 and r.hold is null and r.type = any ($2) and l.worker is null
                and (r.admitted_at, r.id) > ($3, $4)
            order by r.admitted_at, r.id limit $5"#,
            now - pass.lease,
            &known,
            after.0,
            after.1,
            PAGE,
            now
        )
        .fetch_all(&mut *tx)
        .await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = (last.admitted_at, last.id);
        let expected: Vec<Expected> = page
            .iter()
            .filter_map(|row| {
                Some(Expected {
                    job: row.engine_job_id?,
                    kind: ledger.operations().find(&row.kind)?,
                })
            })
            .collect();
        let older: Vec<(i64, i16)> = page
            .iter()
            .filter_map(|row| {
                Some((
                    row.engine_job_id?,
                    i16::try_from(row.aged).ok().filter(|aged| *aged < row.priority)?,
                ))
            })
            .collect();
        let waiting = ledger.queue().waiting(tx.inner(), &expected, now - pass.lease).await?;
        drop(tx);
        if !older.is_empty() {
            let raised = raise(ledger, &older).await;
            pass.survived("jobs that have waited for long", raised)?;
        }
        for row in page {
            if row.engine_job_id.is_some_and(|job| waiting.contains(&job)) {
                continue;
            }
            let repaired = one(ledger, row.id, row.engine_job_id, now).await;
            match &repaired {
                Ok(Some(Done::Requeued)) => pass.repairs.requeued += 1,
                Ok(Some(Done::GivenUp)) => pass.repairs.given_up += 1,
                Ok(None) | Err(_) => {}
            }
            pass.survived(format_args!("run {}", row.id), repaired.map(|_| ()))?;
        }
    }
}

/// Who waits goes up with age in the engine's queues as before admission (R18): a steady stream of what people start in some tenants would
/// otherwise keep the schedules of all others from ever running (R22).
async fn raise(ledger: &Ledger, older: &[(i64, i16)]) -> Result<()> {
    let mut tx = scope::begin_as_system(ledger).await?;
    ledger.queue().raise(tx.inner(), older).await?;
    tx.commit().await
}

enum Done {
    Requeued,
    GivenUp,
}

/// Repairs a run, if it is still as it was found and nobody else is at it.
async fn one(ledger: &Ledger, run: Uuid, job: Option<i64>, now: DateTime<Utc>) -> Result<Option<Done>> {
    let mut tx = scope::begin_as_system(ledger).await?;
    let lost = sqlx::query_as!(
        Lost,
        "select r.id, r.workspace_id, r.tenant_id, r.type as kind, r.priority, r.epoch, r.attempt, r.handed_back, r.max_attempts,
            r.engine_job_id as job, l.worker
        from operation_runs r join operation_run_live l on l.run_id = r.id
        where r.id = $1 and r.status in ('queued', 'running') and r.hold is null and l.worker is null
            and r.engine_job_id is not distinct from $2
        for no key update of r skip locked",
        run,
        job
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(lost) = lost else { return Ok(None) };
    tracing::error!(run.id = %lost.run(), "run {} was admitted but has no job", lost.run());
    let done = if lost.epoch - lost.handed_back > lost.max_attempts * JOBS_AN_ATTEMPT {
        let refusal = Refusal {
            outcome: Outcome::Failed,
            reason: ReasonCode::QueueDispatchFailed,
        };
        let scope = end::refuse(&mut tx, lost.run(), lost.epoch, refusal, now).await?;
        admit::admit_waiting(ledger, &mut tx, &scope, now).await?;
        Done::GivenUp
    } else {
        let detail = "the job was gone; the run is queued again";
        lost.note(&mut tx, "run.requeued", detail, now).await?;
        lost.drop_job(ledger, &mut tx).await;
        lost.hand_over(ledger, &mut tx, now).await?;
        Done::Requeued
    };
    tx.commit().await?;
    Ok(Some(done))
}
