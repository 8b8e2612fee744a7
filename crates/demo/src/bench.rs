//! Made-up runs by the million, to measure with: `tenantatlas bench seed`.
//!
//! Skewed as real customers are: a twentieth of the tenants own half of the runs, nine runs of ten succeed, some types are rare,
//! and what is active began in the last hours. The same for everybody but for ids, from a fixed seed.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use ledger::clock::Clock;
use ledger::password::{self, Password};
use ledger::{Result, migrate};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::PASSWORD;

/// Who looks at the largest workspace, all tenants, every key. The password is the demo's.
pub const OWNER: &str = "owner@bench.example";
/// Who is entitled to one of its smaller tenants only.
pub const ENTITLED: &str = "entitled@bench.example";

/// How far back the runs go.
const DAYS: i32 = 90;
/// Runs of one statement.
const CHUNK: u32 = 500_000;
/// From here on the indexes are made after the rows, which is several times as fast.
const MANY: u32 = 1_000_000;

/// How much to make up.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Runs.
    pub runs: u32,
    /// Tenants; a tenth as many workspaces.
    pub tenants: u32,
}

/// Fills an empty, migrated database. Answers whether it did: one that holds workspaces is left alone. `told` hears how many
/// runs there are, now and then.
pub async fn seed(owner_url: &str, clock: &Arc<dyn Clock>, size: Size, told: impl Fn(u32)) -> Result<bool> {
    let pool = PgPoolOptions::new().max_connections(1).connect(owner_url).await?;
    let mut connection = pool.acquire().await?;
    let there: bool = sqlx::query_scalar("select exists (select from workspaces)")
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        let now = clock.now();
        connection
            .execute(AssertSqlSafe(format!(
                "select ensure_item_partitions('{}', '{now}'); select setseed(0.61)",
                now - TimeDelta::days(DAYS.into())
            )))
            .await?;
        places(&mut connection, size, now).await?;
        people(&mut connection, now).await?;
        let indexes = if size.runs >= MANY {
            drop_indexes(&mut connection).await?
        } else {
            Vec::new()
        };
        // One sum at the end costs a minute; counting each of millions of rows as it comes costs several.
        connection
            .execute("alter table operation_runs disable trigger operation_runs_tally_added")
            .await?;
        for first in (0..size.runs).step_by(CHUNK as usize) {
            let last = size.runs.min(first + CHUNK);
            runs(&mut connection, last - first, now).await?;
            told(last);
        }
        connection
            .execute("alter table operation_runs enable trigger operation_runs_tally_added; select count_run_tallies()")
            .await?;
        for index in indexes {
            connection.execute(AssertSqlSafe(index)).await?;
        }
        around_runs(&mut connection).await?;
        connection.execute("analyze").await?;
        settle(&mut connection).await?;
    }
    connection.close().await?;
    pool.close().await;
    Ok(!there)
}

/// Vacuums until the visibility map knows the rows, as it does of a table that was not made a moment ago: somebody who looks at
/// the database meanwhile (autovacuum does) keeps rows from it.
async fn settle(connection: &mut PgConnection) -> Result<()> {
    for _ in 0..60 {
        connection.execute("vacuum (analyze) operation_runs").await?;
        let known: bool = sqlx::query_scalar(
            "select relallvisible >= relpages * 0.99 from pg_class where oid = 'operation_runs'::regclass",
        )
        .fetch_one(&mut *connection)
        .await?;
        if known {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}

/// Makes sure that the database is migrated, then [`seed`]s it.
pub async fn prepare(owner_url: &str, clock: &Arc<dyn Clock>, size: Size, told: impl Fn(u32)) -> Result<bool> {
    migrate::run(owner_url, clock).await?;
    seed(owner_url, clock, size, told).await
}

async fn places(connection: &mut PgConnection, size: Size, now: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "insert into workspaces (id, slug, name, created_at)
        select gen_random_uuid(), 'bench-' || n, 'Workspace ' || n, $2 from generate_series(0, greatest($1 / 10, 1) - 1) n",
    )
    .bind(i32::try_from(size.tenants).unwrap_or(i32::MAX))
    .bind(now)
    .execute(&mut *connection)
    .await?;
    // Tenants of the largest twentieth are spread over the workspaces, the first of them has a double share.
    sqlx::query(
        "create temporary table bench_tenants as
        select n, gen_random_uuid() as id, w.id as workspace_id, 'Tenant ' || n as name, gen_random_uuid() as entra
        from generate_series(0, $1 - 1) n
        join (select id, substr(slug, 7)::integer as at, count(*) over () as workspaces from workspaces) w
            on w.at = case when n < $1 / 100 then 0 else n % w.workspaces end",
    )
    .bind(i32::try_from(size.tenants).unwrap_or(i32::MAX))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into tenants (id, workspace_id, entra_tenant_id, name, domain, created_at)
        select id, workspace_id, entra, name, 'tenant' || n || '.example', $1 from bench_tenants",
    )
    .bind(now)
    .execute(&mut *connection)
    .await?;
    connection
        .execute("create unique index on bench_tenants (n); analyze bench_tenants")
        .await?;
    Ok(())
}

