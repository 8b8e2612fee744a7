//! Rules of schedules: those that cannot be served, and nights in which clocks change.

use crate::schedules::{at, end_all, world_at};
use crate::support::World;
use chrono::{DateTime, TimeDelta, Utc};
use domain::operation::OperationType;
use domain::status::FireOutcome;
use domain::view::{NextFire, ScheduleRow};
use ledger::permit::View;
use ledger::permit::key::DirectorySync;
use ledger::schedules::{self, MISSED_BATCH};
use uuid::Uuid;

/// Two hourly schedules, of Contoso and of another workspace's Woodgrove, due a minute apart.
async fn two_hourly(world: &World, first: DateTime<Utc>) -> (Uuid, Uuid) {
    sqlx::query("delete from schedules")
        .execute(&world.owner)
        .await
        .unwrap();
    let mut ids = Vec::new();
    for (tenant, at) in [("Contoso", first), ("Woodgrove", first + TimeDelta::minutes(1))] {
        let id: Uuid = sqlx::query_scalar(
            "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, next_fire_at, created_at)
            select gen_random_uuid(), workspace_id, id, 'directory.groups.sync', 'Hourly', '0 * * * *', 'UTC', $2, $2 from tenants where name = $1
            returning id",
        )
        .bind(tenant)
        .bind(at)
        .fetch_one(&world.owner)
        .await
        .unwrap();
        ids.push(id);
    }
    (ids[0], ids[1])
}

async fn serve_all(world: &World) {
    for _ in 0..50 {
        if !schedules::serve_one(&world.worker).await.unwrap() {
            return;
        }
    }
    panic!("the same schedule is served again and again");
}

