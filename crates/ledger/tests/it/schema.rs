//! The schema over releases (R23): migrated with data in it and writers going on, and columns that are frozen.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::id::{RunId, ScheduleId, TenantId, WorkspaceId};
use domain::identity::Owner;
use domain::names::search_key;
use domain::resolution::ResolutionKey;
use ledger::clock::{Clock, SystemClock};
use ledger::migrate;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool};
use test_support::TestDatabase;
use uuid::Uuid;

use crate::support::World;

/// The newest migration of the release before.
const RELEASED: i64 = 20_261_121_000_062;

/// Rows of every table that a migration touches, as the release before wrote them.
const DATA: &[&str] = &[
    "insert into workspaces (id, slug, name, created_at) select gen_random_uuid(), 'w' || n, 'Workspace ' || n, now() from generate_series(1, 2) n",
    "insert into tenants (id, workspace_id, entra_tenant_id, name, domain, created_at)
    select gen_random_uuid(), w.id, gen_random_uuid(), 'Tenant ' || n, 't.example', now() from workspaces w, generate_series(1, 3) n",
    "insert into users (id, email, name, created_at) select gen_random_uuid(), 'u' || n || '@old.example', 'User ' || n, now() from generate_series(1, 5) n",
    "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, created_at)
    select gen_random_uuid(), workspace_id, id, 'directory.groups.sync', 'Nightly', '15 2 * * *', 'UTC', now() from tenants",
    "select ensure_item_partitions(now() - interval '98 days', now() + interval '28 days')",
    "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, origin, identity, identity_exclusive, inputs, target, target_scope,
        priority, initiator_id, initiator_name, correlation_id, created_at, started_at, admitted_at, completed_at, schedule_id, fire_at)
    select (left(uuid_at(made.at)::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, t.workspace_id, t.id,
        case when n % 3 = 0 then 'directory.groups.sync' else 'inventory.sync' end, case when n % 50 = 0 then 'queued' else 'completed' end,
        case when n % 50 = 0 then 'pending' when n % 7 = 0 then 'failed' else 'succeeded' end, case when n % 3 = 0 then 'schedule' else 'manual' end,
        sha256(n::text::bytea), false, case when n % 3 = 0 then '{}' else jsonb_build_object('types', jsonb_build_array('b', 'a', n % 5)) end,
        t.name, 'entra:' || t.entra_tenant_id, 1, case when n % 3 <> 0 then u.id end, case when n % 3 <> 0 then u.name else 'Schedule' end, gen_random_uuid(), made.at,
        case when n % 50 <> 0 then made.at end, case when n % 50 <> 0 then made.at end, case when n % 50 <> 0 then made.at + interval '1 s' end,
        case when n % 3 = 0 then s.id end, case when n % 3 = 0 then made.at end
    from generate_series(1, 12000) n
    join (select *, row_number() over (order by id) - 1 as at from tenants) t on t.at = n % 6
    join schedules s on s.tenant_id = t.id
    join (select *, row_number() over (order by id) - 1 as at from users) u on u.at = n % 5
    cross join lateral (select now() - n * interval '10 minutes' as at) made",
    "insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome)
    select id, 'policy', 'one', workspace_id, tenant_id, 'A policy', 'succeeded' from operation_runs",
    "insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail)
    select id, 1, workspace_id, tenant_id, created_at, 'queued', 'by ' || initiator_name from operation_runs",
    "insert into audit_entries (id, workspace_id, tenant_id, at, actor_type, actor_id, actor_name, action, resource_type, resource_id, outcome)
    select gen_random_uuid(), workspace_id, tenant_id, created_at, 'human', initiator_id, initiator_name, 'run.queued', 'operation_run', id::text, 'info'
    from operation_runs",
    "insert into inventory_items (tenant_id, policy_type, external_id, workspace_id, name, first_seen_at, last_seen_at, last_seen_run_id)
    select id, 'deviceConfiguration', 'id-' || n, workspace_id, 'Straße  ' || n, now(), now(), gen_random_uuid() from tenants, generate_series(1, 1500) n",
    "insert into directory_groups (tenant_id, external_id, workspace_id, name, group_type, security_enabled, mail_enabled, first_seen_at, last_seen_at, last_seen_run_id)
    select id, 'id-' || n, workspace_id, 'Écran ' || n, 'security', true, false, now(), now(), gen_random_uuid() from tenants, generate_series(1, 1500) n",
];

/// A run's life as the release before writes it, one statement for each step; `$1` is the run.
const LIFE: &[&str] = &[
    "insert into operation_runs (id, workspace_id, tenant_id, type, origin, identity, identity_exclusive, target, target_scope, priority, initiator_name,
        correlation_id, created_at)
    select $1, workspace_id, id, 'inventory.sync', 'manual', sha256($1::text::bytea), true, name, 'entra:' || entra_tenant_id, 1, 'Writer', gen_random_uuid(), now()
    from tenants order by id limit 1",
    "update operation_runs set admitted_at = now(), epoch = 1 where id = $1",
    "update operation_runs set status = 'running', started_at = now(), attempt = 1 where id = $1",
    "insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail)
    select id, 1, workspace_id, tenant_id, now(), 'started', '' from operation_runs where id = $1",
    "insert into audit_entries (id, workspace_id, tenant_id, at, actor_type, actor_name, action, resource_type, resource_id, outcome)
    select gen_random_uuid(), workspace_id, tenant_id, now(), 'system', 'System', 'run.completed', 'operation_run', id::text, 'success'
    from operation_runs where id = $1",
    "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = now() where id = $1",
    "insert into inventory_items (tenant_id, policy_type, external_id, workspace_id, name, first_seen_at, last_seen_at, last_seen_run_id)
    select tenant_id, 'deviceConfiguration', 'written', workspace_id, 'Written', now(), now(), id from operation_runs where id = $1
    on conflict (tenant_id, policy_type, external_id) do update set name = excluded.name, last_seen_at = excluded.last_seen_at",
];

