//! Ending a run: outcome, notifications, audit entry and timeline in the transaction that ends it (R06–R08, R19).

use chrono::{DateTime, Utc};
use domain::counts::Counts;
use domain::failure::{FAILURES_MAX, Failure};
use domain::id::{CorrelationId, RunId, TenantId, UserId, WorkspaceId};
use domain::reason::ReasonCode;
use domain::status::{ItemOutcome, Outcome};
use serde_json::json;
use sqlx::PgConnection;

use super::events::{self, RunRef};
use crate::notifications::Notice;
use crate::{Error, Result, audit, notifications};

/// How a run came to its end.
#[derive(Debug, Clone)]
pub enum Ending {
    /// It did what it could; the outcome follows from its items.
    Done,
    /// The same, for objects that are counted but not worth a row each: a hundred thousand groups a day.
    Counted(Counts),
    /// It could not proceed. What it did before that stays, and its items and counts say so.
    Failed(ReasonCode, String),
}

/// An end without having worked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal {
    /// `Blocked` or `Failed`.
    pub(crate) outcome: Outcome,
    pub(crate) reason: ReasonCode,
}

/// What is known of a run that has just ended.
struct Ended {
    of: RunRef,
    kind: String,
    target: String,
    initiator: Option<UserId>,
    correlation: CorrelationId,
    outcome: Outcome,
    reason: Option<String>,
    counts: Counts,
}

