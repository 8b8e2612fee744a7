//! One run's page.

use chrono::{DateTime, Utc};
use domain::id::{CorrelationId, RunId, TenantId};
use domain::items::ItemFilter;
use domain::status::RunStatus;
use domain::view::{FiredBy, Joined, Related, RunDetail, RunEvent, RunRow, TenantClock};
use riverqueue::jiff::Timestamp;
use riverqueue::jiff::tz::TimeZone;
use sqlx::QueryBuilder;

use super::items::{self, Whose};
use super::related::{self, Subject};
use super::row::{COLUMNS, JOINS, StoredRun};
use crate::access::Access;
use crate::scope::ScopedTx;
use crate::{Ledger, Result};

/// People who joined that are named; there may be more.
const JOINED_MAX: usize = 50;

/// A run with everything its page shows; of its items those that the filter asks for. `None` if it was removed since `access`
/// was established.
pub async fn find(ledger: &Ledger, access: &Access, run: RunId, filter: &ItemFilter) -> Result<Option<RunDetail>> {
    read(ledger, access, run, filter, |_| true).await
}

/// The same for a page that has it and stays open. What is around the run is asked for once it has ended: until then the page
/// knows it, and a page that polls every second need not have neighbours and medians looked up each time.
pub async fn again(ledger: &Ledger, access: &Access, run: RunId, filter: &ItemFilter) -> Result<Option<RunDetail>> {
    read(ledger, access, run, filter, |run| !run.status.is_active()).await
}

async fn read(
    ledger: &Ledger,
    access: &Access,
    run: RunId,
    filter: &ItemFilter,
    with_related: impl Fn(&RunRow) -> bool,
) -> Result<Option<RunDetail>> {
    let now = ledger.now();
    let mut tx = access.scope().begin(ledger).await?;
    let mut sql = QueryBuilder::new(format!("select {COLUMNS} from operation_runs r {JOINS} where r.id = "));
    sql.push_bind(run.0)
        .push(" and r.workspace_id = ")
        .push_bind(access.workspace.id.0)
        .push(" and scope_sees_tenant(r.tenant_id)");
    let Some(stored) = sql.build_query_as::<StoredRun>().fetch_optional(&mut *tx).await? else {
        return Ok(None);
    };
    let row = stored.into_row(now)?;
    let more = sqlx::query!(
        r#"select r.tenant_id, r.inputs, r.scope_receipt, r.failures, r.identity, r.correlation_id, r.attempt, r.max_attempts, r.epoch,
            r.admitted_at, r.retention_hold, r.fire_at, s.name as "schedule?", t.time_zone as "time_zone?",
            l.heartbeat_at as "heartbeat_at?", l.wait_reason
        from operation_runs r left join tenants t on t.id = r.tenant_id left join schedules s on s.id = r.schedule_id
            left join operation_run_live l on l.run_id = r.id and r.status = 'running'
        where r.id = $1 and r.workspace_id = $2 and scope_sees_tenant(r.tenant_id)"#,
        run.0,
        access.workspace.id.0
    )
    .fetch_one(&mut *tx)
    .await?;
    let tenant = more.tenant_id.map(TenantId);
    let whose = Whose {
        run,
        workspace: access.workspace.id.0,
        tenant,
        ended: (row.status == RunStatus::Completed).then_some(row.counts),
    };
    let subject = Subject {
        run,
        workspace: access.workspace.id.0,
        tenant,
        kind: &row.kind,
        identity: &more.identity,
        created_at: row.created_at,
    };
    let mut joined = joined(&mut tx, access, run).await?;
    let joined_more = joined.len() > JOINED_MAX;
    joined.truncate(JOINED_MAX);
    let number = |stored: i32| u32::try_from(stored).unwrap_or(0);
    Ok(Some(RunDetail {
        workspace: access.workspace.clone(),
        tenant_clock: more.time_zone.and_then(|zone| tenant_clock(zone, &row, more.fire_at)),
        inputs: more.inputs,
        receipt: more.scope_receipt.map(serde_json::from_value).transpose()?,
        failures: serde_json::from_value(more.failures)?,
        correlation_id: CorrelationId(more.correlation_id),
        attempt: number(more.attempt),
        max_attempts: number(more.max_attempts),
        epoch: number(more.epoch),
        admitted_at: more.admitted_at,
        heartbeat_at: more.heartbeat_at,
        wait_reason: more.wait_reason,
        fired_by: (more.schedule)
            .zip(more.fire_at)
            .map(|(schedule, fire_at)| FiredBy { schedule, fire_at }),
        kept: more.retention_hold,
        events: events(&mut tx, access, run).await?,
        joined,
        joined_more,
        items: items::page_in(&mut tx, access, run, filter).await?,
        numbers: items::numbers(&mut tx, whose).await?,
        related: if with_related(&row) {
            related::related(&mut tx, &subject).await?
        } else {
            Related::default()
        },
        run: row,
        now,
    }))
}

/// The offsets of the tenant's zone; `None` for a zone that is not known here.
fn tenant_clock(zone: String, run: &RunRow, fire_at: Option<DateTime<Utc>>) -> Option<TenantClock> {
    let known = TimeZone::get(&zone).ok()?;
    let offset = |at: DateTime<Utc>| {
        let moment = Timestamp::from_microsecond(at.timestamp_micros()).ok()?;
        Some(known.to_offset(moment).seconds() / 60)
    };
    Some(TenantClock {
        created: offset(run.created_at)?,
        started: run.started_at.and_then(offset),
        completed: run.completed_at.and_then(offset),
        fired: fire_at.and_then(offset),
        zone,
    })
}

async fn events(tx: &mut ScopedTx, access: &Access, run: RunId) -> Result<Vec<RunEvent>> {
    let rows = sqlx::query!(
        "select at, kind, detail from operation_run_events where run_id = $1 and workspace_id = $2 order by seq",
        run.0,
        access.workspace.id.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| RunEvent {
            at: row.at,
            kind: row.kind,
            detail: row.detail,
        })
        .collect())
}

/// One more than are named.
async fn joined(tx: &mut ScopedTx, access: &Access, run: RunId) -> Result<Vec<Joined>> {
    let rows = sqlx::query!(
        "select name, joined_at from operation_run_followers where run_id = $1 and workspace_id = $2 order by joined_at, user_id limit 51",
        run.0,
        access.workspace.id.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Joined {
            name: row.name,
            at: row.joined_at,
        })
        .collect())
}
