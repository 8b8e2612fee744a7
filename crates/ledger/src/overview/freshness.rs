//! The freshness board: how old the last good run of each tenant and operation is, against its expected rhythm.
//!
//! A cell is one look at the first entry of `operation_runs_good_idx`, whatever the number of runs: a thousand tenants with
//! seven operations are seven thousand looks.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::freshness::DataFreshness;
use domain::id::RunId;
use domain::operation::OperationType;
use domain::overview::{FreshnessBoard, FreshnessCell, FreshnessRow};
use domain::view::TenantRef;
use uuid::Uuid;

use crate::Result;
use crate::access::Access;
use crate::schedules::cron::CronSchedule;
use crate::scope::ScopedTx;

/// So many tenants are shown, those that need attention first.
pub const ROWS: usize = 100;

/// The last good run: its id, when it began and when it ended.
#[derive(Clone, Copy)]
struct Good {
    run: RunId,
    created_at: DateTime<Utc>,
    completed_at: DateTime<Utc>,
}

/// By tenant and operation.
type PerOperation<T> = HashMap<(Uuid, OperationType), T>;

/// The board of the tenants, for the operations that have a rhythm and that the role may see.
pub(super) async fn board(
    tx: &mut ScopedTx,
    access: &Access,
    tenants: &[TenantRef],
    now: DateTime<Utc>,
) -> Result<FreshnessBoard> {
    let kinds: Vec<OperationType> = access
        .role
        .viewable()
        .filter(|kind| kind.expected_every().is_some())
        .collect();
    let good = last_good(tx, access, tenants, &kinds).await?;
    let rhythms = rhythms(tx, access).await?;
    let kinds: Vec<OperationType> = kinds
        .into_iter()
        .filter(|kind| kind.is_offered() || good.keys().any(|(_, of)| of == kind))
        .collect();
    let mut rows: Vec<FreshnessRow> = tenants
        .iter()
        .map(|tenant| FreshnessRow {
            tenant: tenant.clone(),
            cells: kinds
                .iter()
                .map(|kind| {
                    let of = (tenant.id.0, *kind);
                    let schedules = rhythms.get(&of).map_or(&[][..], Vec::as_slice);
                    cell(*kind, good.get(&of), schedules, now)
                })
                .collect(),
        })
        .collect();
    // Sorting is stable, so tenants of equal freshness stay in the order of their names.
    rows.sort_by_key(|row| std::cmp::Reverse(attention(row)));
    rows.truncate(ROWS);
    Ok(FreshnessBoard {
        operations: kinds.iter().map(ToString::to_string).collect(),
        rows,
        tenants: u32::try_from(tenants.len()).unwrap_or(u32::MAX),
    })
}

/// How much of a row needs attention: what is overdue, then what is due. What was never done may not be wanted.
fn attention(row: &FreshnessRow) -> (usize, usize) {
    let of = |freshness| row.cells.iter().filter(|cell| cell.freshness == freshness).count();
    (of(DataFreshness::Overdue), of(DataFreshness::Due))
}

fn cell(kind: OperationType, good: Option<&Good>, schedules: &[CronSchedule], now: DateTime<Utc>) -> FreshnessCell {
    let freshness = good.map_or(DataFreshness::Never, |good| freshness(kind, good, schedules, now));
    FreshnessCell {
        freshness,
        last: good.map(|good| (good.run, good.completed_at)),
        scheduled: !schedules.is_empty(),
    }
}

/// By the schedules, the one that is furthest behind; without one by the type's default. Counted from the run's beginning: a run
/// serves the fire time at which it began, however long it took.
fn freshness(kind: OperationType, good: &Good, schedules: &[CronSchedule], now: DateTime<Utc>) -> DataFreshness {
    let by_schedule = schedules.iter().map(|rhythm| {
        let next = |at| rhythm.next_after(at).map(|fire| fire.at);
        let expected = next(good.created_at);
        DataFreshness::of(expected, expected.and_then(next), now)
    });
    by_schedule.max().unwrap_or_else(|| {
        let every = kind.expected_every();
        let expected = every.map(|every| good.created_at + every);
        DataFreshness::of(expected, expected.zip(every).map(|(at, every)| at + every), now)
    })
}

async fn last_good(
    tx: &mut ScopedTx,
    access: &Access,
    tenants: &[TenantRef],
    kinds: &[OperationType],
) -> Result<PerOperation<Good>> {
    let ids: Vec<Uuid> = tenants.iter().map(|tenant| tenant.id.0).collect();
    let types: Vec<String> = kinds.iter().map(ToString::to_string).collect();
    let rows = sqlx::query!(
        r#"select t.id as "tenant!", k.type as "kind!", g.id, g.created_at, g.completed_at as "completed_at!"
        from unnest($2::uuid[]) t (id) cross join unnest($3::text[]) k (type)
        cross join lateral (
            select r.id, r.created_at, r.completed_at from operation_runs r
            where r.workspace_id = $1 and ((select scope_sees_every_tenant()) or scope_sees_tenant(r.tenant_id)) and r.tenant_id = t.id and r.type = k.type
                and r.outcome = 'succeeded'
            order by r.created_at desc limit 1) g"#,
        access.workspace.id.0,
        &ids,
        &types
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = row
                .kind
                .parse()
                .map_err(|_| crate::Error::Stored(format!("type {}", row.kind)))?;
            let good = Good {
                run: RunId(row.id),
                created_at: row.created_at,
                completed_at: row.completed_at,
            };
            Ok(((row.tenant, kind), good))
        })
        .collect()
}

/// The rhythms of the schedules that are switched on. One that cannot be run or names no day is left out, so that it makes nothing
/// look fresh; the scheduler logs it.
async fn rhythms(tx: &mut ScopedTx, access: &Access) -> Result<PerOperation<Vec<CronSchedule>>> {
    let rows = sqlx::query!(
        r#"select tenant_id as "tenant!", type as kind, cron, time_zone from schedules
        where workspace_id = $1 and enabled and tenant_id is not null and ((select scope_sees_every_tenant()) or scope_sees_tenant(tenant_id))"#,
        access.workspace.id.0
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut rhythms: PerOperation<Vec<CronSchedule>> = HashMap::new();
    for row in rows {
        if let (Ok(kind), Ok(rhythm)) = (row.kind.parse(), CronSchedule::parse_new(&row.cron, &row.time_zone)) {
            rhythms.entry((row.tenant, kind)).or_default().push(rhythm);
        }
    }
    Ok(rhythms)
}