async fn fires(world: &World, schedule: Uuid) -> Vec<(DateTime<Utc>, String)> {
    sqlx::query_as("select fire_at, outcome from schedule_fires where schedule_id = $1 order by fire_at")
        .bind(schedule)
        .fetch_all(&world.owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn c05_a_fire_time_that_is_recorded_already_stops_nothing() {
    let start = at("2030-01-01T00:00:00Z");
    let world = world_at(start + TimeDelta::minutes(2)).await;
    let (first, second) = two_hourly(&world, start).await;
    sqlx::query("update schedules set next_fire_at = null where id = $1")
        .bind(second)
        .execute(&world.owner)
        .await
        .unwrap();
    serve_all(&world).await;
    end_all(&world).await;
    // Its rhythm is changed and leads over the same time again; the other one is due a minute later.
    sqlx::query("update schedules set cron = '*/30 * * * *', next_fire_at = $2 where id = $1")
        .bind(first)
        .bind(start)
        .execute(&world.owner)
        .await
        .unwrap();
    world.clock.advance(TimeDelta::hours(1));
    serve_all(&world).await;
    let outcomes = |fires: Vec<(DateTime<Utc>, String)>| -> Vec<String> {
        fires
            .iter()
            .map(|(at, outcome)| format!("{} {outcome}", at.format("%H:%M")))
            .collect()
    };
    assert_eq!(
        outcomes(fires(&world, first).await),
        ["00:00 started", "00:30 missed", "01:00 started"]
    );
    assert_eq!(outcomes(fires(&world, second).await), ["01:00 started"]);
    assert_eq!(
        world
            .count("select count(*) from operation_runs where fire_at = '2030-01-01T00:00:00Z'")
            .await,
        1
    );
    // Over the latest of them, which would be started.
    set_rule(&world, first, "0 * * * *", "UTC", Some(start + TimeDelta::hours(1))).await;
    serve_all(&world).await;
    assert_eq!(fires(&world, first).await.len(), 3);
    assert_eq!(
        world
            .count("select count(*) from operation_runs where fire_at = '2030-01-01T01:00:00Z'")
            .await,
        2,
        "one of each schedule"
    );
}

#[tokio::test]
async fn c05_one_schedule_that_cannot_be_served_does_not_stop_the_others() {
    let start = at("2030-01-01T00:00:00Z");
    let world = world_at(start + TimeDelta::minutes(2)).await;
    let (first, second) = two_hourly(&world, start).await;
    for sql in [
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$"
            .to_owned(),
        format!(
            "create trigger refuse before insert on operation_runs for each row when (new.schedule_id = '{first}') execute function refuse()"
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&world.owner)
            .await
            .unwrap();
    }
    serve_all(&world).await;
    assert_eq!(fires(&world, second).await.len(), 1, "the other has its turn");
    let put_off = async || -> (i32, Option<DateTime<Utc>>) {
        sqlx::query_as("select failures, retry_at from schedules where id = $1")
            .bind(first)
            .fetch_one(&world.owner)
            .await
            .unwrap()
    };
    let (failures, retry) = put_off().await;
    assert_eq!(failures, 1);
    assert!(retry.is_some_and(|retry| retry > world.web.now()), "{retry:?}");
    assert_eq!(schedules::next_due(&world.worker).await.unwrap(), retry);
    world.clock.advance(TimeDelta::seconds(6));
    serve_all(&world).await;
    let (failures, later) = put_off().await;
    assert_eq!(failures, 2);
    assert!(later > retry, "each pause is longer");
    let shown = shown(&world, "Contoso").await;
    assert!(
        matches!(shown[0].next, NextFire::PutOff { failures: 2, at } if Some(at) == later),
        "{:?}",
        shown[0].next
    );
    // The cause is gone: it is served, and nothing of the failures stays.
    sqlx::query("drop trigger refuse on operation_runs")
        .execute(&world.owner)
        .await
        .unwrap();
    world.clock.advance(TimeDelta::seconds(11));
    serve_all(&world).await;
    assert_eq!(fires(&world, first).await, [(start, "started".to_owned())]);
    assert_eq!(put_off().await, (0, None));
}

async fn shown(world: &World, tenant: &str) -> Vec<ScheduleRow> {
    let email = if tenant == "Woodgrove" {
        "owner@tailspin.example"
    } else {
        "owner@northwind.example"
    };
    let access = world.access(email, tenant).await;
    let permit = access.permit::<DirectorySync, View>().unwrap();
    let mut tx = permit.begin(&world.web).await.unwrap();
    schedules::of_tenant(&mut tx, world.tenant(tenant).await, OperationType::DirectoryGroupsSync)
        .await
        .unwrap()
}

async fn set_rule(world: &World, schedule: Uuid, cron: &str, zone: &str, next: Option<DateTime<Utc>>) {
    sqlx::query("update schedules set cron = $2, time_zone = $3, next_fire_at = $4 where id = $1")
        .bind(schedule)
        .bind(cron)
        .bind(zone)
        .bind(next)
        .execute(&world.owner)
        .await
        .unwrap();
}

#[tokio::test]
async fn c05_a_rule_that_cannot_be_run_is_shown_as_that_and_stops_nothing() {
    let start = at("2030-01-01T00:00:00Z");
    let world = world_at(start + TimeDelta::minutes(2)).await;
    let (first, second) = two_hourly(&world, start).await;
    set_rule(&world, first, "0 6 * * 8", "UTC", Some(start)).await;
    serve_all(&world).await;
    assert_eq!(fires(&world, second).await.len(), 1);
    assert_eq!(fires(&world, first).await, []);
    let NextFire::Unrunnable(cause) = shown(&world, "Contoso").await.remove(0).next else {
        panic!("shown as runnable");
    };
    assert!(cause.starts_with("day of week: “8”"), "{cause}");
    set_rule(&world, first, "0 6 * * *", "Mars/Olympus", Some(start)).await;
    let NextFire::Unrunnable(cause) = shown(&world, "Contoso").await.remove(0).next else {
        panic!("shown as runnable");
    };
    assert!(cause.starts_with("time zone"), "{cause}");
    // "Never" has more causes, and each is said.
    set_rule(&world, first, "0 0 30 2 *", "UTC", None).await;
    serve_all(&world).await;
    assert_eq!(shown(&world, "Contoso").await.remove(0).next, NextFire::NoSuchDay);
    sqlx::query("update schedules set enabled = false")
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(shown(&world, "Contoso").await.remove(0).next, NextFire::SwitchedOff);
    // Corrected, it is served at once and not in an hour.
    sqlx::query("update schedules set enabled = true")
        .execute(&world.owner)
        .await
        .unwrap();
    set_rule(&world, first, "0 * * * *", "UTC", None).await;
    assert_eq!(shown(&world, "Contoso").await.remove(0).next, NextFire::Unplanned);
    serve_all(&world).await;
    assert_eq!(
        shown(&world, "Contoso").await.remove(0).next,
        NextFire::At(start + TimeDelta::hours(1))
    );
}

#[tokio::test]
async fn case_upcoming_u13_an_enabled_schedule_without_a_next_time_gets_one_and_what_it_missed_is_recorded() {
    let start = at("2030-01-01T00:00:00Z");
    let world = world_at(start).await;
    let (first, _) = two_hourly(&world, start).await;
    serve_all(&world).await;
    end_all(&world).await;
    sqlx::query("update schedules set next_fire_at = null where id = $1")
        .bind(first)
        .execute(&world.owner)
        .await
        .unwrap();
    world.clock.advance(TimeDelta::hours(3) + TimeDelta::minutes(2));
    assert!(
        schedules::next_due(&world.worker).await.unwrap().unwrap() < start,
        "it is due at once"
    );
    serve_all(&world).await;
    let outcomes: Vec<_> = fires(&world, first)
        .await
        .into_iter()
        .map(|(_, outcome)| outcome)
        .collect();
    assert_eq!(outcomes, ["started", "missed", "missed", "started"]);
    assert_eq!(
        shown(&world, "Contoso").await.remove(0).next,
        NextFire::At(start + TimeDelta::hours(4))
    );
}

#[tokio::test]
async fn case_spring_gap_is_silent_no_more_and_the_fire_says_what_it_stands_for() {
    // Berlin, 31 March 2030: 02:00 becomes 03:00.
    let gap = at("2030-03-31T01:00:00Z");
    let world = world_at(gap - TimeDelta::hours(20)).await;
    let (first, _) = two_hourly(&world, gap - TimeDelta::hours(24)).await;
    set_rule(&world, first, "30 2 * * *", "Europe/Berlin", None).await;
    sqlx::query("update schedules set created_at = $1")
        .bind(world.web.now())
        .execute(&world.owner)
        .await
        .unwrap();
    serve_all(&world).await;
    assert_eq!(shown(&world, "Contoso").await.remove(0).next, NextFire::At(gap));
    world.clock.advance(TimeDelta::hours(20));
    serve_all(&world).await;
    let row = shown(&world, "Contoso").await.remove(0);
    assert_eq!(row.fires.len(), 1);
    assert_eq!((row.fires[0].at, row.fires[0].outcome), (gap, FireOutcome::Started));
    assert_eq!(row.fires[0].skipped, Some("2030-03-31T02:30:00".parse().unwrap()));
    world.clock.advance(TimeDelta::hours(24));
    serve_all(&world).await;
    let row = shown(&world, "Contoso").await.remove(0);
    assert_eq!(
        (row.fires[0].at, row.fires[0].skipped),
        (at("2030-04-01T00:30:00Z"), None)
    );
    assert_eq!(
        world
            .count("select count(*) from schedule_fires where wall_time = '2030-04-01 02:30'")
            .await,
        1,
        "every fire has its wall time"
    );
}

#[tokio::test]
async fn case_autumn_hour_is_lost_no_more() {
    // New York, 3 November 2030: 02:00 becomes 01:00 at 06:00Z.
    let world = world_at(at("2030-11-03T04:30:00Z")).await;
    let (first, _) = two_hourly(&world, world.web.now()).await;
    set_rule(&world, first, "0 * * * *", "America/New_York", None).await;
    for _ in 0..4 {
        serve_all(&world).await;
        end_all(&world).await;
        world.clock.advance(TimeDelta::minutes(60));
    }
    let walls: Vec<(DateTime<Utc>, String)> =
        sqlx::query_as("select fire_at, wall_time::text from schedule_fires where schedule_id = $1 order by fire_at")
            .bind(first)
            .fetch_all(&world.owner)
            .await
            .unwrap();
    let walls: Vec<_> = walls
        .iter()
        .map(|(at, wall)| format!("{}Z {}", at.format("%H:%M"), &wall[11..16]))
        .collect();
    assert_eq!(walls, ["05:00Z 01:00", "06:00Z 01:00", "07:00Z 02:00"]);
}

#[tokio::test]
async fn case_sunday_is_seven_fires_on_sunday() {
    // 6 January 2030 is a Sunday.
    let world = world_at(at("2030-01-04T12:00:00Z")).await;
    let (first, second) = two_hourly(&world, world.web.now()).await;
    set_rule(&world, first, "0 6 * * 7", "Europe/Berlin", None).await;
    set_rule(&world, second, "0 6 * * 5-7", "Europe/Berlin", None).await;
    sqlx::query("update schedules set created_at = $1")
        .bind(world.web.now())
        .execute(&world.owner)
        .await
        .unwrap();
    serve_all(&world).await;
    assert_eq!(
        shown(&world, "Contoso").await.remove(0).next,
        NextFire::At(at("2030-01-06T05:00:00Z"))
    );
    assert_eq!(
        shown(&world, "Woodgrove").await.remove(0).next,
        NextFire::At(at("2030-01-05T05:00:00Z"))
    );
    world.clock.advance(at("2030-01-06T05:01:00Z") - world.web.now());
    serve_all(&world).await;
    assert_eq!(
        fires(&world, first).await,
        [(at("2030-01-06T05:00:00Z"), "started".to_owned())]
    );
    assert_eq!(fires(&world, second).await.len(), 2);
}

/// A rhythm by the minute that nobody served for days.
#[tokio::test]
async fn r22_a_schedule_with_thousands_of_missed_fires_lets_the_others_have_their_turn() {
    let start = at("2030-01-01T00:00:00Z");
    let world = world_at(start).await;
    let (slow, other) = two_hourly(&world, start).await;
    let missed = 10 * i64::try_from(MISSED_BATCH).unwrap() + 37;
    sqlx::query("update schedules set cron = '* * * * *' where id = $1")
        .bind(slow)
        .execute(&world.owner)
        .await
        .unwrap();
    // At the last of them they are late already; the other one is not.
    world.clock.advance(TimeDelta::minutes(missed - 1));
    sqlx::query("update schedules set next_fire_at = $2 where id = $1")
        .bind(other)
        .bind(start + TimeDelta::minutes(missed - 1))
        .execute(&world.owner)
        .await
        .unwrap();
    assert!(schedules::serve_one(&world.worker).await.unwrap());
    assert_eq!(fires(&world, slow).await.len(), MISSED_BATCH, "in one transaction");
    assert!(schedules::serve_one(&world.worker).await.unwrap());
    let served = fires(&world, other).await;
    assert!(
        matches!(&served[..], [(_, outcome)] if outcome == "started"),
        "after one batch of the other: {served:?}"
    );
    serve_all(&world).await;
    let all = fires(&world, slow).await;
    assert_eq!(i64::try_from(all.len()).unwrap(), missed);
    let (last, before) = all.split_last().unwrap();
    assert!(before.iter().all(|(_, outcome)| outcome == "missed"));
    assert_eq!(
        (last.0, last.1.as_str()),
        (start + TimeDelta::minutes(missed - 1), "started")
    );
    assert!(
        before
            .windows(2)
            .all(|pair| pair[1].0 - pair[0].0 == TimeDelta::minutes(1)),
        "each of them once"
    );
}
