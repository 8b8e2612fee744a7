//! The run comes before the work (R01).

use std::fs;
use std::path::Path;
use std::time::Duration;

use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::status::Outcome;
use ledger::engine::queue_of;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn r01_a_job_without_a_run_is_discarded_and_makes_none() {
    let world = World::new().await;
    let job: i64 = sqlx::query_scalar(
        "insert into river.river_job (kind, args, queue, max_attempts, priority, state)
        values ('operation_run', jsonb_build_object('run_id', gen_random_uuid(), 'epoch', 1), $1, 1, 1, 'available') returning id",
    )
    .bind(queue_of(OperationType::InventorySync))
    .fetch_one(&world.owner)
    .await
    .unwrap();
    let _worker = world.worker("one", &world.graph_url).await;
    let state = loop {
        let state: String = sqlx::query_scalar("select state::text from river.river_job where id = $1")
            .bind(job)
            .fetch_one(&world.owner)
            .await
            .unwrap();
        if !matches!(state.as_str(), "available" | "running") {
            break state;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(
        state, "discarded",
        "an error, not a success and not something to try again"
    );
    assert_eq!(world.count("select count(*) from operation_runs").await, 0);
    assert_eq!(world.simulator.token_requests() + world.simulator.graph_requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn r01_nothing_is_asked_before_the_run_is_committed() {
    let world = World::new().await;
    // The commit itself takes a while: whatever is done before it is over is done without a run.
    for sql in [
        "create function slow_commit() returns trigger language plpgsql as 'begin perform pg_sleep(0.4); return null; end'",
        "create constraint trigger slow_commit after insert on operation_runs deferrable initially deferred for each row execute function slow_commit()",
    ] {
        sqlx::query(sql).execute(&world.owner).await.unwrap();
    }
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let starting = world.start(&access, &PolicyType::ALL);
    let watching = async {
        loop {
            // Asked in this order: what is asked after the run became visible is not counted against it.
            let asked = world.simulator.token_requests() + world.simulator.graph_requests();
            if world.count("select count(*) from operation_runs").await > 0 {
                break;
            }
            assert_eq!(asked, 0, "Microsoft was asked for a run that is not there");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let (run, ()) = tokio::join!(starting, watching);
    assert_eq!(world.ended(&access, run).await.run.outcome, Outcome::Succeeded);
    assert!(world.simulator.graph_requests() > 0, "afterwards it was");
}

/// The scheduler of this crate serves schedules through the ledger; nothing else here may bring a run into being.
#[test]
fn r01_workers_have_nothing_to_make_a_run_with() {
    let mut read = 0;
    let mut left = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        read += 1;
        for word in ["runs::start", "sqlx::", "riverqueue::Client"] {
            assert!(!text.contains(word), "{} uses {word}", path.display());
        }
    }
    assert!(read > 15);
}
