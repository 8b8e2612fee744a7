//! Items go with their runs.

use crate::retention::{IN_REST, ORPHANS, ensure, history, keep, workspaces, workspaces_that_keep};
use crate::support::World;
use chrono::TimeDelta;
use ledger::retention::{Leftovers, tend_partitions};

#[tokio::test]
async fn c14_items_go_with_their_run_also_where_another_workspace_keeps_its_longer() {
    let world = World::new().await;
    let all = workspaces_that_keep(&world, &[30, 3650]).await;
    let now = world.web.now();
    ensure(&world, now - TimeDelta::days(98), now).await.unwrap();
    for workspace in &all {
        history(&world, *workspace, now - TimeDelta::days(60), 600, false).await;
        history(&world, *workspace, now - TimeDelta::days(60), 3, true).await;
    }
    assert_eq!(test_support::prune(&world.worker, all[0]).await.unwrap(), 600);
    assert_eq!(world.count(ORPHANS).await, 0);
    assert_eq!(
        world.count("select count(*) from operation_run_items").await,
        2 * 3 + 2 * 603
    );
    // A hold that is lifted when its items have moved to the rest.
    keep(&world, all[1], 30).await;
    test_support::prune(&world.worker, all[1]).await.unwrap();
    // A few a pass, the oldest first.
    for _ in 0..3 {
        tend_partitions(&world.worker).await.unwrap();
    }
    assert_eq!(world.count(IN_REST).await, 12);
    sqlx::query("update operation_runs set retention_hold = false")
        .execute(&world.owner)
        .await
        .unwrap();
    for workspace in &all {
        test_support::prune(&world.worker, *workspace).await.unwrap();
    }
    assert_eq!(world.count("select count(*) from operation_run_items").await, 0);
}

#[tokio::test]
async fn c14_items_that_were_left_without_their_run_are_found_and_removed() {
    let world = World::new().await;
    let workspace = workspaces(&world).await[0];
    let now = world.web.now();
    history(&world, workspace, now - TimeDelta::days(200), 3, false).await;
    history(&world, workspace, now, 700, false).await;
    // As before this release: the runs go and their items stay, in the rest and in a week.
    sqlx::query(
        "delete from operation_runs where created_at < $1 or id in (select id from operation_runs where created_at >= $1 order by id limit 600)",
    )
    .bind(now)
    .execute(&world.owner)
    .await
    .unwrap();
    assert_eq!(world.count(ORPHANS).await, 2 * 603);
    let mut leftovers = Leftovers::default();
    assert_eq!(leftovers.sweep(&world.worker).await.unwrap(), 2 * 603);
    assert_eq!(world.count("select count(*) from operation_run_items").await, 200);
    assert_eq!(leftovers.sweep(&world.worker).await.unwrap(), 0);
}
