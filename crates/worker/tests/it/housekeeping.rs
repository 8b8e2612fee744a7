//! Groups and retention: what schedules start.

use chrono::TimeDelta;
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::status::{Origin, Outcome};
use ledger::clock::{Clock, SystemClock};
use ledger::runs::start::Start;
use serde_json::json;
use simulator::SimulatorConfig;

use crate::support::World;

fn groups<'a>(access: &test_support::Entered) -> Start<'a> {
    Start {
        kind: OperationType::DirectoryGroupsSync,
        tenant: access.tenant,
        inputs: json!({}),
        receipt: Some(ScopeReceipt::Groups),
        origin: Origin::Manual,
        initiator: "Olga Operator",
        key: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_groups_is_kept_and_what_is_gone_is_forgotten_after_90_days() {
    let world = World::with(SimulatorConfig {
        groups: 2500,
        ..SimulatorConfig::default()
    })
    .await;
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    for (id, days) in [("gone", 91), ("away", 89)] {
        sqlx::query(
            "insert into directory_groups select t.id, $1, t.workspace_id, 'Old', 'security', true, false, t.created_at, t.created_at - make_interval(days => $2), gen_random_uuid()
            from tenants t where t.name = 'Contoso'",
        )
        .bind(id)
        .bind(days)
        .execute(&world.owner)
        .await
        .unwrap();
    }
    let run = world.start_what(&access, &groups(&access)).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.outcome, Outcome::Succeeded, "{found:?}");
    assert_eq!((found.run.counts.total, found.run.counts.succeeded), (Some(2500), 2500));
    assert_eq!(world.count("select count(*) from directory_groups").await, 2501);
    assert_eq!(
        world
            .count("select count(distinct group_type) from directory_groups where name <> 'Old'")
            .await,
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_is_kept_and_what_is_gone_is_said_and_forgotten_after_90_days() {
    let world = World::new().await;
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    for (id, days) in [("gone", 91), ("away", 89)] {
        sqlx::query(
            "insert into directory_role_definitions (tenant_id, external_id, workspace_id, name, search_key, built_in, enabled,
                first_seen_at, last_seen_at, last_seen_run_id)
            select t.id, $1, t.workspace_id, 'Old', 'old', false, true, t.created_at, t.created_at - make_interval(days => $2),
                gen_random_uuid()
            from tenants t where t.name = 'Contoso'",
        )
        .bind(id)
        .bind(days)
        .execute(&world.owner)
        .await
        .unwrap();
    }
    let roles = Start {
        kind: OperationType::DirectoryRoleDefinitionsSync,
        receipt: Some(ScopeReceipt::RoleDefinitions),
        ..groups(&access)
    };
    let run = world.start_what(&access, &roles).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.outcome, Outcome::Succeeded, "{found:?}");
    let there = world
        .count("select count(*) from directory_role_definitions where missing_since is null")
        .await;
    assert_eq!(i64::from(found.run.counts.succeeded), there);
    assert_eq!(
        world.count("select count(*) from directory_role_definitions").await,
        there + 1
    );
    let known = "select count(*) from directory_role_definitions
        where name = 'Global Administrator' and search_key = 'global administrator' and built_in and enabled
            and template_id = '62e90394-69f5-4237-9190-012177145e10' and external_id = template_id";
    assert_eq!(world.count(known).await, 1);
    let own = "select count(*) from directory_role_definitions where not built_in and name <> 'Old'";
    assert!(world.count(own).await > 0);
    let off = "select count(*) from directory_role_definitions where not enabled";
    assert_eq!(world.count(off).await, 1);
    // Again: the same roles, and none is new or gone.
    let run = world.start_what(&access, &roles).await;
    let found = world.ended(&access, run).await;
    assert_eq!(i64::from(found.run.counts.succeeded), there);
    assert_eq!(
        world.count("select count(*) from directory_role_definitions").await,
        there + 1
    );
    // With the receipt of the groups it touches nothing (R16).
    let wrong = Start {
        receipt: Some(ScopeReceipt::Groups),
        ..roles
    };
    sqlx::query("delete from directory_role_definitions")
        .execute(&world.owner)
        .await
        .unwrap();
    let run = world.start_what(&access, &wrong).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.reason.as_deref(), Some("scope.exceeded"));
    assert_eq!(world.count("select count(*) from directory_role_definitions").await, 0);
}

