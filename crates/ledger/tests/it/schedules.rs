//! Schedules: every fire time is recorded exactly once (R04).

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use ledger::schedules;
use uuid::Uuid;

use crate::support::World;

/// Replaces the demo's schedules by `n` hourly ones, over the tenants in turn.
pub(crate) async fn hourly(world: &World, n: i32, first: DateTime<Utc>) {
    sqlx::query("delete from schedules")
        .execute(&world.owner)
        .await
        .unwrap();
    sqlx::query(
        "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, inputs, next_fire_at, created_at)
        select gen_random_uuid(), t.workspace_id, t.id, 'directory.groups.sync', 'hourly ' || n, '0 * * * *', 'UTC', jsonb_build_object('n', n), $2, $2
        from generate_series(1, $1) n join (select *, row_number() over (order by name) - 1 as at from tenants) t on t.at = n % 4",
    )
    .bind(n)
    .bind(first)
    .execute(&world.owner)
    .await
    .unwrap();
}

pub(crate) async fn end_all(world: &World) {
    sqlx::query(
        "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at where status <> 'completed'",
    )
    .execute(&world.owner)
    .await
    .unwrap();
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) async fn world_at(start: DateTime<Utc>) -> World {
    let world = World::new().await;
    world.clock.advance(start - world.web.now());
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r04_racing_schedulers_record_every_fire_once_and_crashes_change_nothing() {
    let start = at("2030-01-01T00:00:00Z");
    let world = world_at(start - TimeDelta::seconds(1)).await;
    hourly(&world, 12, start).await;
    let mut schedulers = Vec::new();
    for _ in 0..6 {
        schedulers.push(world.database.worker(Arc::new(world.clock.clone())).await);
    }
    for hour in 0..8_u64 {
        world
            .clock
            .advance(start + TimeDelta::hours(i64::try_from(hour).unwrap()) - world.web.now());
        let race = (0_u64..).zip(&schedulers).map(|(n, ledger)| async move {
            for attempt in 0_u64.. {
                // Every other one is killed in the middle, at a different point each time, and starts again. The ones between
                // have all the time they need: otherwise a machine that is slower than the longest patience would never finish.
                let patience = if attempt % 2 == 0 {
                    Duration::from_micros(300 + (n * 977 + hour * 613 + attempt * 389) % 9000)
                } else {
                    Duration::from_mins(1)
                };
                match tokio::time::timeout(patience, schedules::serve_one(ledger)).await {
                    Ok(Ok(false)) => {
                        if schedules::next_due(ledger)
                            .await
                            .unwrap()
                            .is_none_or(|due| due > ledger.now())
                        {
                            return;
                        }
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    Ok(served) => assert!(served.unwrap()),
                    Err(_) => {}
                }
            }
        });
        join_all(race).await;
        end_all(&world).await;
    }
    assert_eq!(world.count("select count(*) from schedule_fires").await, 12 * 8);
    assert_eq!(
        world
            .count("select count(*) from schedule_fires where outcome = 'started'")
            .await,
        12 * 8
    );
    assert_eq!(
        world
            .count("select count(*) from operation_runs where schedule_id is not null")
            .await,
        12 * 8
    );
    assert_eq!(
        world
            .count("select count(distinct (schedule_id, fire_at)) from operation_runs")
            .await,
        12 * 8
    );
}

#[tokio::test]
async fn r04_a_fire_time_does_not_open_again_when_its_run_was_removed() {
    let start = at("2030-01-01T00:00:00Z");
    let world = world_at(start).await;
    hourly(&world, 1, start).await;
    assert!(schedules::serve_one(&world.worker).await.unwrap());
    end_all(&world).await;
    sqlx::query("delete from operation_runs")
        .execute(&world.owner)
        .await
        .unwrap();
    assert!(!schedules::serve_one(&world.worker).await.unwrap());
    let back = sqlx::query("update schedules set next_fire_at = next_fire_at - interval '1 hour'")
        .execute(&world.owner)
        .await;
    assert!(back.unwrap_err().to_string().contains("cannot go back in time"));
    assert_eq!(world.count("select count(*) from schedule_fires").await, 1);
    assert_eq!(world.count("select count(*) from operation_runs").await, 0);
}

#[tokio::test]
async fn r04_fires_missed_while_nobody_served_are_recorded_and_not_caught_up() {
    let start = at("2030-01-01T00:00:00Z");
    let world = world_at(start + TimeDelta::hours(5) + TimeDelta::minutes(2)).await;
    hourly(&world, 1, start).await;
    assert!(schedules::serve_one(&world.worker).await.unwrap());
    let fires: Vec<(DateTime<Utc>, String)> =
        sqlx::query_as("select fire_at, outcome from schedule_fires order by fire_at")
            .fetch_all(&world.owner)
            .await
            .unwrap();
    let expected: Vec<_> = (0..6)
        .map(|hour| {
            (
                start + TimeDelta::hours(hour),
                if hour < 5 { "missed" } else { "started" }.to_owned(),
            )
        })
        .collect();
    assert_eq!(fires, expected);
    // Later than the grace, the latest is missed as well.
    world.clock.advance(TimeDelta::hours(1) + TimeDelta::minutes(20));
    assert!(schedules::serve_one(&world.worker).await.unwrap());
    assert_eq!(
        world
            .count("select count(*) from schedule_fires where outcome = 'missed'")
            .await,
        6
    );
    assert_eq!(world.count("select count(*) from operation_runs").await, 1);
}

#[tokio::test]
async fn r04_a_fire_that_finds_the_operation_running_is_merged_into_it() {
    let start = at("2030-01-01T00:00:00Z");
    let world = world_at(start).await;
    hourly(&world, 1, start).await;
    sqlx::query("update schedules set inputs = '{}'")
        .execute(&world.owner)
        .await
        .unwrap();
    assert!(schedules::serve_one(&world.worker).await.unwrap());
    world.clock.advance(TimeDelta::hours(1));
    assert!(schedules::serve_one(&world.worker).await.unwrap());
    let fires: Vec<(String, Uuid)> = sqlx::query_as("select outcome, run_id from schedule_fires order by fire_at")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!((fires[0].0.as_str(), fires[1].0.as_str()), ("started", "merged"));
    assert_eq!(fires[0].1, fires[1].1);
    // A schedule has nobody to tell.
    assert_eq!(world.count("select count(*) from notifications").await, 0);
    assert_eq!(
        world
            .count("select count(*) from audit_entries where actor_type = 'schedule'")
            .await,
        1
    );
}
