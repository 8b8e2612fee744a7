//! SIGSTOP past the lease, then SIGCONT.

use std::time::Duration;

use test_support::TestDatabase;

use crate::support::{LEASE, World, signal};

#[tokio::test(flavor = "multi_thread")]
async fn r14_a_frozen_worker_that_wakes_writes_nothing() {
    let database = TestDatabase::new().await;
    let world = World::new(database.owner().await, &database.web_url(), database.worker_url()).await;
    let accesses = world.accesses().await;
    let frozen = world.worker().await;
    for access in &accesses {
        world.start(access).await;
    }
    while world.count("select count(*) from operation_run_items").await < 20 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    signal(&frozen, "-STOP").await;
    let _other = world.worker().await;
    tokio::time::sleep(LEASE).await;
    world.settled(Duration::from_mins(1)).await;
    let everything = "select hashtext(string_agg(t, ''))::bigint from (
        select r::text as t from operation_runs r union all select i::text from operation_run_items i
        union all select e::text from operation_run_events e union all select n::text from inventory_items n order by 1) all_rows";
    let before = world.count(everything).await;
    signal(&frozen, "-CONT").await;
    // Long enough for all that it was about to do.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(
        world.count(everything).await,
        before,
        "the woken worker wrote something"
    );
    assert!(
        world
            .count("select count(*) from audit_entries where action = 'run.reexecuted'")
            .await
            >= 1
    );
    world.assert_true_ledger().await;
}

/// How many transactions of workers have locked runs. (What a session is doing, others than its own role are not told.)
const INSIDE: &str = "select count(*) from pg_locks l join pg_stat_activity a using (pid)
    where l.relation = 'operation_runs'::regclass and l.mode = 'RowShareLock' and l.granted and a.usename = 'tenantatlas_worker'";

#[tokio::test(flavor = "multi_thread")]
async fn r14_a_worker_frozen_inside_a_transaction_does_not_keep_its_runs() {
    let database = TestDatabase::new().await;
    let world = World::new(database.owner().await, &database.web_url(), database.worker_url()).await;
    let accesses = world.accesses().await;
    let frozen = world.worker().await;
    loop {
        for access in &accesses {
            world.start(access).await;
        }
        tokio::time::sleep(Duration::from_millis(3)).await;
        signal(&frozen, "-STOP").await;
        // What it has sent is answered meanwhile; what is left then is waiting for the process.
        tokio::time::sleep(Duration::from_millis(50)).await;
        if world.count(INSIDE).await > 0 {
            break;
        }
        signal(&frozen, "-CONT").await;
    }
    let _other = world.worker().await;
    world.settled(Duration::from_mins(1)).await;
    signal(&frozen, "-CONT").await;
    world.assert_true_ledger().await;
}
