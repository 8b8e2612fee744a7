//! Retention and the partitions of items: whatever the settings, the holds, the pauses and the company, nothing fails and nothing is
//! left behind.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::WorkspaceId;
use futures::future::join_all;
use ledger::clock::Clock;
use ledger::retention::tend_partitions;
use ledger::{migrate, schedules};
use sqlx::{Connection, PgConnection, Row};
use uuid::Uuid;

use crate::support::World;

pub(crate) const ORPHANS: &str =
    "select count(*) from operation_run_items i where not exists (select from operation_runs r where r.id = i.run_id)";
pub(crate) const PARTITIONS: &str =
    "select count(*) from pg_inherits where inhparent = 'operation_run_items'::regclass";
pub(crate) const IN_REST: &str = "select count(*) from operation_run_items_rest";

/// `n` completed runs of a moment with two items each, in a workspace's first tenant.
pub(crate) async fn history(world: &World, workspace: WorkspaceId, at: DateTime<Utc>, n: i32, held: bool) {
    // By its id: workspaces of a test may have tenants of the same name.
    let (tenant, name): (Uuid, String) =
        sqlx::query_as("select id, name from tenants where workspace_id = $1 order by name limit 1")
            .bind(workspace.0)
            .fetch_one(&world.owner)
            .await
            .unwrap();
    let one = test_support::RunBuilder::new(workspace.0, Some(tenant), &name, "x", at)
        .completed("succeeded", TimeDelta::zero())
        .set("retention_hold", held);
    let runs = test_support::write(&world.owner, (0..n).map(|_| one.clone())).await;
    let runs: Vec<Uuid> = runs.into_iter().map(|run| run.0).collect();
    sqlx::query(
        "insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome)
        select id, 'policy', i::text, workspace_id, tenant_id, 'One', 'succeeded' from operation_runs, generate_series(1, 2) i
        where id = any ($1)",
    )
    .bind(&runs)
    .execute(&world.owner)
    .await
    .unwrap();
}

pub(crate) async fn workspaces(world: &World) -> Vec<WorkspaceId> {
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from workspaces order by slug")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    ids.into_iter().map(WorkspaceId).collect()
}

/// A workspace with a tenant for each of the settings, the demo's two among them.
pub(crate) async fn workspaces_that_keep(world: &World, days: &[i32]) -> Vec<WorkspaceId> {
    for n in 2..days.len() {
        sqlx::query(
            "with w as (insert into workspaces (id, slug, name, created_at) values (gen_random_uuid(), $1, $1, $2) returning id)
            insert into tenants (id, workspace_id, entra_tenant_id, name, domain, created_at)
            select gen_random_uuid(), id, gen_random_uuid(), 'Tenant', 'tenant.example', $2 from w",
        )
        .bind(format!("workspace-{n}"))
        .bind(world.web.now())
        .execute(&world.owner)
        .await
        .unwrap();
    }
    let all = workspaces(world).await;
    for (workspace, days) in all.iter().zip(days) {
        keep(world, *workspace, *days).await;
    }
    all
}

pub(crate) async fn keep(world: &World, workspace: WorkspaceId, days: i32) {
    sqlx::query("update workspaces set retention_days = $2 where id = $1")
        .bind(workspace.0)
        .bind(days)
        .execute(&world.owner)
        .await
        .unwrap();
}

pub(crate) async fn ensure(world: &World, from: DateTime<Utc>, to: DateTime<Utc>) -> sqlx::Result<i32> {
    sqlx::query_scalar("select ensure_item_partitions($1, $2)")
        .bind(from)
        .bind(to)
        .fetch_one(&world.owner)
        .await
}

