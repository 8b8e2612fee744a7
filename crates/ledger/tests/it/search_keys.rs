//! Keys of search over releases: made anew when the rules change, and not otherwise.

use std::sync::Arc;

use ledger::clock::{Clock, SystemClock};
use ledger::migrate;
use sqlx::AssertSqlSafe;

use crate::names::{found, write};
use crate::support::World;

/// The rules by which names are compared change with a release.
#[tokio::test]
async fn keys_made_by_other_rules_are_made_anew_once() {
    let world = World::new().await;
    let contoso = world.tenant("Contoso").await;
    let names: Vec<String> = (0..450).map(|n| format!("Straße {n:03}")).collect();
    write(&world, contoso, &names).await;
    let stale = async || {
        for table in ["inventory_items", "directory_groups"] {
            let sql = format!("update {table} set search_key = 'made by other rules' where right(name, 1) = '7'");
            sqlx::query(AssertSqlSafe(sql)).execute(&world.owner).await.unwrap();
        }
    };
    let wrong = async || {
        world
            .count(
                "select (select count(*) from inventory_items where search_key <> replace(lower(name), 'ß', 'ss'))
                    + (select count(*) from directory_groups where search_key <> replace(lower(name), 'ß', 'ss'))",
            )
            .await
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let migrate = async || migrate::run(&world.database.owner_url(), &clock).await.unwrap();
    stale().await;
    assert_eq!(wrong().await, 2 * 45);
    // By the rules of today as far as anybody knows: nothing is read.
    migrate().await;
    assert_eq!(wrong().await, 2 * 45);
    // Of a release with a lower number.
    let raised = sqlx::query("update backfills set version = version - 1 where name = 'search_key'")
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(raised.rows_affected(), 1, "it is kept by which rules they were made");
    migrate().await;
    assert_eq!(wrong().await, 0);
    assert_eq!(found(&world, contoso, Some("strasse 007")).await, ["Straße 007"]);
    stale().await;
    migrate().await;
    assert_eq!(wrong().await, 2 * 45, "once");
}
