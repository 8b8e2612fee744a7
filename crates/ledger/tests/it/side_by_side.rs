//! Processes that do not know the same operations, on one database (R23).

use chrono::TimeDelta;
use domain::id::RunId;
use domain::items::ItemFilter;
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::status::WorkerLiveness;
use ledger::Ledger;
use ledger::engine::queue_of;
use ledger::reconcile::{self, Repairs};
use ledger::run_page::detail;
use ledger::runs::start::Start;
use ledger::schedules;
use serde_json::json;
use test_support::{Entered, start};

use crate::support::{World, sync};

const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A worker that knows only these.
fn only(world: &World, kinds: &[OperationType]) -> Ledger {
    world.worker.clone().with_operations(kinds.iter().copied().collect())
}

async fn groups(world: &World, access: &Entered) -> RunId {
    let what = Start {
        kind: OperationType::DirectoryGroupsSync,
        inputs: json!({}),
        receipt: Some(ScopeReceipt::Groups),
        ..sync(access, PolicyType::DeviceConfiguration)
    };
    start(&world.web, access, &what).await.unwrap().run()
}

async fn end(world: &World, run: RunId) {
    sqlx::query(
        "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at where id = $1",
    )
    .bind(run.0)
    .execute(&world.owner)
    .await
    .unwrap();
}

async fn is_admitted(world: &World, run: RunId) -> bool {
    sqlx::query_scalar("select admitted_at is not null from operation_runs where id = $1")
        .bind(run.0)
        .fetch_one(&world.owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn r23_a_turn_of_an_operation_that_is_not_known_here_is_left_to_who_knows_it() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let old = only(&world, &[OperationType::InventorySync]);
    let new = only(
        &world,
        &[OperationType::InventorySync, OperationType::DirectoryGroupsSync],
    );
    let first = world.start_sync("Contoso").await;
    world.clock.advance(TimeDelta::milliseconds(5));
    let unknown = groups(&world, &access).await;
    world.clock.advance(TimeDelta::milliseconds(5));
    let behind = start(&world.web, &access, &sync(&access, PolicyType::DeviceConfiguration))
        .await
        .unwrap()
        .run();
    end(&world, first).await;
    let nothing = Repairs::default();
    for _ in 0..3 {
        assert_eq!(reconcile::pass(&old, LEASE).await.unwrap(), nothing);
        world.clock.advance(TimeDelta::seconds(10));
    }
    assert!(!is_admitted(&world, behind).await, "it is not its turn");
    let admitted = Repairs { admitted: 1, ..nothing };
    assert_eq!(reconcile::pass(&new, LEASE).await.unwrap(), admitted);
    assert!(is_admitted(&world, unknown).await);
    let queue: String = sqlx::query_scalar("select queue from river.river_job where args->>'run_id' = $1")
        .bind(unknown.0.to_string())
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(queue, queue_of(OperationType::DirectoryGroupsSync));
}

#[tokio::test]
async fn r23_if_nobody_comes_for_it_the_others_go_on_one_a_lease() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let old = only(&world, &[OperationType::InventorySync]);
    let mut last = world.start_sync("Contoso").await;
    world.clock.advance(TimeDelta::milliseconds(5));
    let unknown = groups(&world, &access).await;
    for kind in [PolicyType::DeviceConfiguration, PolicyType::AppProtectionPolicy] {
        world.clock.advance(TimeDelta::milliseconds(5));
        let behind = start(&world.web, &access, &sync(&access, kind)).await.unwrap().run();
        end(&world, last).await;
        for seconds in [0, 30, 29] {
            world.clock.advance(TimeDelta::seconds(seconds));
            assert_eq!(reconcile::pass(&old, LEASE).await.unwrap(), Repairs::default());
        }
        world.clock.advance(TimeDelta::seconds(2));
        assert_eq!(reconcile::pass(&old, LEASE).await.unwrap().admitted, 1);
        assert!(is_admitted(&world, behind).await);
        last = behind;
    }
    assert!(!is_admitted(&world, unknown).await);
    end(&world, last).await;
    assert_eq!(
        reconcile::pass(&world.worker, LEASE).await.unwrap().admitted,
        1,
        "it has lost no place"
    );
    assert!(is_admitted(&world, unknown).await);
}

