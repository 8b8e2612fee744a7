//! One run's page.

use chrono::{DateTime, Utc};
use domain::failure::Failure;
use domain::id::{CorrelationId, RunId, TenantId};
use domain::items::ItemFilter;
use domain::person;
use domain::receipt::ScopeReceipt;
use domain::stamp::Stamp;
use domain::status::RunStatus;
use domain::view::{FiredBy, Joined, Related, RunDetail, RunEvent, RunPoll, RunRow, TenantClock};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::QueryBuilder;

use super::items::{self, Whose};
use super::related::{self, Subject};
use crate::access::permit::{OneRun, Permit};
use crate::hub::row::{COLUMNS, JOINS, StoredRun, is_silent};
use crate::runs::events;
use crate::scope::ScopedTx;
use crate::{Ledger, Result};

/// People who joined that are named; there may be more.
const JOINED_MAX: usize = 50;

/// A run with everything its page shows; of its items those that the filter asks for. `None` if it was removed since the
/// permit was made.
pub async fn find(ledger: &Ledger, access: &Permit<OneRun>, filter: &ItemFilter) -> Result<Option<RunDetail>> {
    let run = access.run();
    let now = ledger.now();
    let mut tx = access.scope().begin(ledger).await?;
    let Some(stamp) = stamp(&mut tx, access, run, now).await? else {
        return Ok(None);
    };
    read(&mut tx, access, run, filter, |_| true, stamp, now).await
}

/// The same for a page that has it and stays open: nothing but the time while it is as the page has `seen` it. What is around the
/// run is asked for once it has ended: until then the page knows it, and a page that polls every second need not have neighbours
/// and medians looked up each time.
pub async fn again(
    ledger: &Ledger,
    access: &Permit<OneRun>,
    filter: &ItemFilter,
    seen: Option<Stamp>,
) -> Result<Option<RunPoll>> {
    let run = access.run();
    let now = ledger.now();
    let mut tx = access.scope().begin(ledger).await?;
    let Some(stamp) = stamp(&mut tx, access, run, now).await? else {
        return Ok(None);
    };
    if seen == Some(stamp) {
        return Ok(Some(RunPoll { detail: None, now }));
    }
    let ended = |run: &RunRow| !run.status.is_active();
    let found = read(&mut tx, access, run, filter, ended, stamp, now).await?;
    Ok(found.map(|detail| RunPoll {
        detail: Some(Box::new(detail)),
        now,
    }))
}

/// Which versions of its rows a run is made of. Its items are not looked at: whoever writes some says how far the run is.
///
/// Asked before everything else, so that what changes meanwhile is said twice rather than never.
async fn stamp(tx: &mut ScopedTx, access: &Permit<OneRun>, run: RunId, now: DateTime<Utc>) -> Result<Option<Stamp>> {
    let row = sqlx::query!(
        r#"select r.xmin::text as "run!", l.xmin::text as "live?", l.heartbeat_at as "heartbeat_at?", l.lease_seconds as "lease_seconds?",
            (select count(*) from operation_run_events e where e.run_id = r.id and e.workspace_id = r.workspace_id) as "events!",
            (select count(*) from operation_run_followers f where f.run_id = r.id and f.workspace_id = r.workspace_id) as "joined!"
        from operation_runs r left join operation_run_live l on l.run_id = r.id
        where r.id = $1 and r.workspace_id = $2 and scope_sees_tenant(r.tenant_id)"#,
        run.0,
        access.workspace.id.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| {
        // A worker that falls silent changes nothing but how its run looks.
        let silent = row
            .heartbeat_at
            .is_some_and(|beat| is_silent(beat, row.lease_seconds, now));
        Stamp::of(&(row.run, row.live, row.events, row.joined, silent))
    }))
}

