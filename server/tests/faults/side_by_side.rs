//! The release before and this one, on one database (R23). `.ci/side-by-side` builds the other binary and runs this.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::process::{Child, Command};

use crate::http::{Browser, form};
use crate::support::{POLICIES, World, number, setting};

const THIS: &str = env!("CARGO_BIN_EXE_tenantatlas");
const PATIENCE: Duration = Duration::from_mins(2);

/// Runs one of the binaries to its end, as the owner of a database.
async fn as_owner(binary: &str, arguments: &[&str], owner_url: &str) {
    let output = Command::new(binary)
        .args(arguments)
        .env("DATABASE_URL", owner_url)
        .env_remove("WEB_DATABASE_URL")
        .env_remove("WORKER_DATABASE_URL")
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{binary} {arguments:?}: {said}");
}

fn url(name: &str, database: &str) -> String {
    let mut url: url::Url = setting(name).unwrap().parse().unwrap();
    url.set_path(database);
    url.to_string()
}

/// A person at one of the webs: everything that is looked at is there, and a sync of each tenant starts.
async fn work_at(web: &(Child, std::net::SocketAddr), world: &World, round: usize) {
    let browser = Browser::signed_in(web.1, "owner@northwind.example").await;
    for path in [
        "/readyz",
        "/admin/operations",
        "/admin/operations/overview",
        "/admin/notifications",
    ] {
        let answer = browser.get(path).await.unwrap();
        assert!(answer.status < 400, "round {round}, {path}: {answer:?}");
    }
    let tenants: Vec<uuid::Uuid> = sqlx::query_scalar(
        "select t.id from tenants t join workspaces w on w.id = t.workspace_id where w.name = 'Northwind' order by t.name",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    for tenant in tenants {
        let (tenant, key) = (tenant.to_string(), uuid::Uuid::from_bytes(rand::random()).to_string());
        let fields = [
            ("tenant", tenant.as_str()),
            ("idempotency_key", key.as_str()),
            ("types[]", "deviceCompliancePolicy"),
            ("types[]", "deviceConfiguration"),
        ];
        let answer = browser
            .ask("POST", "/_fn/start_inventory_sync", "application/json", &form(&fields))
            .await
            .unwrap();
        assert_eq!(answer.status, 200, "round {round}: {answer:?}");
        let fields = [("tenant", tenant.as_str()), ("idempotency_key", key.as_str())];
        let answer = browser
            .ask("POST", "/_fn/start_groups_sync", "application/json", &form(&fields))
            .await
            .unwrap();
        assert!(answer.status < 500, "round {round}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the binary of the release before: run .ci/side-by-side"]
async fn r23_the_release_before_and_this_one_work_side_by_side() {
    let before = setting("COMPATIBLE_TENANTATLAS").expect("COMPATIBLE_TENANTATLAS: run .ci/side-by-side");
    let name = format!("side_by_side_{:08x}", rand::random::<u32>());
    let mut server = PgConnection::connect(&url("DATABASE_URL", "postgres")).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("create database {name}")))
        .execute(&mut server)
        .await
        .unwrap();
    let owner_url = url("DATABASE_URL", &name);
    as_owner(&before, &["migrate"], &owner_url).await;
    as_owner(&before, &["demo", "seed"], &owner_url).await;
    let owner = PgPoolOptions::new()
        .max_connections(4)
        .connect(&owner_url)
        .await
        .unwrap();
    // The day before the upgrade: this release is migrated to while the one before is at work, and the one before goes on.
    as_owner(THIS, &["migrate"], &owner_url).await;
    let world = World::new(
        owner,
        &url("WEB_DATABASE_URL", &name),
        url("WORKER_DATABASE_URL", &name),
    )
    .await;
    let old_web = world.web_process_of(&before).await;
    let mut old_worker = world.worker_of(&before).await;
    work_at(&old_web, &world, 0).await;
    world.settled(PATIENCE).await;
    // Side by side, with workers of both killed in turn.
    let new_web = world.web_process().await;
    let mut new_worker = world.worker().await;
    for round in 1..=usize::try_from(number("SIDE_BY_SIDE_ROUNDS", 6)).unwrap() {
        tokio::join!(work_at(&old_web, &world, round), work_at(&new_web, &world, round));
        if round % 2 == 0 {
            old_worker.kill().await.unwrap();
            old_worker = world.worker_of(&before).await;
        } else {
            new_worker.kill().await.unwrap();
            new_worker = world.worker().await;
        }
        world.settled(PATIENCE).await;
    }
    // And back: the one before alone again, on what both have written.
    drop((new_web, new_worker));
    work_at(&old_web, &world, 100).await;
    world.settled(PATIENCE).await;
    let wrong = format!(
        "select count(*) from operation_runs where not demo and not (
            (outcome = 'succeeded' and (type <> 'inventory.sync' or (counts->>'succeeded')::bigint <= {POLICIES}))
            or (outcome = 'failed' and reason_code = 'worker.lost' and attempt >= max_attempts)
            or (outcome in ('partially_succeeded', 'failed') and reason_code like 'graph.%'))"
    );
    let wrong: i64 = sqlx::query_scalar(AssertSqlSafe(wrong))
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(wrong, 0, "every run came to an end that has its reason");
    let ended_twice = "select count(*) from (select run_id from operation_run_events where kind = 'completed' group by run_id having count(*) > 1) twice";
    assert_eq!(world.count(ended_twice).await, 0);
}
