//! Schedules as the pages show them.

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId};
use domain::operation::OperationType;
use domain::status::FireOutcome;
use domain::view::{FireRow, NextFire, ScheduleRow};

use super::cron::CronSchedule;
use crate::Result;
use crate::access::permit::{self, Key};
use crate::scope::ScopedTx;

/// Fires shown with a schedule.
const FIRES_SHOWN: i64 = 7;

struct Row {
    enabled: bool,
    cron: String,
    time_zone: String,
    next_fire_at: Option<DateTime<Utc>>,
    failures: i32,
    retry_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

/// Why there is no next time is told by what runs the schedule, not guessed: "never" has four causes.
fn next_of(row: &Row) -> NextFire {
    if !row.enabled {
        return NextFire::SwitchedOff;
    }
    let rhythm = match CronSchedule::parse(&row.cron, &row.time_zone) {
        Ok(rhythm) => rhythm,
        Err(cause) => return NextFire::Unrunnable(cause.to_string()),
    };
    match (row.next_fire_at, row.retry_at) {
        (Some(_), Some(at)) if row.failures > 0 => NextFire::PutOff {
            failures: row.failures.unsigned_abs(),
            at,
        },
        (Some(at), _) => NextFire::At(at),
        (None, retry) if retry.is_some() || rhythm.next_after(row.created_at).is_none() => NextFire::NoSuchDay,
        (None, _) => NextFire::Unplanned,
    }
}

/// The schedules of a tenant that start runs of a type, with their latest fires: missed ones are seen here. `K` is the type's key.
pub async fn of_tenant<K: Key>(
    tx: &mut ScopedTx<K>,
    tenant: TenantId,
    kind: OperationType,
) -> Result<Vec<ScheduleRow>> {
    permit::guards::<K>(kind)?;
    let schedules = sqlx::query!(
        "select id, name, cron, time_zone, next_fire_at, enabled, failures, retry_at, created_at from schedules
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
            r#"select f.fire_at, f.wall_time, f.outcome, r.id as "run_id?" from schedule_fires f left join operation_runs r on r.id = f.run_id
            where f.schedule_id = $1 order by f.fire_at desc limit $2"#,
            schedule.id,
            FIRES_SHOWN
        )
        .fetch_all(&mut **tx)
        .await?;
        let zone = CronSchedule::parse("@hourly", &schedule.time_zone).ok();
        let fires = fires
            .into_iter()
            .map(|fire| {
                let shown = zone.as_ref().and_then(|zone| zone.wall_at(fire.fire_at));
                FireRow {
                    at: fire.fire_at,
                    outcome: FireOutcome::read(&fire.outcome),
                    run: fire.run_id.map(RunId),
                    // The clock shows a later time than was meant: it was put forward over it.
                    skipped: fire.wall_time.filter(|wall| shown.is_some_and(|shown| shown > *wall)),
                }
            })
            .collect();
        let row = Row {
            enabled: schedule.enabled,
            cron: schedule.cron,
            time_zone: schedule.time_zone,
            next_fire_at: schedule.next_fire_at,
            failures: schedule.failures,
            retry_at: schedule.retry_at,
            created_at: schedule.created_at,
        };
        rows.push(ScheduleRow {
            name: schedule.name,
            next: next_of(&row),
            cron: row.cron,
            time_zone: row.time_zone,
            fires,
        });
    }
    Ok(rows)
}