#[tokio::test]
async fn r23_runs_of_other_operations_are_neither_repaired_nor_ended() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let others = only(&world, &[OperationType::InventorySync, OperationType::RetentionPrune]);
    let silent = groups(&world, &access).await;
    sqlx::raw_sql(
        "update operation_runs set status = 'running', started_at = created_at, attempt = 3;
        update operation_run_live set worker = 'gone', heartbeat_at = now() - interval '1 day'",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    let access = world.access("operator@northwind.example", "Fabrikam").await;
    let jobless = groups(&world, &access).await;
    sqlx::query("delete from river.river_job")
        .execute(&world.owner)
        .await
        .unwrap();
    world.clock.advance(TimeDelta::hours(1));
    let before: Vec<String> = sqlx::query_scalar("select r::text from operation_runs r order by id")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!(reconcile::pass(&others, LEASE).await.unwrap(), Repairs::default());
    let after: Vec<String> = sqlx::query_scalar("select r::text from operation_runs r order by id")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!(before, after);
    let repaired = Repairs {
        given_up: 1,
        requeued: 1,
        ..Repairs::default()
    };
    assert_eq!(
        reconcile::pass(&world.worker, LEASE).await.unwrap(),
        repaired,
        "{silent} {jobless}"
    );
}

/// Pages do not know the settings of the workers: each run carries the lease of the one that executes it.
#[tokio::test]
async fn a_worker_is_silent_by_its_own_lease_and_by_the_default_if_it_told_none() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    sqlx::raw_sql("update operation_runs set status = 'running', started_at = created_at, attempt = 1")
        .execute(&world.owner)
        .await
        .unwrap();
    sqlx::query("update operation_run_live set worker = 'x', heartbeat_at = $1")
        .bind(ledger::clock::Clock::now(&world.clock))
        .execute(&world.owner)
        .await
        .unwrap();
    let permit = world.permit("operator@northwind.example", run).await;
    world.clock.advance(TimeDelta::seconds(30));
    for (lease, fresh) in [(Some(10), false), (Some(31), true), (None, true)] {
        sqlx::query("update operation_run_live set lease_seconds = $1")
            .bind(lease)
            .execute(&world.owner)
            .await
            .unwrap();
        let found = detail::find(&world.web, &permit, &ItemFilter::default())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.run.liveness == Some(WorkerLiveness::Fresh), fresh, "{lease:?}");
    }
}

/// Before there was a queue for each operation there was one for all; what is left in it, nobody fetches.
#[tokio::test]
async fn r23_a_job_in_a_queue_that_nobody_serves_is_replaced() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    sqlx::query("update river.river_job set queue = 'runs'")
        .execute(&world.owner)
        .await
        .unwrap();
    world.clock.advance(TimeDelta::seconds(61));
    assert_eq!(reconcile::pass(&world.worker, LEASE).await.unwrap().requeued, 1);
    let available: Vec<String> = sqlx::query_scalar("select queue from river.river_job where state = 'available'")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!(available, ["inventory-sync"]);
}

#[tokio::test]
async fn r23_schedules_of_other_operations_stay_as_they_are() {
    let world = World::new().await;
    sqlx::query(
        "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, inputs, next_fire_at, created_at)
        select gen_random_uuid(), workspace_id, id, 'directory.groups.sync', 'x', '0 * * * *', 'UTC', '{}', now() - interval '1 minute', now()
        from tenants where name = 'Contoso'",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    world.clock.advance(TimeDelta::minutes(1));
    let others = only(&world, &[OperationType::InventorySync]);
    assert!(!schedules::serve_one(&others).await.unwrap());
    assert_eq!(
        schedules::next_due(&others).await.unwrap(),
        None,
        "nor does it wait for it"
    );
    assert_eq!(world.count("select count(*) from schedule_fires").await, 0);
    assert!(schedules::serve_one(&world.worker).await.unwrap());
}
