//! Resolution keys of runs that were written without one: by the release before, and before there were any.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::id::{RunId, ScheduleId, TenantId, WorkspaceId};
use domain::identity::Owner;
use domain::resolution::ResolutionKey;
use sqlx::PgPool;
use uuid::Uuid;

use crate::Result;
use crate::clock::Clock;

/// Runs of one transaction, which keeps their writers out until it has ended. At ten million runs, beside a build on both cores, the
/// slowest transaction of a thousand took 2.3 s; no writer may wait for more than a second.
const BATCH: i64 = 200;
/// What of the newest is looked at again the next time: runs appear in the order of their ids only roughly.
const AGAIN: TimeDelta = TimeDelta::days(1);

/// Gives every run that has none its key, from where the last time stopped; answers how many. For the owner, who sees all
/// workspaces. Can be interrupted at any point, and blocks nobody: runs that somebody else has locked are waited for one at a time,
/// holding nothing meanwhile.
pub(crate) async fn backfill(pool: &PgPool, clock: &Arc<dyn Clock>) -> Result<u64> {
    let mut place = sqlx::query_scalar!("select place from backfills where name = 'resolution_key'")
        .fetch_optional(pool)
        .await?
        .unwrap_or_default();
    let mut filled = 0;
    loop {
        let found = sqlx::query!(
            r#"select id, workspace_id, tenant_id, type as kind, inputs, schedule_id, resolution_key is null as "lacks!"
            from operation_runs where id > $1 order by id limit $2"#,
            place,
            BATCH
        )
        .fetch_all(pool)
        .await?;
        let Some(last) = found.last() else { break };
        place = last.id;
        let (mut ids, mut keys) = (Vec::new(), Vec::new());
        for run in found.iter().filter(|run| run.lacks) {
            let owner = (run.tenant_id).map_or(Owner::Workspace(WorkspaceId(run.workspace_id)), |id| {
                Owner::Tenant(TenantId(id))
            });
            let schedule = run.schedule_id.map(ScheduleId);
            let key = ResolutionKey::new(owner, &run.kind, &run.inputs, schedule, RunId(run.id));
            ids.push(run.id);
            keys.push(key.0.to_vec());
        }
        filled += fill(pool, ids, keys).await?;
        remember(pool, place, clock).await?;
    }
    Ok(filled)
}

async fn fill(pool: &PgPool, ids: Vec<Uuid>, keys: Vec<Vec<u8>>) -> Result<u64> {
    if ids.is_empty() {
        return Ok(0);
    }
    // Whoever ends one run goes on to the next: waiting for a run while holding others would be waiting in a circle.
    let free = sqlx::query_scalar!(
        r#"with free as (
            select id from operation_runs where id = any ($1) and resolution_key is null for update skip locked)
        update operation_runs r set resolution_key = key.value
        from free, unnest($2::uuid[], $3::bytea[]) as key (id, value)
        where r.id = free.id and key.id = free.id returning r.id"#,
        &ids,
        &ids,
        &keys
    )
    .fetch_all(pool)
    .await?;
    let mut filled = free.len() as u64;
    for (id, key) in ids.into_iter().zip(keys).filter(|(id, _)| !free.contains(id)) {
        let one = sqlx::query!(
            "update operation_runs set resolution_key = $2 where id = $1 and resolution_key is null",
            id,
            key
        );
        filled += one.execute(pool).await?.rows_affected();
    }
    Ok(filled)
}

async fn remember(pool: &PgPool, place: Uuid, clock: &Arc<dyn Clock>) -> Result<()> {
    sqlx::query!(
        "insert into backfills (name, place) values ('resolution_key', least($1, uuid_at($2)))
        on conflict (name) do update set place = excluded.place",
        place,
        clock.now() - AGAIN
    )
    .execute(pool)
    .await?;
    Ok(())
}
