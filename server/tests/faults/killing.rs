//! `kill -9` at random moments.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use test_support::TestDatabase;
use uuid::Uuid;

use crate::support::{LEASE, RECONCILE, World, number};

/// The longest that a run may wait for another worker after its own was killed, all but once in a hundred.
const SOON: Duration = LEASE.saturating_add(RECONCILE).saturating_mul(2);
/// However slow the machine.
const NEVER_LATER: Duration = Duration::from_mins(1);

/// The runs that a process executes.
async fn held_by(world: &World, pid: u32) -> Vec<Uuid> {
    sqlx::query_scalar(
        "select r.id from operation_runs r join operation_run_live l on l.run_id = r.id
        where r.status = 'running' and l.worker like $1 || '-%'",
    )
    .bind(pid.to_string())
    .fetch_all(&world.owner)
    .await
    .unwrap()
}

/// Waits until none of the runs is left to a process that is gone, and says how long that took from `since`.
async fn taken_over(world: &World, runs: &[Uuid], pid: u32, since: Instant) -> Duration {
    loop {
        let left: i64 = sqlx::query_scalar(
            "select count(*) from operation_runs r join operation_run_live l on l.run_id = r.id
            where r.id = any ($1) and r.status <> 'completed' and (l.worker is null or l.worker like $2 || '-%')",
        )
        .bind(runs)
        .bind(pid.to_string())
        .fetch_one(&world.owner)
        .await
        .unwrap();
        if left == 0 {
            return since.elapsed();
        }
        assert!(
            since.elapsed() < NEVER_LATER,
            "{left} runs are still with a worker that is gone"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_workers_killed_at_random_moments_lose_nothing_and_double_nothing() {
    let rounds = number("FAULTS_ROUNDS", 5);
    let seed = number("FAULTS_SEED", 42);
    println!("FAULTS_ROUNDS={rounds} FAULTS_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let database = TestDatabase::new().await;
    let world = World::new(database.owner().await, &database.web_url(), database.worker_url()).await;
    let accesses = world.accesses().await;
    let mut workers = [world.worker().await, world.worker().await];
    // Of the kills that hit somebody at work, how long until somebody else had it all.
    let mut recoveries = Vec::new();
    let mut orphans = 0;
    for _ in 0..rounds {
        world.start_mixed(&accesses).await;
        tokio::time::sleep(Duration::from_millis(random.random_range(5..700))).await;
        let victim = random.random_range(0..workers.len());
        let pid = workers[victim].id().unwrap();
        let killed = Instant::now();
        workers[victim].kill().await.unwrap();
        let held = held_by(&world, pid).await;
        if !held.is_empty() {
            orphans += held.len();
            recoveries.push(taken_over(&world, &held, pid, killed).await);
        }
        // The other one has it all, until a new one comes.
        world.settled(NEVER_LATER).await;
        workers[victim] = world.worker().await;
    }
    world.assert_true_ledger().await;
    assert_eq!(
        world.count("select count(*) from operation_runs where demo").await,
        0,
        "retention came to its end as well"
    );
    assert!(!recoveries.is_empty(), "nobody was killed at work");
    recoveries.sort_unstable();
    let at = |share: usize| recoveries[(recoveries.len() - 1) * share / 100];
    println!(
        "{rounds} kills, {} at work on {orphans} runs; taken over after {:?} (median), {:?} (99 %), {:?} (slowest); bound {SOON:?}",
        recoveries.len(),
        at(50),
        at(99),
        at(100),
    );
    let late = recoveries.iter().filter(|recovery| **recovery > SOON).count();
    // One in a hundred may be late, and one of a few.
    assert!(
        late <= (recoveries.len() / 100).max(1),
        "{late} of {} recoveries took longer than {SOON:?}",
        recoveries.len()
    );
}
