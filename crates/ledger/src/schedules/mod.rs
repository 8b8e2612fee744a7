//! Schedules (R04): every fire time of every schedule is recorded exactly once, as started, merged or missed, by any number of
//! schedulers, and also after its run is gone.
//!
//! A scheduler locks one due schedule, records its fires, starts the run of the latest one if it is not too late, and moves
//! the schedule forward, in one transaction. A crash before the commit changes nothing; after it, the schedule is no longer
//! due. Missed fires are recorded and shown, never caught up.

pub mod cron;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{RunId, ScheduleId, TenantId, WorkspaceId};
use domain::operation::OperationType;
use domain::receipt::ScopeReceipt;
use domain::status::{FireOutcome, Origin};
use domain::view::{FireRow, ScheduleRow, WorkspaceRef};
use serde_json::Value;

use self::cron::Rhythm;
use crate::runs::start::{self, Fired, Start};
use crate::scope::{self, ScopedTx};
use crate::{Ledger, Result};

/// A fire time that is found later than this is missed.
pub const GRACE: TimeDelta = TimeDelta::minutes(10);

/// How many missed fire times are recorded one by one in a transaction; more are recorded in the next ones.
const MISSED_BATCH: usize = 500;

/// What to start for a schedule of a type that this release can start by schedule.
fn receipt_of(kind: OperationType) -> Option<ScopeReceipt> {
    match kind {
        OperationType::DirectoryGroupsSync => Some(ScopeReceipt::Groups),
        OperationType::RetentionPrune => Some(ScopeReceipt::ExpiredHistory),
        _ => None,
    }
}

struct Due {
    id: ScheduleId,
    workspace: WorkspaceRef,
    tenant: Option<TenantId>,
    kind: String,
    cron: String,
    zone: String,
    inputs: Value,
    next: DateTime<Utc>,
}

/// Serves one due schedule. `false` if none is due, or others have those that are.
pub async fn serve_one(ledger: &Ledger) -> Result<bool> {
    let now = ledger.now();
    let mut tx = scope::begin_as_system(ledger).await?;
    let row = sqlx::query!(
        r#"select s.id, s.workspace_id, w.name as workspace_name, s.tenant_id, s.type as kind, s.cron, s.time_zone, s.inputs, s.next_fire_at as "next!"
        from schedules s join workspaces w on w.id = s.workspace_id
        where s.enabled and s.next_fire_at <= $1 order by s.next_fire_at limit 1 for no key update of s skip locked"#,
        now
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(false) };
    let due = Due {
        id: ScheduleId(row.id),
        workspace: WorkspaceRef {
            id: WorkspaceId(row.workspace_id),
            name: row.workspace_name,
        },
        tenant: row.tenant_id.map(TenantId),
        kind: row.kind,
        cron: row.cron,
        zone: row.time_zone,
        inputs: row.inputs,
        next: row.next,
    };
    let next = serve(ledger, &mut tx, &due, now).await?;
    sqlx::query!("update schedules set next_fire_at = $2 where id = $1", due.id.0, next)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(true)
}

/// Records the fires that are due and answers the next one; `None` for a schedule that never fires again.
async fn serve(ledger: &Ledger, tx: &mut ScopedTx, due: &Due, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let Ok(rhythm) = Rhythm::parse(&due.cron, &due.zone) else {
        tracing::error!(schedule.id = %due.id, "schedule {} has no rhythm that can be read and is not served any more", due.id);
        return Ok(None);
    };
    let mut at = due.next;
    for _ in 0..MISSED_BATCH {
        let next = rhythm.next_after(at);
        // Only the latest may still be served; whoever was down for three hours does not want three backups.
        let latest = next.is_none_or(|next| next > now);
        if latest && at + GRACE > now {
            fire(ledger, tx, due, at, now).await?;
        } else {
            record(tx, due, at, FireOutcome::Missed, None, now).await?;
        }
        match next {
            Some(next) if next <= now => at = next,
            _ => return Ok(next),
        }
    }
    Ok(Some(at))
}

async fn fire(ledger: &Ledger, tx: &mut ScopedTx, due: &Due, at: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    let Some((kind, receipt)) = due
        .kind
        .parse::<OperationType>()
        .ok()
        .and_then(|kind| Some((kind, receipt_of(kind)?)))
    else {
        // A newer release's schedule: it will serve the next one.
        return record(tx, due, at, FireOutcome::Missed, None, now).await;
    };
    let what = Start {
        kind,
        tenant: due.tenant,
        inputs: due.inputs.clone(),
        receipt: Some(receipt),
        origin: Origin::Schedule,
        initiator: "Schedule",
        key: None,
    };
    match start::fire(ledger, tx, &due.workspace, (due.id, at), &what).await? {
        Fired::Started(run) => record(tx, due, at, FireOutcome::Started, Some(run), now).await,
        Fired::Merged(run) => record(tx, due, at, FireOutcome::Merged, Some(run), now).await,
    }
}

async fn record(
    tx: &mut ScopedTx,
    due: &Due,
    at: DateTime<Utc>,
    outcome: FireOutcome,
    run: Option<RunId>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into schedule_fires (schedule_id, fire_at, workspace_id, tenant_id, outcome, run_id, recorded_at)
        values ($1, $2, $3, $4, $5, $6, $7)",
        due.id.0,
        at,
        due.workspace.id.0,
        due.tenant.map(|id| id.0),
        outcome.as_str(),
        run.map(|id| id.0),
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// When the next schedule is due, to sleep until then.
pub async fn next_due(ledger: &Ledger) -> Result<Option<DateTime<Utc>>> {
    let mut tx = scope::begin_as_system(ledger).await?;
    Ok(
        sqlx::query_scalar!("select min(next_fire_at) from schedules where enabled")
            .fetch_one(&mut *tx)
            .await?,
    )
}

/// Fires shown with a schedule.
const FIRES_SHOWN: i64 = 7;

/// The schedules of a tenant that start runs of a type, with their latest fires: missed ones are seen here.
pub async fn of_tenant(tx: &mut ScopedTx, tenant: TenantId, kind: OperationType) -> Result<Vec<ScheduleRow>> {
    let schedules = sqlx::query!(
        "select id, name, cron, time_zone, next_fire_at, enabled from schedules
        where tenant_id = $1 and type = $2 and scope_sees_tenant(tenant_id) order by name collate names, id",
        tenant.0,
        kind.as_str()
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut rows = Vec::new();
    for schedule in schedules {
        let fires = sqlx::query!(
            // The run of a fire may be gone; the fire stays.
            r#"select f.fire_at, f.outcome, r.id as "run_id?" from schedule_fires f left join operation_runs r on r.id = f.run_id
            where f.schedule_id = $1 order by f.fire_at desc limit $2"#,
            schedule.id,
            FIRES_SHOWN
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.push(ScheduleRow {
            name: schedule.name,
            cron: schedule.cron,
            time_zone: schedule.time_zone,
            next_fire_at: schedule.next_fire_at.filter(|_| schedule.enabled),
            fires: fires
                .into_iter()
                .map(|fire| {
                    Ok(FireRow {
                        at: fire.fire_at,
                        outcome: fire.outcome.parse()?,
                        run: fire.run_id.map(RunId),
                    })
                })
                .collect::<Result<_>>()?,
        });
    }
    Ok(rows)
}