/// Migrates again, and sees that the partitions, whose failure `migrate` survives, did not fail either.
async fn migrates(world: &World) {
    let clock: Arc<dyn Clock> = Arc::new(world.clock.clone());
    migrate::run(&world.database.owner_url(), &clock).await.unwrap();
    let now = world.web.now();
    assert_eq!(
        ensure(world, now, now + TimeDelta::days(28)).await.unwrap(),
        0,
        "all of them are there"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c01_retention_works_for_200_days_whatever_workspaces_keep_and_hold() {
    let world = World::new().await;
    let settings = [1, 30, 90, 3650];
    let all = workspaces_that_keep(&world, &settings).await;
    let mut most_in_rest = 0;
    for day in 0..200 {
        world.clock.advance(TimeDelta::days(1));
        let now = world.web.now();
        for workspace in &all {
            history(&world, *workspace, now - TimeDelta::minutes(5), 2, false).await;
            if day % 10 == 0 {
                history(&world, *workspace, now - TimeDelta::minutes(5), 1, true).await;
            }
        }
        if day == 150 {
            sqlx::query("update operation_runs set retention_hold = false where created_at < $1")
                .bind(now - TimeDelta::days(60))
                .execute(&world.owner)
                .await
                .unwrap();
        }
        // More weeks without anybody than there are partitions ahead.
        if (60..105).contains(&day) {
            continue;
        }
        most_in_rest = most_in_rest.max(world.count(IN_REST).await);
        // All in the same minute, and every worker tends.
        let pruning = all
            .iter()
            .map(|workspace| test_support::prune(&world.worker, *workspace));
        let tending = (0..3).map(|_| tend_partitions(&world.worker));
        let (pruned, tended) = tokio::join!(join_all(pruning), join_all(tending));
        for outcome in pruned {
            outcome.unwrap_or_else(|error| panic!("day {day}: {error:?}"));
        }
        for outcome in tended {
            outcome.unwrap_or_else(|error| panic!("day {day}: {error:?}"));
        }
        assert_eq!(world.count(ORPHANS).await, 0, "day {day}");
        if day % 20 == 19 {
            migrates(&world).await;
        }
    }
    assert!(most_in_rest > 0, "the rest was never used");
    for (workspace, days) in all.iter().zip(settings) {
        let row = sqlx::query(
            "select count(*) filter (where created_at < $2 and not retention_hold) as expired,
                count(*) filter (where created_at >= $2) as young, count(*) filter (where retention_hold) as held,
                count(*) as runs, (select count(*) from operation_run_items where workspace_id = $1) as items
            from operation_runs where workspace_id = $1",
        )
        .bind(workspace.0)
        .bind(world.web.now() - TimeDelta::days(days.into()))
        .fetch_one(&world.owner)
        .await
        .unwrap();
        let number = |name: &str| row.get::<i64, _>(name);
        assert_eq!(number("expired"), 0, "{days} days");
        assert!(
            number("young") >= 2 * i64::from(days.min(200)) - 2,
            "{days} days: {}",
            number("young")
        );
        assert!(number("held") >= 5, "{days} days: {}", number("held"));
        assert_eq!(number("items"), 2 * number("runs"), "{days} days");
    }
    // What is past is dropped; only the workspace that keeps everything has old weeks.
    keep(&world, all[3], 30).await;
    test_support::prune(&world.worker, all[3]).await.unwrap();
    for _ in 0..12 {
        tend_partitions(&world.worker).await.unwrap();
    }
    assert_eq!(world.count(ORPHANS).await, 0);
    let partitions = world.count(PARTITIONS).await;
    assert!((6..=22).contains(&partitions), "{partitions}");
    migrates(&world).await;
}

#[tokio::test]
async fn c01a_a_hold_and_a_short_retention_break_neither_the_next_nights_nor_migrate() {
    let world = World::new().await;
    let all = workspaces(&world).await;
    let now = world.web.now();
    ensure(&world, now - TimeDelta::days(98), now).await.unwrap();
    for workspace in &all {
        keep(&world, *workspace, 30).await;
        history(&world, *workspace, now - TimeDelta::days(60), 20, false).await;
        history(&world, *workspace, now - TimeDelta::days(60), 3, true).await;
    }
    let before = world.count(PARTITIONS).await;
    for night in 1..=4 {
        for workspace in &all {
            test_support::prune(&world.worker, *workspace).await.unwrap();
        }
        tend_partitions(&world.worker)
            .await
            .unwrap_or_else(|error| panic!("night {night}: {error:?}"));
        migrates(&world).await;
        world.clock.advance(TimeDelta::days(1));
    }
    assert!(world.count(PARTITIONS).await < before, "weeks were dropped");
    assert_eq!(world.count(IN_REST).await, 12, "what is held");
    assert_eq!(world.count("select count(*) from operation_runs").await, 6);
    // An import of those weeks finds them in the way, and takes them along.
    assert!(ensure(&world, now - TimeDelta::days(98), now).await.unwrap() > 0);
    assert_eq!(world.count(IN_REST).await, 0);
    assert_eq!(world.count("select count(*) from operation_run_items").await, 12);
}

#[tokio::test]
async fn c01b_weeks_that_nobody_made_are_made_later_with_what_the_rest_has_of_them() {
    let world = World::new().await;
    let workspace = workspaces(&world).await[0];
    world.clock.advance(TimeDelta::days(60));
    let now = world.web.now();
    history(&world, workspace, now, 5, false).await;
    assert_eq!(world.count(IN_REST).await, 10);
    tend_partitions(&world.worker).await.unwrap();
    assert_eq!(world.count(IN_REST).await, 0, "moved");
    assert_eq!(world.count("select count(*) from operation_run_items").await, 10);
    history(&world, workspace, now + TimeDelta::days(27), 5, false).await;
    assert_eq!(world.count(IN_REST).await, 0);
    migrates(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c01c_who_makes_and_drops_at_the_same_moment_does_not_fail() {
    let world = World::new().await;
    let all = workspaces_that_keep(&world, &[30, 30, 30, 30]).await;
    let far = world.web.now() + TimeDelta::days(200);
    // The one that comes second waits, and finds the work done.
    let mut first = PgConnection::connect(&world.database.owner_url()).await.unwrap();
    sqlx::query("begin").execute(&mut first).await.unwrap();
    let made: i32 = sqlx::query_scalar("select ensure_item_partitions($1, $1)")
        .bind(far)
        .fetch_one(&mut first)
        .await
        .unwrap();
    assert_eq!(made, 1);
    let owner = world.owner.clone();
    let second = tokio::spawn(async move {
        sqlx::query_scalar::<_, i32>("select ensure_item_partitions($1, $1)")
            .bind(far)
            .fetch_one(&owner)
            .await
    });
    // Until it is seen to wait.
    while world
        .count("select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())")
        .await
        == 0
    {
        tokio::task::yield_now().await;
    }
    sqlx::query("commit").execute(&mut first).await.unwrap();
    assert_eq!(second.await.unwrap().unwrap(), 0);

    ensure(&world, world.web.now() - TimeDelta::days(98), world.web.now())
        .await
        .unwrap();
    for workspace in &all {
        history(&world, *workspace, world.web.now() - TimeDelta::days(60), 50, false).await;
    }
    world.clock.advance(TimeDelta::days(8));
    let nights = all.iter().map(|workspace| async {
        test_support::prune(&world.worker, *workspace).await?;
        tend_partitions(&world.worker).await
    });
    for outcome in join_all(nights).await {
        outcome.unwrap();
    }
    assert_eq!(world.count("select count(*) from operation_runs").await, 0);
    assert_eq!(world.count("select count(*) from operation_run_items").await, 0);
}

#[tokio::test]
async fn s09_weeks_begin_on_monday_in_utc_whatever_the_session_s_time_zone() {
    let world = World::new().await;
    let from: DateTime<Utc> = "2031-03-01T00:00:00Z".parse().unwrap();
    let mut berlin = PgConnection::connect(&world.database.owner_url()).await.unwrap();
    sqlx::query("set timezone = 'Europe/Berlin'")
        .execute(&mut berlin)
        .await
        .unwrap();
    // A week that was once made an hour too long and one an hour too short.
    for (name, first, last) in [
        ("long", "2031-03-31T00:00:00Z", "2031-04-07T01:00:00Z"),
        ("short", "2031-04-14T00:00:00Z", "2031-04-20T23:00:00Z"),
    ] {
        let bound = |at: &str| format!("'{}'", uuid_at(at.parse().unwrap()));
        let sql = format!(
            "create table {name} partition of operation_run_items for values from ({}) to ({})",
            bound(first),
            bound(last)
        );
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&mut berlin)
            .await
            .unwrap();
    }
    let made: i32 = sqlx::query_scalar("select ensure_item_partitions($1, $2)")
        .bind(from)
        .bind(from + TimeDelta::days(90))
        .fetch_one(&mut berlin)
        .await
        .unwrap();
    assert!(made > 10, "{made}");
    let bounds: Vec<(String, Uuid, Uuid)> = sqlx::query_as(
        "select name, lower_bound, upper_bound from item_partitions() where lower_bound >= uuid_at($1) order by 2",
    )
    .bind(from)
    .fetch_all(&world.owner)
    .await
    .unwrap();
    let monday: DateTime<Utc> = "2031-03-03T00:00:00Z".parse().unwrap();
    let odd = [
        "long",
        "short",
        "operation_run_items_2031w15",
        "operation_run_items_2031w16",
    ];
    for (name, first, last) in bounds.iter().filter(|(name, ..)| !odd.contains(&name.as_str())) {
        let at = i64::from_str_radix(&first.simple().to_string()[..12], 16).unwrap();
        let since = at - monday.timestamp_millis();
        assert_eq!(since % (7 * 86_400_000), 0, "{name} begins at {at}");
        let end = i64::from_str_radix(&last.simple().to_string()[..12], 16).unwrap();
        assert_eq!(end - at, 7 * 86_400_000, "{name}");
    }
    for pair in bounds.windows(2) {
        assert!(pair[0].2 <= pair[1].1, "{pair:?} overlap");
    }
    // Asked again, by somebody elsewhere.
    assert_eq!(ensure(&world, from, from + TimeDelta::days(90)).await.unwrap(), 0);
}

pub(crate) fn uuid_at(at: DateTime<Utc>) -> Uuid {
    format!("{:012x}70008000000000000000", at.timestamp_millis())
        .parse()
        .unwrap()
}

#[tokio::test]
async fn c05_one_run_that_cannot_be_removed_keeps_no_other() {
    let world = World::new().await;
    let workspace = workspaces(&world).await[0];
    keep(&world, workspace, 30).await;
    history(&world, workspace, world.web.now() - TimeDelta::days(60), 20, false).await;
    for sql in [
        "create table keeps (run_id uuid constraint keeps_run_fkey references operation_runs (id))",
        "insert into keeps select id from operation_runs order by id limit 1",
    ] {
        sqlx::query(sql).execute(&world.owner).await.unwrap();
    }
    assert_eq!(test_support::prune(&world.worker, workspace).await.unwrap(), 19);
    assert_eq!(
        world.count("select count(*) from operation_run_items").await,
        2,
        "with its items"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_workspace_gets_a_schedule_for_its_retention_and_only_one() {
    let world = World::new().await;
    sqlx::query("delete from schedules")
        .execute(&world.owner)
        .await
        .unwrap();
    let added = join_all((0..6).map(|_| schedules::add_missing_retention(&world.worker))).await;
    assert_eq!(added.into_iter().map(Result::unwrap).sum::<usize>(), 2);
    let planned = "select count(*) from schedules where type = 'retention.prune' and enabled and next_fire_at is not null and tenant_id is null";
    assert_eq!(world.count(planned).await, 2);
    // Switched off is there.
    sqlx::query("update schedules set enabled = false")
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(schedules::add_missing_retention(&world.worker).await.unwrap(), 0);
    sqlx::query("update schedules set enabled = true")
        .execute(&world.owner)
        .await
        .unwrap();
    for _ in 0..2 {
        let due = schedules::next_due(&world.worker).await.unwrap().unwrap();
        world.clock.advance(due - world.web.now());
        assert!(schedules::serve_one(&world.worker).await.unwrap());
    }
    assert_eq!(
        world
            .count("select count(*) from operation_runs where type = 'retention.prune'")
            .await,
        2,
        "and it starts their runs"
    );
}