/// Counts of a run's items, from the items themselves.
pub(crate) async fn count_items(tx: &mut PgConnection, run: RunId) -> Result<Counts> {
    let rows = sqlx::query!(
        r#"select outcome, count(*) as "count!" from operation_run_items where run_id = $1 group by outcome"#,
        run.0
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut counts = Counts::default();
    for row in rows {
        let n = u32::try_from(row.count).unwrap_or(u32::MAX);
        match ItemOutcome::read(&row.outcome) {
            ItemOutcome::Succeeded => counts.succeeded = n,
            ItemOutcome::Failed => counts.failed = n,
            ItemOutcome::Skipped => counts.skipped = n,
            ItemOutcome::NotFound => counts.not_found = n,
            ItemOutcome::Unsupported => counts.unsupported = n,
            ItemOutcome::Unconfirmed => counts.unconfirmed = n,
            ItemOutcome::NotAttempted => counts.not_attempted = n,
            // Of an attempt by a newer worker: among all, and no success.
            ItemOutcome::Unknown => {}
        }
        counts.processed = counts.processed.saturating_add(n);
    }
    counts.total = Some(counts.processed);
    Ok(counts)
}

/// Counts as the attempt reported them with each write: of a run that only counts what it touches there is nothing else.
async fn counts_so_far(tx: &mut PgConnection, run: RunId) -> Result<Counts> {
    let counts = sqlx::query_scalar!("select counts from operation_run_live where run_id = $1", run.0)
        .fetch_optional(&mut *tx)
        .await?;
    Ok(counts.map(serde_json::from_value).transpose()?.unwrap_or_default())
}

/// The kinds of failures among a run's items, most frequent first. What was never begun has no failure of its own, unless it says
/// why.
async fn failures_of_items(tx: &mut PgConnection, run: RunId) -> Result<Vec<Failure>> {
    let rows = sqlx::query!(
        r#"select coalesce(reason_code, 'internal.error') as "code!", coalesce(min(message), '') as "message!", count(*) as "count!"
        from operation_run_items
        where run_id = $1 and (outcome in ('failed', 'not_found', 'unsupported', 'unconfirmed')
            or (outcome = 'not_attempted' and reason_code is not null))
        group by 1 order by 3 desc, 1 limit $2"#,
        run.0,
        i64::try_from(FAILURES_MAX).unwrap_or(i64::MAX)
    )
    .fetch_all(&mut *tx)
    .await?;
    let failure = |count: i64, code, message| Failure {
        code,
        message,
        count: u32::try_from(count).unwrap_or(u32::MAX),
    };
    Ok(rows
        .into_iter()
        .map(|row| failure(row.count, row.code, row.message))
        .collect())
}

/// Ends a run that has worked, if this epoch is still the one that counts; [`Error::Fenced`] otherwise.
pub(crate) async fn finish(
    tx: &mut PgConnection,
    run: RunId,
    epoch: i32,
    ending: &Ending,
    now: DateTime<Utc>,
) -> Result<String> {
    let counts = match ending {
        Ending::Counted(counts) => *counts,
        Ending::Done => count_items(tx, run).await?,
        // What was done before it could not go on is done, whether or not there is an item for each.
        Ending::Failed(..) => {
            let (of_items, so_far) = (count_items(tx, run).await?, counts_so_far(tx, run).await?);
            if so_far.processed > of_items.processed {
                so_far
            } else {
                of_items
            }
        }
    };
    let mut failures = failures_of_items(tx, run).await?;
    let (outcome, reason) = match ending {
        Ending::Done | Ending::Counted(_) => (counts.outcome(), failures.first().map(|failure| failure.code.clone())),
        Ending::Failed(code, message) => {
            let own = Failure::new(*code, message);
            failures.retain(|failure| failure.code != own.code);
            failures.insert(0, own);
            failures.truncate(FAILURES_MAX);
            (Outcome::Failed, Some(code.as_str().to_owned()))
        }
    };
    let reason = reason.filter(|_| outcome != Outcome::Succeeded);
    write(tx, run, epoch, outcome, reason, counts, &failures, now).await
}

/// Ends a run that has not worked: it was refused, or could not be enqueued. `epoch` is the one that must still count.
pub(crate) async fn refuse(
    tx: &mut PgConnection,
    run: RunId,
    epoch: i32,
    refusal: Refusal,
    now: DateTime<Utc>,
) -> Result<String> {
    let failures = [Failure::new(refusal.reason, refusal.reason.technician())];
    let reason = Some(refusal.reason.as_str().to_owned());
    write(
        tx,
        run,
        epoch,
        refusal.outcome,
        reason,
        Counts::default(),
        &failures,
        now,
    )
    .await
}

#[expect(clippy::too_many_arguments, reason = "one update of one row")]
async fn write(
    tx: &mut PgConnection,
    run: RunId,
    epoch: i32,
    outcome: Outcome,
    reason: Option<String>,
    counts: Counts,
    failures: &[Failure],
    now: DateTime<Utc>,
) -> Result<String> {
    // The web may end a run too (R05) but may not write counts; those of a run that has not worked are none.
    let worked = counts != Counts::default();
    let row = sqlx::query!(
        "update operation_runs set status = 'completed', outcome = $3, reason_code = $4, failures = $5, hold = null, completed_at = $6
        where id = $1 and epoch = $2 and status in ('queued', 'running')
        returning workspace_id, tenant_id, type as kind, target, target_scope, initiator_id, correlation_id",
        run.0,
        epoch,
        outcome.as_str(),
        reason,
        serde_json::to_value(failures)?,
        now
    );
    if worked {
        sqlx::query!(
            "update operation_runs set counts = $3 where id = $1 and epoch = $2 and status in ('queued', 'running')",
            run.0,
            epoch,
            serde_json::to_value(counts)?
        )
        .execute(&mut *tx)
        .await?;
    }
    let row = row.fetch_optional(&mut *tx).await?.ok_or(Error::Fenced)?;
    let ended = Ended {
        of: RunRef {
            run,
            workspace: WorkspaceId(row.workspace_id),
            tenant: row.tenant_id.map(TenantId),
        },
        kind: row.kind,
        target: row.target,
        initiator: row.initiator_id.map(UserId),
        correlation: CorrelationId(row.correlation_id),
        outcome,
        reason,
        counts,
    };
    notify_and_audit(tx, &ended, now).await?;
    Ok(row.target_scope)
}

/// Timeline, audit entry, and one notification for each person concerned.
async fn notify_and_audit(tx: &mut PgConnection, ended: &Ended, now: DateTime<Utc>) -> Result<()> {
    events::add(tx, ended.of, now, "completed", ended.outcome.as_str()).await?;
    let actor = ended.initiator.map_or(audit::Actor::System, audit::Actor::Human);
    let entry = audit::Entry {
        workspace: ended.of.workspace,
        tenant: ended.of.tenant,
        actor,
        action: "run.completed",
        resource: ("operation_run", ended.of.run.to_string()),
        outcome: audit::outcome_word(ended.outcome),
        details: json!({
            "type": ended.kind,
            "target": ended.target,
            "outcome": ended.outcome,
            "reason_code": ended.reason,
            "counts": ended.counts,
        }),
        correlation: Some(ended.correlation),
    };
    audit::write(tx, now, entry).await?;
    let followers = sqlx::query_scalar!(
        "select user_id from operation_run_followers where run_id = $1",
        ended.of.run.0
    )
    .fetch_all(&mut *tx)
    .await?;
    for user in ended.initiator.into_iter().chain(followers.into_iter().map(UserId)) {
        let notice = Notice {
            user,
            workspace: ended.of.workspace,
            tenant: ended.of.tenant,
            run: ended.of.run,
            kind: "completed",
            operation: &ended.kind,
            target: &ended.target,
            outcome: ended.outcome,
            reason: ended.reason.as_deref(),
            counts: ended.counts,
        };
        notifications::write(tx, now, &notice).await?;
    }
    Ok(())
}
