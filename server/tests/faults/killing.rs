//! `kill -9` at random moments.

use std::time::Duration;

use ledger::testing::TestDatabase;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::support::{LEASE, World, number};

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
    let mut slowest = Duration::ZERO;
    for _ in 0..rounds {
        for access in &accesses {
            world.start(access).await;
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(5..700))).await;
        let victim = random.random_range(0..workers.len());
        workers[victim].kill().await.unwrap();
        // The other one has it all, until a new one comes.
        slowest = slowest.max(world.settled(Duration::from_mins(1)).await);
        workers[victim] = world.worker().await;
    }
    println!("slowest recovery, the work itself included: {slowest:?}; lease {LEASE:?}");
    assert_eq!(world.count("select count(*) from operation_runs where outcome = 'failed' and reason_code <> 'worker.lost' and reason_code not like 'graph.%'").await, 0);
    world.assert_true_ledger().await;
}
