//! Serving what is due.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::id::{RunId, ScheduleId, TenantId, WorkspaceId};
use domain::operation::OperationType;
use domain::receipt::ScopeReceipt;
use domain::status::{FireOutcome, Origin};
use domain::view::WorkspaceRef;
use serde_json::Value;

use super::cron::{CronSchedule, Fire};
use crate::runs::start::{self, Fired, Start};
use crate::scope::{self, ScopedTx};
use crate::{Ledger, Result};

/// A fire time that is found later than this is missed.
pub const GRACE: TimeDelta = TimeDelta::minutes(10);

/// How many missed fire times are recorded in a transaction. Whoever was away for a month has more, of a rhythm by the minute: they are
/// recorded in the next ones, and whatever else is due has its turn in between.
pub const MISSED_BATCH: usize = 100;

/// After the first failure; doubled with each further one.
const FIRST_RETRY: TimeDelta = TimeDelta::seconds(5);
/// The longest pause between attempts to serve a schedule.
const LONGEST_RETRY: TimeDelta = TimeDelta::minutes(10);
/// When a rule that cannot be run is looked at again, unless it is changed before.
const UNREADABLE_RETRY: TimeDelta = TimeDelta::hours(1);
/// The same for a rule whose last time has passed.
const NEVER_RETRY: TimeDelta = TimeDelta::days(1);

/// What a run of a type may touch that a schedule starts; `None` for a type that no schedule starts in this release.
fn receipt_of(kind: OperationType) -> Option<ScopeReceipt> {
    let spec = kind.spec();
    spec.receipt.filter(|_| spec.schedulable)?.whole()
}

struct Due {
    id: ScheduleId,
    workspace: WorkspaceRef,
    tenant: Option<TenantId>,
    kind: String,
    cron: String,
    zone: String,
    inputs: Value,
    /// None for one that somebody or something left without; it gets one from here.
    next: Option<DateTime<Utc>>,
    /// The latest fire time that is recorded, or when the schedule was made.
    since: DateTime<Utc>,
    failures: i32,
}

/// What the schedule's row says after it was served.
#[derive(Debug, Clone, Copy, Default)]
struct Served {
    next: Option<DateTime<Utc>>,
    /// Counted in the row, and cleared by the next one that succeeds.
    failures: i32,
    /// Not looked at before.
    retry_at: Option<DateTime<Utc>>,
}

/// Serves one due schedule. `false` if none is due, or others have those that are.
///
/// One that cannot be served is an entry in the log and is put off; it is no error here, because the next one can be.
pub async fn serve_one(ledger: &Ledger) -> Result<bool> {
    let now = ledger.now();
    let mut tx = scope::begin_as_system(ledger).await?;
    let Some(due) = take_due(ledger, &mut tx, now).await? else {
        return Ok(false);
    };
    let Err(error) = serve_and_commit(ledger, tx, &due, now).await else {
        return Ok(true);
    };
    tracing::error!(schedule.id = %due.id, failures = due.failures + 1, %error, cause = ?error,
        "schedule {} could not be served and is put off", due.id);
    match put_off(ledger, &due, now).await {
        Ok(()) => Ok(true),
        // The database is away, which is what the first error says as well.
        Err(_) => Err(error),
    }
}

async fn take_due(ledger: &Ledger, tx: &mut ScopedTx, now: DateTime<Utc>) -> Result<Option<Due>> {
    let row = sqlx::query!(
        r#"select s.id, s.workspace_id, w.name as workspace_name, s.tenant_id, s.type as kind, s.cron, s.time_zone, s.inputs, s.next_fire_at,
            s.failures, greatest(s.created_at, (select max(f.fire_at) from schedule_fires f where f.schedule_id = s.id)) as "since!"
        from schedules s join workspaces w on w.id = s.workspace_id
        where s.enabled and coalesce(greatest(s.next_fire_at, s.retry_at), to_timestamp(0)) <= $1 and s.type = any ($2)
        order by coalesce(greatest(s.next_fire_at, s.retry_at), to_timestamp(0)) limit 1 for no key update of s skip locked"#,
        now,
        // What this process does not know is served by one that does (R23).
        &ledger.operations().names()
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Due {
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
        next: row.next_fire_at,
        since: row.since,
        failures: row.failures,
    }))
}