/// How long a writer is ready to wait for a lock. A migration that cannot have its lock keeps others behind it for a second before it
/// gives way.
const WRITER_WAITS: &str = "set lock_timeout = '4s'";

/// Writes runs until told to stop, every statement of them on its own. Answers how many runs, and the longest a statement took.
async fn write_runs(url: String, stop: Arc<AtomicBool>) -> (Vec<Uuid>, Duration) {
    let mut connection = PgConnection::connect(&url).await.unwrap();
    connection
        .execute(AssertSqlSafe(format!(
            "{WRITER_WAITS}; select set_config('app.scope', 'system', false)"
        )))
        .await
        .unwrap();
    let (mut written, mut longest) = (Vec::new(), Duration::ZERO);
    while !stop.load(Ordering::Relaxed) {
        let run: Uuid = ledger::ids::new(SystemClock.now());
        for sql in LIFE {
            let begun = Instant::now();
            // Kept prepared over the migration, as the pools of the release before keep theirs.
            sqlx::query(*sql)
                .bind(run)
                .execute(&mut connection)
                .await
                .unwrap_or_else(|error| panic!("{error}\n{sql}"));
            longest = longest.max(begun.elapsed());
        }
        written.push(run);
        tokio::task::yield_now().await;
    }
    (written, longest)
}

async fn count(owner: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(owner).await.unwrap()
}

