//! The history of the demo.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::operation::OperationType;
use ledger::clock::{Clock, SystemClock};

use crate::support::World;

#[tokio::test]
async fn the_history_has_every_type_of_the_catalogue_and_90_days() {
    let world = World::new().await;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    test_support::seed_history(&world.owner, &clock).await;
    let stored: Vec<String> = sqlx::query_scalar("select distinct type from operation_runs")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    let stored: BTreeSet<&str> = stored.iter().map(String::as_str).collect();
    let catalogue: BTreeSet<&str> = OperationType::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(stored, catalogue);
    // Retention is the workspace's, everything else is a tenant's.
    assert_eq!(
        world
            .count("select count(*) from operation_runs where (tenant_id is null) <> (type = 'retention.prune')")
            .await,
        0
    );
    for (what, sql) in [
        ("marked", "select count(*) from operation_runs where not demo"),
        (
            "ended",
            "select count(*) from operation_runs where status <> 'completed'",
        ),
        (
            "told",
            "select count(*) from operation_runs r where not exists (select from operation_run_events e where e.run_id = r.id)",
        ),
        (
            "counted",
            "select count(*) from operation_runs r where coalesce((counts->>'processed')::bigint, 0)
                <> (select count(*) from operation_run_items i where i.run_id = r.id)",
        ),
        (
            "in words",
            "select count(*) from operation_runs where (outcome = 'succeeded') <> (reason_code is null)",
        ),
    ] {
        assert_eq!(world.count(sql).await, 0, "{what}");
    }
    let days = "select count(distinct (created_at at time zone 'UTC')::date) from operation_runs where type = 'directory.groups.sync'";
    assert!(world.count(days).await >= 90);
}