async fn serve_and_commit(ledger: &Ledger, mut tx: ScopedTx, due: &Due, now: DateTime<Utc>) -> Result<()> {
    let served = match CronSchedule::parse(&due.cron, &due.zone) {
        Ok(rhythm) => serve(ledger, &mut tx, due, &rhythm, now).await?,
        Err(cause) => {
            tracing::error!(schedule.id = %due.id, %cause, "the rule of schedule {} cannot be run: {cause}", due.id);
            Served {
                next: due.next,
                failures: due.failures.saturating_add(1),
                retry_at: Some(now + UNREADABLE_RETRY),
            }
        }
    };
    sqlx::query!(
        "update schedules set next_fire_at = $2, failures = $3, retry_at = $4 where id = $1",
        due.id.0,
        served.next,
        served.failures,
        served.retry_at
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// In a transaction of its own: what failed is rolled back.
async fn put_off(ledger: &Ledger, due: &Due, now: DateTime<Utc>) -> Result<()> {
    let doublings = due.failures.clamp(0, 10);
    let pause = (FIRST_RETRY * (1 << doublings)).min(LONGEST_RETRY);
    let mut tx = scope::begin_as_system(ledger).await?;
    sqlx::query!(
        "update schedules set failures = $2, retry_at = $3 where id = $1",
        due.id.0,
        due.failures.saturating_add(1),
        now + pause
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// Records the fires that are due and says when the next one is.
async fn serve(
    ledger: &Ledger,
    tx: &mut ScopedTx,
    due: &Due,
    rhythm: &CronSchedule,
    now: DateTime<Utc>,
) -> Result<Served> {
    let first = match due.next {
        Some(at) => Some(rhythm.fire_at(at)),
        None => rhythm.next_after(due.since),
    };
    let Some(mut fire) = first else {
        return Ok(then(None, now));
    };
    if fire.at > now {
        return Ok(then(Some(fire.at), now));
    }
    let mut missed = Vec::new();
    while missed.len() < MISSED_BATCH {
        let next = rhythm.next_after(fire.at);
        // Only the latest may still be served; whoever was down for three hours does not want three backups.
        let latest = next.is_none_or(|next| next.at > now);
        let serve = latest && fire.at + GRACE > now;
        if !serve {
            missed.push(fire);
        }
        if latest {
            record_missed(tx, due, &missed, now).await?;
            if serve {
                start(ledger, tx, due, fire, now).await?;
            }
            return Ok(then(next.map(|next| next.at), now));
        }
        let Some(next) = next else { break };
        fire = next;
    }
    record_missed(tx, due, &missed, now).await?;
    Ok(Served {
        next: Some(fire.at),
        failures: 0,
        // Behind what has become due meanwhile, or nobody else had a turn until the last of them was recorded.
        retry_at: Some(now),
    })
}

fn then(next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Served {
    Served {
        next,
        failures: 0,
        retry_at: next.is_none().then_some(now + NEVER_RETRY),
    }
}

async fn start(ledger: &Ledger, tx: &mut ScopedTx, due: &Due, fire: Fire, now: DateTime<Utc>) -> Result<()> {
    // A rhythm that was changed may lead past a time that was served: it has had its run (R04).
    let recorded = sqlx::query_scalar!(
        r#"select exists (select from schedule_fires where schedule_id = $1 and fire_at = $2) as "recorded!""#,
        due.id.0,
        fire.at
    )
    .fetch_one(&mut **tx)
    .await?;
    if recorded {
        return Ok(());
    }
    let Some((kind, receipt)) = due
        .kind
        .parse::<OperationType>()
        .ok()
        .and_then(|kind| Some((kind, receipt_of(kind)?)))
    else {
        // A newer release's schedule: it will serve the next one.
        return record(tx, due, fire, FireOutcome::Missed, None, now).await;
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
    match start::fire(ledger, tx, &due.workspace, (due.id, fire.at), &what).await? {
        Fired::Started(run) => record(tx, due, fire, FireOutcome::Started, Some(run), now).await,
        Fired::Merged(run) => record(tx, due, fire, FireOutcome::Merged, Some(run), now).await,
    }
}

/// In one statement: however many they are, the schedule is locked for one round trip.
async fn record_missed(tx: &mut ScopedTx, due: &Due, fires: &[Fire], now: DateTime<Utc>) -> Result<()> {
    let at: Vec<DateTime<Utc>> = fires.iter().map(|fire| fire.at).collect();
    let wall: Vec<NaiveDateTime> = fires.iter().map(|fire| fire.wall).collect();
    sqlx::query!(
        "insert into schedule_fires (schedule_id, fire_at, workspace_id, tenant_id, outcome, recorded_at, wall_time)
        select $1, fire.at, $4, $5, $6, $7, fire.wall from unnest($2::timestamptz[], $3::timestamp[]) as fire (at, wall)
        on conflict (schedule_id, fire_at) do nothing",
        due.id.0,
        &at,
        &wall,
        due.workspace.id.0,
        due.tenant.map(|id| id.0),
        FireOutcome::Missed.as_str(),
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What is recorded stays as it is.
async fn record(
    tx: &mut ScopedTx,
    due: &Due,
    fire: Fire,
    outcome: FireOutcome,
    run: Option<RunId>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into schedule_fires (schedule_id, fire_at, workspace_id, tenant_id, outcome, run_id, recorded_at, wall_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (schedule_id, fire_at) do nothing",
        due.id.0,
        fire.at,
        due.workspace.id.0,
        due.tenant.map(|id| id.0),
        outcome.as_str(),
        run.map(|id| id.0),
        now,
        fire.wall
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// When the next schedule is due, to sleep until then.
pub async fn next_due(ledger: &Ledger) -> Result<Option<DateTime<Utc>>> {
    let mut tx = scope::begin_as_system(ledger).await?;
    Ok(sqlx::query_scalar!(
        "select min(coalesce(greatest(next_fire_at, retry_at), to_timestamp(0))) from schedules where enabled and type = any ($1)",
        &ledger.operations().names()
    )
    .fetch_one(&mut *tx)
    .await?)
}
