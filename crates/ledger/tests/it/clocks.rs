//! Two machines whose clocks are two hours apart: what is due, and who is silent, is decided by PostgreSQL's clock.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use ledger::clock::{Clock, DatabaseClock, SystemClock};
use ledger::{Ledger, reconcile, schedules};

use crate::support::World;

/// A machine whose clock is wrong.
#[derive(Debug)]
struct Off(TimeDelta);

impl Clock for Off {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + self.0
    }
}

/// Processes of two machines, an hour ahead and an hour behind.
async fn machines(world: &World) -> [Ledger; 2] {
    let of = |hours| Arc::new(DatabaseClock::over(Arc::new(Off(TimeDelta::hours(hours)))));
    [world.database.worker(of(1)).await, world.database.worker(of(-1)).await]
}

async fn database_now(world: &World) -> DateTime<Utc> {
    sqlx::query_scalar("select clock_timestamp()")
        .fetch_one(&world.owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn processes_go_by_the_database_s_clock_and_say_how_wrong_their_own_is() {
    let world = World::new().await;
    let [fast, slow] = machines(&world).await;
    for ledger in [&fast, &slow] {
        let before = database_now(&world).await;
        let now = ledger.now();
        let after = database_now(&world).await;
        // Exact to half of a round trip, of which the slowest machine takes less than this.
        let slack = TimeDelta::seconds(2);
        assert!(before - slack <= now && now <= after + slack, "{before} {now} {after}");
    }
    let said = fast.clock_is_wrong().unwrap();
    assert!(
        said.contains("3600 s ahead of") || said.contains("3599 s ahead of"),
        "{said}"
    );
    let said = slow.clock_is_wrong().unwrap();
    assert!(
        said.contains("3600 s behind") || said.contains("3601 s behind") || said.contains("3599 s behind"),
        "{said}"
    );
    let right = world
        .database
        .worker(Arc::new(DatabaseClock::over(Arc::new(SystemClock))))
        .await;
    assert_eq!(right.clock_is_wrong(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r04_schedulers_whose_clocks_are_two_hours_apart_fire_once_at_the_database_s_time() {
    let world = World::new().await;
    let [fast, slow] = machines(&world).await;
    sqlx::query("delete from schedules")
        .execute(&world.owner)
        .await
        .unwrap();
    // Due a second ago, and due in half an hour: which the fast one, by itself, would take for half an hour ago.
    sqlx::query(
        "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, inputs, next_fire_at, created_at)
        select gen_random_uuid(), workspace_id, id, 'directory.groups.sync', due.name, '0 0 1 1 *', 'UTC', jsonb_build_object('due', due.name),
            clock_timestamp() + due.shift, clock_timestamp() - interval '1 hour'
        from tenants, (values ('now', interval '-1 second'), ('later', interval '30 minutes')) due (name, shift) where tenants.name = 'Contoso'",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    let serve = async |ledger: &Ledger| while schedules::serve_one(ledger).await.unwrap() {};
    tokio::join!(serve(&slow), serve(&fast), serve(&slow), serve(&fast));
    assert_eq!(world.count("select count(*) from schedule_fires").await, 1);
    assert_eq!(
        world
            .count(
                "select count(*) from schedule_fires f join schedules s on s.id = f.schedule_id
                where s.name = 'now' and f.outcome = 'started' and abs(extract(epoch from f.recorded_at - clock_timestamp())) < 600"
            )
            .await,
        1
    );
    // What it would do by its own clock: this is what the test is about.
    let naive = world.database.worker(Arc::new(Off(TimeDelta::hours(1)))).await;
    serve(&naive).await;
    assert_eq!(world.count("select count(*) from schedule_fires").await, 2);
}

#[tokio::test]
async fn r14_a_lease_is_not_over_because_a_machine_s_clock_is_fast() {
    let world = World::new().await;
    let [fast, _] = machines(&world).await;
    world.start_sync("Contoso").await;
    for sql in [
        "update operation_runs set status = 'running', started_at = clock_timestamp(), admitted_at = clock_timestamp(), attempt = 1",
        "update operation_run_live set worker = 'slow', heartbeat_at = clock_timestamp()",
    ] {
        sqlx::query(sql).execute(&world.owner).await.unwrap();
    }
    let lease = TimeDelta::minutes(10);
    let repairs = reconcile::pass(&fast, lease).await.unwrap();
    assert_eq!((repairs.reexecuted, repairs.given_up), (0, 0));
    let naive = world.database.worker(Arc::new(Off(TimeDelta::hours(1)))).await;
    assert_eq!(
        reconcile::pass(&naive, lease).await.unwrap().reexecuted,
        1,
        "by its own clock it would be"
    );
}