async fn people(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    let hash = password::hash(Password::new(PASSWORD)).await?;
    sqlx::query(
        "insert into users (id, email, name, password_hash, created_at)
        select gen_random_uuid(), email, initcap(split_part(email, '@', 1)) || ' Bench', $1, $2
        from unnest(array[$3, $4] || array(select 'operator' || n || '@bench.example' from generate_series(1, 40) n)) email",
    )
    .bind(&hash)
    .bind(now)
    .bind(OWNER)
    .bind(ENTITLED)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into members (workspace_id, user_id, role, all_tenants, created_at)
        select w.id, u.id, case when u.email = $1 then 'owner' else 'operator' end, u.email <> $2, $3
        from workspaces w, users u where w.slug = 'bench-0'",
    )
    .bind(OWNER)
    .bind(ENTITLED)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into member_tenants (workspace_id, user_id, tenant_id)
        select t.workspace_id, u.id, t.id from users u,
            (select t.* from bench_tenants t join workspaces w on w.id = t.workspace_id where w.slug = 'bench-0' order by t.n desc limit 1) t
        where u.email = $1",
    )
    .bind(ENTITLED)
    .execute(&mut *connection)
    .await?;
    connection
        .execute("create temporary table bench_people as select row_number() over (order by email) - 1 as n, id, name from users")
        .await?;
    Ok(())
}

/// Everything but the primary key; answers how to make them again.
async fn drop_indexes(connection: &mut PgConnection) -> Result<Vec<String>> {
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "select indexname::text, indexdef from pg_indexes
        where schemaname = 'public' and tablename = 'operation_runs' and indexname <> 'operation_runs_pkey'",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (name, _) in &indexes {
        connection.execute(AssertSqlSafe(format!("drop index {name}"))).await?;
    }
    Ok(indexes.into_iter().map(|(_, definition)| definition).collect())
}

async fn runs(connection: &mut PgConnection, runs: u32, now: DateTime<Utc>) -> Result<()> {
    sqlx::query(RUNS)
        .bind(i32::try_from(runs).unwrap_or(i32::MAX))
        .bind(now)
        .bind(DAYS)
        .execute(connection)
        .await?;
    Ok(())
}