async fn read(
    tx: &mut ScopedTx,
    access: &Permit<OneRun>,
    run: RunId,
    filter: &ItemFilter,
    with_related: impl Fn(&RunRow) -> bool,
    stamp: Stamp,
    now: DateTime<Utc>,
) -> Result<Option<RunDetail>> {
    let mut sql = QueryBuilder::new(format!("select {COLUMNS} from operation_runs r {JOINS} where r.id = "));
    sql.push_bind(run.0)
        .push(" and r.workspace_id = ")
        .push_bind(access.workspace.id.0)
        .push(" and scope_sees_tenant(r.tenant_id)");
    let Some(stored) = sql.build_query_as::<StoredRun>().fetch_optional(&mut **tx).await? else {
        return Ok(None);
    };
    let row = stored.into_row(now)?;
    let more = sqlx::query!(
        r#"select r.tenant_id, r.inputs, r.scope_receipt, r.failures, r.identity, r.correlation_id, r.attempt, r.handed_back, r.max_attempts, r.epoch,
            r.admitted_at, r.retention_hold, r.fire_at, s.name as "schedule?", t.time_zone as "time_zone?",
            l.heartbeat_at as "heartbeat_at?", l.wait_reason
        from operation_runs r left join tenants t on t.id = r.tenant_id left join schedules s on s.id = r.schedule_id
            left join operation_run_live l on l.run_id = r.id and r.status = 'running'
        where r.id = $1 and r.workspace_id = $2 and scope_sees_tenant(r.tenant_id)"#,
        run.0,
        access.workspace.id.0
    )
    .fetch_one(&mut **tx)
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
        kind: &row.operation,
        identity: &more.identity,
        created_at: row.created_at,
    };
    let mut joined = joined(tx, access, run).await?;
    let joined_more = joined.len() > JOINED_MAX;
    joined.truncate(JOINED_MAX);
    let number = |stored: i32| u32::try_from(stored).unwrap_or(0);
    Ok(Some(RunDetail {
        workspace: access.workspace.clone(),
        tenant_clock: more.time_zone.and_then(|zone| tenant_clock(zone, &row, more.fire_at)),
        inputs: more.inputs,
        receipt: more.scope_receipt.map(ScopeReceipt::read),
        failures: Failure::read_all(more.failures),
        correlation_id: CorrelationId(more.correlation_id),
        attempt: number(more.attempt),
        handed_back: number(more.handed_back),
        max_attempts: number(more.max_attempts),
        epoch: number(more.epoch),
        admitted_at: more.admitted_at,
        heartbeat_at: more.heartbeat_at,
        wait_reason: more.wait_reason,
        fired_by: (more.schedule)
            .zip(more.fire_at)
            .map(|(schedule, fire_at)| FiredBy { schedule, fire_at }),
        kept: more.retention_hold,
        events: timeline(tx, access, run).await?,
        joined,
        joined_more,
        items: items::page_in(tx, access, filter).await?,
        numbers: items::numbers(tx, whose).await?,
        related: if with_related(&row) {
            related::related(tx, &subject).await?
        } else {
            Related::default()
        },
        run: row,
        stamp,
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

async fn timeline(tx: &mut ScopedTx, access: &Permit<OneRun>, run: RunId) -> Result<Vec<RunEvent>> {
    let rows = sqlx::query!(
        "select e.at, e.kind, e.detail, e.actor_id, a.name as \"name?\" from operation_run_events e left join actors a on a.id = e.actor_id
        where e.run_id = $1 and e.workspace_id = $2 order by e.seq",
        run.0,
        access.workspace.id.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| RunEvent {
            at: row.at,
            detail: if row.actor_id.is_some() {
                events::by(&row.kind, row.name)
            } else {
                row.detail
            },
            kind: row.kind,
        })
        .collect())
}

/// One more than are named.
async fn joined(tx: &mut ScopedTx, access: &Permit<OneRun>, run: RunId) -> Result<Vec<Joined>> {
    let rows = sqlx::query!(
        "select a.name as \"name?\", f.joined_at from operation_run_followers f left join actors a on a.id = f.user_id
        where f.run_id = $1 and f.workspace_id = $2 order by f.joined_at, f.user_id limit $3",
        run.0,
        access.workspace.id.0,
        i64::try_from(JOINED_MAX + 1).unwrap_or(i64::MAX)
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Joined {
            name: person::shown(row.name),
            at: row.joined_at,
        })
        .collect())
}