/// Whether somebody waits for a lock on the runs that shuts everybody out.
async fn migration_waits(owner: &PgPool) -> bool {
    sqlx::query_scalar(
        "select exists (select from pg_locks where relation = 'operation_runs'::regclass and mode = 'AccessExclusiveLock' and not granted)",
    )
    .fetch_one(owner)
    .await
    .unwrap()
}

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..6000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never: {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r23_the_schema_of_the_release_before_is_migrated_beside_readers_and_writers() {
    let database = TestDatabase::of_release(RELEASED).await;
    let owner = database.owner().await;
    for sql in DATA {
        owner
            .execute(*sql)
            .await
            .unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }
    let before = count(&owner, "select count(*) from audit_entries").await;
    // System writes inventory under the owner's eyes only: as the worker's bookkeeping does not, the owner writes here.
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..2)
        .map(|_| tokio::spawn(write_runs(database.owner_url(), Arc::clone(&stop))))
        .collect();
    // Somebody reads for long, which no migration may make others wait for.
    let mut reader = PgConnection::connect(&database.owner_url()).await.unwrap();
    reader
        .execute("begin; select count(*) from operation_runs")
        .await
        .unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let migrations: Vec<_> = (0..2)
        .map(|_| {
            let (url, clock) = (database.owner_url(), Arc::clone(&clock));
            tokio::spawn(async move { migrate::run(&url, &clock).await })
        })
        .collect();
    until("the migration asks for its lock", async || {
        migration_waits(&owner).await
    })
    .await;
    until("the migration gives way", async || !migration_waits(&owner).await).await;
    reader.execute("rollback").await.unwrap();
    for migration in migrations {
        migration.await.unwrap().unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let mut written = Vec::new();
    for writer in writers {
        let (runs, longest) = writer.await.unwrap();
        assert!(longest < Duration::from_secs(4), "a writer waited {longest:?}");
        written.extend(runs);
    }
    assert!(written.len() > 10, "{} runs were written meanwhile", written.len());
    // What the release before wrote after its table was done gets its key the next time.
    migrate::run(&database.owner_url(), &clock).await.unwrap();

    assert_eq!(
        count(&owner, "select count(*) from operation_runs").await,
        12_000 + i64::try_from(written.len()).unwrap()
    );
    every_run_has_its_key(&owner).await;
    assert_eq!(
        count(&owner, "select count(*) from audit_entries").await,
        before + i64::try_from(written.len()).unwrap()
    );
    assert_eq!(
        count(
            &owner,
            "select count(*) from audit_entries where at < now() - interval '2 months'"
        )
        .await
            - count(
                &owner,
                "select count(*) from audit_entries_before where at < now() - interval '2 months'"
            )
            .await,
        0
    );
    assert_eq!(count(&owner, "select count(*) from actors").await, 5);
    for table in ["inventory_items", "directory_groups"] {
        let rows: Vec<(String, Option<String>)> =
            sqlx::query_as(AssertSqlSafe(format!("select name, search_key from {table}")))
                .fetch_all(&owner)
                .await
                .unwrap();
        assert!(rows.len() >= 9000);
        for (name, key) in rows {
            assert_eq!(key.as_deref(), Some(search_key(&name).as_str()), "{table}");
        }
    }
    let unfinished = count(&owner, "select count(*) from pg_index where not indisvalid").await;
    assert_eq!(unfinished, 0, "every index was finished");
    let not_validated = count(&owner, "select count(*) from pg_constraint where not convalidated").await;
    assert_eq!(not_validated, 0, "every constraint was validated");
}

async fn every_run_has_its_key(owner: &PgPool) {
    type Row = (
        Uuid,
        Uuid,
        Option<Uuid>,
        String,
        serde_json::Value,
        Option<Uuid>,
        Option<Vec<u8>>,
    );
    let rows: Vec<Row> = sqlx::query_as(
        "select id, workspace_id, tenant_id, type, inputs, schedule_id, resolution_key from operation_runs",
    )
    .fetch_all(owner)
    .await
    .unwrap();
    let mut different = BTreeSet::new();
    for (run, workspace, tenant, kind, inputs, schedule, key) in rows {
        let owner = tenant.map_or(Owner::Workspace(WorkspaceId(workspace)), |id| {
            Owner::Tenant(TenantId(id))
        });
        let expected = ResolutionKey::new(owner, &kind, &inputs, schedule.map(ScheduleId), RunId(run));
        assert_eq!(key.as_deref(), Some(&expected.0[..]), "{kind} {inputs}");
        different.insert(key);
    }
    assert!(different.len() > 12, "{}", different.len());
}

/// An index that was being built when the process was stopped is in the way and of no use; the next time builds it.
#[tokio::test]
async fn r23_an_index_that_was_not_finished_is_built_again() {
    let database = TestDatabase::of_release(RELEASED).await;
    let owner = database.owner().await;
    for sql in [
        "insert into workspaces (id, slug, name, created_at) values (gen_random_uuid(), 'w', 'W', now())",
        "insert into audit_entries (id, workspace_id, at, actor_type, actor_name, action, resource_type, resource_id, outcome)
        select gen_random_uuid(), id, '2026-01-01', 'system', 'System', 'a.b', 'c', 'd', 'info' from workspaces, generate_series(1, 2)",
    ] {
        owner.execute(sql).await.unwrap();
    }
    // Building it fails over the two equal rows, and leaves what a killed process leaves.
    let failed = owner
        .execute("create unique index concurrently audit_entries_at_key on audit_entries (at, workspace_id)")
        .await;
    assert!(failed.is_err());
    assert_eq!(
        count(&owner, "select count(*) from pg_index where not indisvalid").await,
        1
    );
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    migrate::run(&database.owner_url(), &clock).await.unwrap();
    assert_eq!(
        count(&owner, "select count(*) from pg_index where not indisvalid").await,
        0
    );
    assert_eq!(count(&owner, "select count(*) from audit_entries").await, 2);
}

#[tokio::test]
async fn r06_what_later_features_need_of_a_run_is_frozen_once_it_is_set() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    let fabrikam = world.tenant("Fabrikam").await;
    let change = async |set: String| {
        sqlx::query(AssertSqlSafe(format!(
            "update operation_runs set {set} where id = '{run}'"
        )))
        .execute(&world.owner)
        .await
        .map_err(|error| error.to_string())
    };
    let is_frozen = |answer: &Result<_, String>, as_word: &str| matches!(answer, Err(why) if why.contains(as_word));
    // A start has written it.
    every_key_is_there(&world).await;
    let answer = change("resolution_key = sha256('other')".to_owned()).await;
    assert!(is_frozen(&answer, "frozen"), "{answer:?}");
    let columns = ["batch_id", "continues_run_id", "connection_id"];
    for column in columns {
        change(format!("{column} = gen_random_uuid()")).await.unwrap();
        for other in ["gen_random_uuid()", "null"] {
            let answer = change(format!("{column} = {other}")).await;
            assert!(is_frozen(&answer, "frozen"), "{column} = {other}: {answer:?}");
        }
    }
    change(format!("source_tenant_id = '{fabrikam}'")).await.unwrap();
    let answer = change("source_tenant_id = null".to_owned()).await;
    assert!(is_frozen(&answer, "frozen"), "{answer:?}");

    change("status = 'completed', outcome = 'succeeded', completed_at = now()".to_owned())
        .await
        .unwrap();
    let answer = change("batch_id = gen_random_uuid()".to_owned()).await;
    assert!(is_frozen(&answer, "completed"), "{answer:?}");
    for other in ["sha256('other')", "null"] {
        let answer = change(format!("resolution_key = {other}")).await;
        assert!(is_frozen(&answer, "frozen"), "{other}: {answer:?}");
    }
    let answer = change("initiator_name = 'Somebody else'".to_owned()).await;
    assert!(is_frozen(&answer, "completed"), "{answer:?}");
}

async fn every_key_is_there(world: &World) {
    assert_eq!(
        world
            .count("select count(*) from operation_runs where resolution_key is null")
            .await,
        0
    );
    assert!(world.count("select count(*) from operation_runs").await > 0);
}

/// What the database refuses whoever writes it.
#[tokio::test]
async fn r10_a_second_tenant_is_another_one_of_the_same_workspace() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    for (tenant, constraint) in [
        ("Contoso", "operation_runs_source_tenant_check"),
        ("Woodgrove", "operation_runs_source_tenant_fkey"),
    ] {
        let refused = sqlx::query(
            "update operation_runs set source_tenant_id = (select id from tenants where name = $2) where id = $1",
        )
        .bind(run.0)
        .bind(tenant)
        .execute(&world.owner)
        .await
        .unwrap_err();
        assert_eq!(
            refused.as_database_error().and_then(|error| error.constraint()),
            Some(constraint),
            "{refused}"
        );
    }
}
