//! Runs whose worker is silent.

use chrono::{DateTime, Utc};
use domain::reason::ReasonCode;
use domain::status::Outcome;
use uuid::Uuid;

use super::{Lost, Pass};
use crate::runs::end::{self, Ending, Refusal};
use crate::runs::{admit, execute};
use crate::scope::{self, ScopedTx};
use crate::{Error, Ledger, Result};

/// Running, and silent for longer than the lease: all of them, the longest silent first.
pub(super) async fn repair(pass: &mut Pass<'_>) -> Result<()> {
    let ledger = pass.ledger;
    let now = ledger.now();
    let known = ledger.operations().names();
    let mut after = (DateTime::UNIX_EPOCH, Uuid::nil());
    loop {
        // One run a transaction: a repair that fails must not undo the others. And each later than the one before, so that one
        // that cannot be repaired is not all that is ever looked at.
        let mut tx = scope::begin_as_system(ledger).await?;
        let row = sqlx::query!(
            r#"select r.id, r.workspace_id, r.tenant_id, r.type as kind, r.priority, r.epoch, r.attempt, r.handed_back, r.max_attempts,
                r.engine_job_id, l.worker, l.heartbeat_at as "heartbeat_at!"
            from operation_runs r join operation_run_live l on l.run_id = r.id
            where r.status = 'running' and r.hold is null and r.type = any ($2) and l.worker is not null and l.heartbeat_at < $1
                and (l.heartbeat_at, r.id) > ($3, $4)
            order by l.heartbeat_at, r.id limit 1 for no key update of r skip locked"#,
            now - pass.lease,
            &known,
            after.0,
            after.1
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(()) };
        after = (row.heartbeat_at, row.id);
        let lost = Lost {
            id: row.id,
            workspace_id: row.workspace_id,
            tenant_id: row.tenant_id,
            kind: row.kind,
            priority: row.priority,
            epoch: row.epoch,
            attempt: row.attempt,
            handed_back: row.handed_back,
            max_attempts: row.max_attempts,
            job: row.engine_job_id,
            worker: row.worker,
        };
        let repaired = one(ledger, tx, &lost, now).await;
        match &repaired {
            Ok(Done::Reexecuted) => pass.repairs.reexecuted += 1,
            Ok(Done::GivenUp) => pass.repairs.given_up += 1,
            Err(_) => {}
        }
        pass.survived(format_args!("run {}", lost.run()), repaired.map(|_| ()))?;
    }
}

enum Done {
    Reexecuted,
    GivenUp,
}

async fn one(ledger: &Ledger, mut tx: ScopedTx, lost: &Lost, now: DateTime<Utc>) -> Result<Done> {
    let kind = lost.operation(ledger)?;
    let done = if execute::may_begin(kind, lost.attempt, lost.handed_back, lost.max_attempts) {
        reexecute(ledger, &mut tx, lost, now).await?;
        Done::Reexecuted
    } else {
        give_up(ledger, &mut tx, lost, now).await?;
        Done::GivenUp
    };
    tx.commit().await?;
    Ok(done)
}

/// Takes the run from the lost worker and hands it over under the next epoch.
async fn reexecute(ledger: &Ledger, tx: &mut ScopedTx, lost: &Lost, now: DateTime<Utc>) -> Result<()> {
    let detail = "the worker was lost; the run is executed again";
    lost.note(tx, "run.reexecuted", detail, now).await?;
    lost.drop_job(ledger, tx).await;
    execute::release(tx, lost.run()).await?;
    lost.hand_over(ledger, tx, now).await
}

/// Ends the run: repeating it is not safe, or it was repeated often enough.
async fn give_up(ledger: &Ledger, tx: &mut ScopedTx, lost: &Lost, now: DateTime<Utc>) -> Result<()> {
    let detail = "the worker was lost; the run is not executed again";
    lost.note(tx, "run.given_up", detail, now).await?;
    lost.drop_job(ledger, tx).await;
    let ending = Ending::Failed(ReasonCode::WorkerLost, ReasonCode::WorkerLost.technician().to_owned());
    let mut savepoint = tx.savepoint().await?;
    let scope = match end::finish(&mut savepoint, lost.run(), lost.epoch, &ending, now).await {
        Ok(scope) => {
            savepoint.commit().await?;
            scope
        }
        Err(error) if error.is_unavailable() || matches!(error, Error::Fenced) => return Err(error),
        // Something that it left behind cannot be summed up. It ends all the same, without the sum: a run must not stay active
        // for ever, and its slot with it.
        Err(error) => {
            savepoint.rollback().await?;
            tracing::error!(run.id = %lost.run(), %error, cause = ?error, "what run {} has done could not be summed up", lost.run());
            let refusal = Refusal {
                outcome: Outcome::Failed,
                reason: ReasonCode::WorkerLost,
            };
            end::refuse(tx, lost.run(), lost.epoch, refusal, now).await?
        }
    };
    admit::admit_waiting(ledger, tx, &scope, now).await?;
    Ok(())
}
