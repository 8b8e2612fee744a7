//! Runs that take too long, stops that cost nothing, and attempts that come to an end (R14).

use std::time::Duration;

use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::status::Outcome;
use domain::view::RunDetail;
use ledger::runs::end::Ending;
use worker::Registry;

use crate::support::World;

const OPERATOR: &str = "operator@northwind.example";

/// An operation that never ends by itself.
fn endless() -> Registry {
    Registry::implemented().with(OperationType::InventorySync, |_| std::future::pending())
}

fn began(found: &RunDetail, times: u32) -> bool {
    found.attempt >= times && found.heartbeat_at.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn s01_a_run_that_takes_longer_than_it_may_ends_as_timed_out_and_frees_its_slot() {
    let world = World::new().await;
    let access = world.access(OPERATOR, "Contoso").await;
    let registry = endless().with_limit(OperationType::InventorySync, Duration::from_millis(400));
    let _worker = world.worker_of("one", &world.graph_url, registry).await;
    let run = world.start(&access, &[PolicyType::DeviceConfiguration]).await;
    let next = world.start(&access, &[PolicyType::AppProtectionPolicy]).await;
    let found = world.ended(&access, run).await;
    assert_eq!(
        (found.run.outcome, found.run.reason.as_deref(), found.attempt),
        (Outcome::Failed, Some("operation.timeout"), 1)
    );
    assert!(
        found.events.iter().all(|event| event.kind != "handed_back"),
        "{found:?}"
    );
    assert_eq!(
        world.ended(&access, next).await.run.reason.as_deref(),
        Some("operation.timeout")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn c08_three_graceful_stops_and_a_kill_do_not_use_up_the_attempts() {
    let world = World::new().await;
    let access = world.access(OPERATOR, "Contoso").await;
    let run = world.start(&access, &[PolicyType::DeviceConfiguration]).await;
    for stop in 1..=3 {
        let mut worker = world
            .worker_of(&format!("stopped {stop}"), &world.graph_url, endless())
            .await;
        world.until(&access, run, |found| began(found, stop)).await;
        worker.stop.cancel();
        (&mut worker.task).await.unwrap().unwrap();
    }
    // The fourth is killed: its job has gone with it, and its run is silent. (Real processes are killed in `faults`.)
    for sql in [
        "delete from river.river_job",
        "update operation_runs set attempt = attempt + 1",
        "update operation_run_live set heartbeat_at = now() - interval '1 hour', worker = 'killed'",
    ] {
        sqlx::query(sql).execute(&world.owner).await.unwrap();
    }
    let done = Registry::implemented().with(OperationType::InventorySync, |_| async { Ok(Ending::Done) });
    let _last = world.worker_of("last", &world.graph_url, done).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.outcome, Outcome::Succeeded, "{found:?}");
    let counted = "select handed_back * 10 + (attempt - handed_back) from operation_runs";
    let counted = sqlx::query_scalar::<_, i32>(counted)
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(
        counted,
        3 * 10 + 2,
        "three hand-backs, one loss, and the one that did it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s01_attempts_are_bounded_also_where_nobody_was_lost() {
    let world = World::new().await;
    let access = world.access(OPERATOR, "Contoso").await;
    for (attempts, handed_back) in [(3, 0), (100, 100)] {
        let run = world.start(&access, &[PolicyType::DeviceConfiguration]).await;
        sqlx::query("update operation_runs set attempt = $2, handed_back = $3 where id = $1")
            .bind(run.0)
            .bind(attempts)
            .bind(handed_back)
            .execute(&world.owner)
            .await
            .unwrap();
        let _worker = world.worker_of("one", &world.graph_url, endless()).await;
        let found = world.ended(&access, run).await;
        assert_eq!(
            (found.run.outcome, found.run.reason.as_deref()),
            (Outcome::Failed, Some("worker.lost"))
        );
    }
}

/// A restore that was begun is not begun again because its process stops: what it has written stays written (R24).
#[tokio::test(flavor = "multi_thread")]
async fn s01_what_may_not_be_repeated_is_not_handed_back() {
    let world = World::new().await;
    let access = world.access(OPERATOR, "Contoso").await;
    let run = world.start(&access, &[PolicyType::DeviceConfiguration]).await;
    for sql in [
        "alter table operation_runs disable trigger operation_runs_guard",
        "update operation_runs set type = 'restore.execute', initiator_id = null",
        "update river.river_job set queue = 'restore-execute'",
        "alter table operation_runs enable trigger operation_runs_guard",
    ] {
        sqlx::query(sql).execute(&world.owner).await.unwrap();
    }
    let restores = Registry::default().with(OperationType::RestoreExecute, |_| std::future::pending());
    let mut worker = world.worker_of("stopped", &world.graph_url, restores).await;
    let owner = world.access("owner@northwind.example", "Contoso").await;
    world.until(&owner, run, |found| began(found, 1)).await;
    worker.stop.cancel();
    (&mut worker.task).await.unwrap().unwrap();
    let found = world.ended(&owner, run).await;
    assert_eq!(
        (found.run.outcome, found.run.reason.as_deref(), found.attempt),
        (Outcome::Failed, Some("worker.lost"), 1)
    );
}