/// One row of dice each, from which everything else of a run follows.
const RUNS: &str = "
    with dice as materialized (
        select random() as age, random() as big, random() as tenant, random() as kind, random() as outcome, random() as person,
            random() as work, random() as origin
        from generate_series(1, $1)
    ), drawn as (
        select d.*, $2::timestamptz - d.age * make_interval(days => $3) as created_at,
            case when d.kind < 0.30 then 'inventory.sync' when d.kind < 0.42 then 'policy.sync'
                when d.kind < 0.55 then 'directory.groups.sync' when d.kind < 0.65 then 'drift.generate'
                when d.kind < 0.85 then 'backup_schedule.scheduled' when d.kind < 0.95 then 'backup_schedule.retention'
                when d.kind < 0.97 then 'policy.capture_snapshot' when d.kind < 0.99 then 'provider.check'
                when d.kind < 0.995 then 'restore.preview' when d.kind < 0.9999 then 'backup_set.export'
                else 'restore.execute' end as type,
            case when d.outcome < 0.900 then 'succeeded' when d.outcome < 0.960 then 'partially_succeeded'
                when d.outcome < 0.995 then 'failed' else 'blocked' end as outcome_drawn,
            (select count(*) from bench_tenants) as tenants
        from dice d
    ), placed as (
        select d.*, t.id as tenant_id, t.workspace_id, t.name as target, t.entra, p.id as person_id, p.name as person_name,
            -- Of the last two hours, some are not done.
            case when d.age * $3 * 24 > 2 or d.work < 0.5 then 'completed' when d.work < 0.75 then 'running' else 'queued' end as status
        from drawn d
        join bench_tenants t
            on t.n = floor(case when d.big < 0.5 then d.tenant * d.tenants * 0.05 else d.tenant * d.tenants end)::integer
        left join bench_people p
            on p.n = floor(d.person * 42)::integer and d.type not in ('backup_schedule.scheduled', 'backup_schedule.retention') and d.origin < 0.9
    )
    insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, origin, identity, identity_exclusive, inputs, target,
        target_scope, counts, failures, reason_code, priority, admitted_at, attempt, epoch, initiator_id, initiator_name, correlation_id,
        demo, created_at, started_at, completed_at, resolution_key)
    select
        (lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
            || '8' || substr(md5(random()::text), 1, 15))::uuid,
        workspace_id, tenant_id, type, status, case when status = 'completed' then outcome_drawn else 'pending' end,
        case when person_id is not null then 'manual' when origin > 0.9999 then 'import' when origin > 0.999 then 'api' else 'schedule' end,
        decode(md5(tenant_id::text || type) || md5(type), 'hex'), false, '{}', target, 'entra:' || entra,
        case when status = 'completed' and outcome_drawn <> 'blocked'
            then jsonb_build_object('total', 40, 'processed', 40, 'succeeded', 40 - n.failed, 'failed', n.failed) else '{}' end,
        case when status = 'completed' and outcome_drawn <> 'succeeded'
            then '[{\"code\": \"graph.throttled\", \"message\": \"Microsoft Graph asked us to slow down and went on asking.\", \"count\": 1}]'::jsonb
            else '[]' end,
        case when status = 'completed' and outcome_drawn <> 'succeeded' then 'graph.throttled' end,
        2, case when status <> 'queued' then created_at end, (status <> 'queued')::integer, (status <> 'queued')::integer,
        person_id, coalesce(person_name, 'Schedule'), gen_random_uuid(), true, created_at,
        case when status <> 'queued' and outcome_drawn <> 'blocked' or status = 'running' then created_at + interval '300 ms' end,
        case when status = 'completed' then created_at + interval '1 s' + work * interval '2 minutes' end,
        -- As the identity: by tenant and type. What it is made of does not matter here.
        decode(md5(tenant_id::text || type) || md5(type), 'hex')
    from placed, lateral (select case outcome_drawn when 'partially_succeeded' then 3 when 'failed' then 40 else 0 end as failed) n";

/// Live rows of what is active, and the events and items of the newest runs of the largest workspace.
async fn around_runs(connection: &mut PgConnection) -> Result<()> {
    connection
        .execute(
            "insert into operation_run_live (run_id, workspace_id, tenant_id, worker, heartbeat_at, counts)
            select id, workspace_id, tenant_id, 'bench', created_at, '{\"total\": 40, \"processed\": 12, \"succeeded\": 12}'
            from operation_runs where status in ('queued', 'running')",
        )
        .await?;
    connection
        .execute(
            "create temporary table bench_newest as
            select r.* from operation_runs r join workspaces w on w.id = r.workspace_id
            where w.slug = 'bench-0' and r.status = 'completed' order by r.created_at desc limit 500",
        )
        .await?;
    connection
        .execute(
            "insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail)
            select r.id, e.seq, r.workspace_id, r.tenant_id, e.at, e.kind, ''
            from bench_newest r, lateral (values (1, 'queued', r.created_at), (2, 'started', r.started_at), (3, 'completed', r.completed_at)) e (seq, kind, at)
            where e.at is not null",
        )
        .await?;
    connection
        .execute(
            "insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome, reason_code)
            select r.id, 'policy', 'item-' || lpad(n::text, 6, '0'), r.workspace_id, r.tenant_id, 'Policy ' || n,
                case when r.outcome <> 'succeeded' and n <= 3 then 'failed' else 'succeeded' end,
                case when r.outcome <> 'succeeded' and n <= 3 then 'graph.throttled' end
            from bench_newest r, generate_series(1, 40) n",
        )
        .await?;
    Ok(())
}
