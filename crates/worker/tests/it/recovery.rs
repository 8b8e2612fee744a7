//! Workers that stop, die or freeze (R14). Real processes are killed in the end-to-end tests; here the fences are tried one by
//! one.

use std::sync::Arc;

use domain::policy::PolicyType;
use domain::status::Outcome;
use ledger::clock::SystemClock;
use simulator::SimulatorConfig;

use crate::support::World;

const OPERATOR: &str = "operator@northwind.example";

/// Slow enough to be interrupted.
async fn slow_world() -> World {
    let world = World::with(SimulatorConfig {
        policies: 240,
        page_size: 10,
        ..SimulatorConfig::default()
    })
    .await;
    world.simulator.set_faults("latency=60ms".parse().unwrap());
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_a_graceful_stop_hands_the_run_to_another_worker() {
    let world = slow_world().await;
    let access = world.access(OPERATOR, "Contoso").await;
    let mut first = world.worker("first", &world.graph_url).await;
    let run = world.start(&access, &PolicyType::ALL).await;
    world.until(&access, run, |found| found.run.counts.processed > 0).await;
    first.stop.cancel();
    (&mut first.task).await.unwrap().unwrap();
    let _second = world.worker("second", &world.graph_url).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.outcome, Outcome::Succeeded, "{found:?}");
    assert_eq!(found.attempt, 2);
    assert_eq!(found.run.counts.succeeded, 240, "every item is counted once");
    assert!(found.events.iter().any(|event| event.kind == "handed_back"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_a_worker_that_vanishes_is_replaced_and_can_write_nothing_afterwards() {
    let world = slow_world().await;
    let access = world.access(OPERATOR, "Contoso").await;
    let first = world.worker("first", &world.graph_url).await;
    let run = world.start(&access, &PolicyType::ALL).await;
    world.until(&access, run, |found| found.run.counts.processed > 0).await;
    // As if it had been frozen long ago: its lease is over, while it goes on working.
    let frozen = "update operation_run_live set heartbeat_at = heartbeat_at - interval '1 hour', worker = 'frozen'";
    sqlx::query(frozen).execute(&world.owner).await.unwrap();
    let _second = world.worker("second", &world.graph_url).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.outcome, Outcome::Succeeded);
    assert_eq!(found.run.counts.succeeded, 240);
    assert!(found.attempt >= 2);
    assert!(found.events.iter().any(|event| event.kind == "repaired"));
    drop(first);
    assert_eq!(
        world
            .count("select count(*) from operation_run_events where kind = 'completed'")
            .await,
        1
    );
    assert_eq!(
        world
            .count("select count(*) from notifications where kind = 'completed'")
            .await,
        1
    );
    assert_eq!(
        world
            .count("select count(*) from audit_entries where action = 'run.reexecuted'")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_a_run_that_loses_every_worker_ends_as_worker_lost() {
    let world = slow_world().await;
    let access = world.access(OPERATOR, "Contoso").await;
    let worker = world.worker("first", &world.graph_url).await;
    let run = world.start(&access, &PolicyType::ALL).await;
    world.until(&access, run, |found| found.run.counts.processed > 0).await;
    // The worker goes on, and hears with its next beat that the run is not its own any more. Told to stop, it would hand the run back if it
    // came to that first, which does not count as a loss.
    sqlx::query("update operation_runs set max_attempts = 1")
        .execute(&world.owner)
        .await
        .unwrap();
    sqlx::query("update operation_run_live set heartbeat_at = heartbeat_at - interval '1 hour', worker = 'gone'")
        .execute(&world.owner)
        .await
        .unwrap();
    let ledger = world.database.worker(Arc::new(SystemClock)).await;
    // Not the first pass, perhaps: one that finds the run locked by its last write leaves it to the next.
    let mut passes = 0;
    let found = loop {
        passes += 1;
        assert!(passes < 600, "nobody gives the run up");
        ledger::reconcile::pass(&ledger, chrono::TimeDelta::seconds(2))
            .await
            .unwrap();
        let found = world.until(&access, run, |_| true).await;
        if !found.run.status.is_active() {
            break found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_eq!(
        (found.run.outcome, found.run.reason.as_deref()),
        (Outcome::Failed, Some("worker.lost"))
    );
    assert!(found.run.counts.succeeded > 0, "what was done stays recorded");
    worker.stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn r18_two_hundred_starts_of_two_identities_are_two_runs_one_after_the_other() {
    let world = World::new().await;
    let access = world.access(OPERATOR, "Contoso").await;
    let kinds = [PolicyType::SettingsCatalogPolicy, PolicyType::DeviceCompliancePolicy];
    let starts = (0..200).map(|n| {
        let (world, access) = (&world, &access);
        async move { world.start(access, &kinds[n % 2..=n % 2]).await }
    });
    let mut runs = futures::future::join_all(starts).await;
    runs.sort_unstable();
    runs.dedup();
    assert_eq!(runs.len(), 2);
    assert_eq!(world.count("select count(*) from operation_runs").await, 2);
    assert_eq!(world.count("select count(*) from river.river_job").await, 1);
    let _worker = world.worker("one", &world.graph_url).await;
    for run in runs {
        assert_eq!(world.ended(&access, run).await.run.outcome, Outcome::Succeeded);
    }
    let in_turn = "select count(*) from operation_runs a join operation_runs b on a.id <> b.id and b.admitted_at >= a.completed_at";
    assert_eq!(
        world.count(in_turn).await,
        1,
        "the second was admitted when the first had ended"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r18_the_end_of_a_run_admits_the_next() {
    let world = World::new().await;
    let access = world.access(OPERATOR, "Contoso").await;
    let mut runs = Vec::new();
    for kind in PolicyType::ALL {
        runs.push(world.start(&access, &[kind]).await);
    }
    let _worker = world.worker("one", &world.graph_url).await;
    for run in runs {
        assert_eq!(world.ended(&access, run).await.run.outcome, Outcome::Succeeded);
    }
    // Never two at a time: each started when the one before had ended.
    let overlaps = "select count(*) from operation_runs a join operation_runs b on a.id < b.id
        and a.started_at < b.completed_at and b.started_at < a.completed_at";
    assert_eq!(world.count(overlaps).await, 0);
}