/// Completed runs of Northwind of so many days ago, with an item each.
async fn history(world: &World, days: i64, n: i64, held: bool) {
    let at = SystemClock.now() - TimeDelta::days(days);
    let run = test_support::run(&world.owner, "Contoso", at)
        .await
        .set("retention_hold", held);
    let all = (1..=n).map(|n| {
        let one = run.clone().created_at(at + TimeDelta::milliseconds(n));
        one.completed("succeeded", TimeDelta::zero())
    });
    let runs = test_support::write(&world.owner, all).await;
    let runs: Vec<uuid::Uuid> = runs.into_iter().map(|run| run.0).collect();
    sqlx::query(
        "insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome)
        select id, 'policy', 'one', workspace_id, tenant_id, 'One', 'succeeded' from operation_runs where id = any ($1)",
    )
    .bind(&runs)
    .execute(&world.owner)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_removes_what_is_old_keeps_what_is_held_and_drops_partitions() {
    let world = World::new().await;
    sqlx::query("select ensure_item_partitions(now() - interval '130 days', now())")
        .execute(&world.owner)
        .await
        .unwrap();
    history(&world, 120, 1200, false).await;
    history(&world, 120, 3, true).await;
    history(&world, 91, 5, false).await;
    history(&world, 89, 7, false).await;
    sqlx::query("insert into notifications select gen_random_uuid(), u.id, r.workspace_id, r.tenant_id, r.id, 'completed', r.type, r.target, r.outcome, null, '{}', r.created_at
        from operation_runs r, users u where u.email = 'operator@northwind.example'").execute(&world.owner).await.unwrap();
    let before = world
        .count("select count(*) from pg_inherits where inhparent = 'operation_run_items'::regclass")
        .await;
    sqlx::query(
        "insert into schedules (id, workspace_id, type, name, cron, time_zone, next_fire_at, created_at)
        select gen_random_uuid(), id, 'retention.prune', 'Retention', '40 3 * * *', 'UTC', now() - interval '1 second', now() from workspaces",
    )
    .execute(&world.owner)
    .await
    .unwrap();

    let worker = world.worker("one", &world.graph_url).await;
    let scheduler = world
        .database
        .worker(std::sync::Arc::new(ledger::clock::SystemClock))
        .await;
    assert!(ledger::schedules::serve_one(&scheduler).await.unwrap());
    assert!(
        ledger::schedules::serve_one(&scheduler).await.unwrap(),
        "one for each workspace"
    );
    for _ in 0..200 {
        if world
            .count("select count(*) from operation_runs where type = 'retention.prune' and outcome = 'succeeded'")
            .await
            == 2
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // What the worker does beside its runs, every few minutes.
    ledger::retention::tend_partitions(&scheduler).await.unwrap();
    drop(worker);
    assert_eq!(
        world
            .count("select count(*) from operation_runs where type = 'inventory.sync'")
            .await,
        10
    );
    assert_eq!(
        world
            .count("select count(*) from operation_runs where retention_hold")
            .await,
        3
    );
    assert_eq!(world.count("select (counts->>'succeeded')::bigint from operation_runs where type = 'retention.prune' order by 1 desc limit 1").await, 1205);
    let after = world
        .count("select count(*) from pg_inherits where inhparent = 'operation_run_items'::regclass")
        .await;
    assert!(after < before, "partitions were dropped: {before} → {after}");
    // Items of held runs stayed, those of removed ones went with them.
    let held =
        "select count(*) from operation_run_items i join operation_runs r on r.id = i.run_id where r.retention_hold";
    assert_eq!(world.count(held).await, 3);
    assert_eq!(world.count("select count(*) from operation_run_items").await, 10);
    assert_eq!(world.count("select count(*) from operation_run_items_rest").await, 3);
    assert_eq!(
        world.count("select count(*) from notifications").await,
        1215,
        "notifications survive"
    );
    assert_eq!(
        world
            .count(
                "select count(*) from audit_entries where action = 'run.completed' and resource_type = 'operation_run'"
            )
            .await,
        2
    );
    assert_eq!(
        world
            .count("select count(*) from schedule_fires where outcome = 'started'")
            .await,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn c01_partitions_and_retention_are_seen_to_by_every_worker_and_by_no_run() {
    let world = World::new().await;
    let ahead = "select count(*) from pg_inherits where inhparent = 'operation_run_items'::regclass";
    let months = "select count(*) from pg_inherits where inhparent = 'audit_entries'::regclass";
    let before = (world.count(ahead).await, world.count(months).await);
    sqlx::query(
        "do $$ declare last text; begin
            select name into last from item_partitions() order by upper_bound desc limit 1;
            execute format('drop table %I', last);
            select relname into last from pg_class where relname ~ '^audit_entries_[0-9]{4}m' and relkind = 'r' order by 1 desc limit 1;
            execute format('drop table %I', last);
        end $$",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    sqlx::query("delete from schedules")
        .execute(&world.owner)
        .await
        .unwrap();
    let _workers = (
        world.worker("one", &world.graph_url).await,
        world.worker("two", &world.graph_url).await,
    );
    let retention =
        "select count(*) from schedules where type = 'retention.prune' and enabled and next_fire_at is not null";
    let there = async || {
        (
            (world.count(ahead).await, world.count(months).await),
            world.count(retention).await,
        )
    };
    for _ in 0..600 {
        if there().await == (before, 2) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(there().await, (before, 2));
    assert_eq!(world.count("select count(*) from operation_runs").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_what_the_receipt_does_not_name_fails_the_run_and_is_not_touched() {
    let world = World::new().await;
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let wide = Start {
        kind: OperationType::InventorySync,
        inputs: json!({ "types": [PolicyType::SettingsCatalogPolicy, PolicyType::DeviceCompliancePolicy] }),
        receipt: Some(ScopeReceipt::PolicyTypes {
            types: [PolicyType::SettingsCatalogPolicy].into(),
        }),
        ..groups(&access)
    };
    let run = world.start_what(&access, &wide).await;
    let found = world.ended(&access, run).await;
    assert_eq!(
        (found.run.outcome, found.run.reason.as_deref()),
        (Outcome::Failed, Some("scope.exceeded"))
    );
    assert_eq!(
        world
            .count("select count(*) from inventory_items where policy_type = 'deviceCompliancePolicy'")
            .await,
        0
    );
    let narrow = Start {
        receipt: Some(ScopeReceipt::ExpiredHistory),
        ..groups(&access)
    };
    let run = world.start_what(&access, &narrow).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.reason.as_deref(), Some("scope.exceeded"));
    assert_eq!(world.count("select count(*) from directory_groups").await, 0);
}
