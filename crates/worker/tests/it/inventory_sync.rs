//! `inventory.sync`, whole.

use std::path::Path;

use domain::policy::PolicyType;
use domain::status::Outcome;
use simulator::SimulatorConfig;

use crate::support::World;

const OPERATOR: &str = "operator@northwind.example";

#[tokio::test(flavor = "multi_thread")]
async fn reads_the_committed_fixtures_and_a_second_time_changes_nothing_but_last_seen() {
    let world = World::new().await;
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access(OPERATOR, "Contoso").await;
    let first = world.start(&access, &PolicyType::ALL).await;
    let found = world.ended(&access, first).await;
    assert_eq!(found.run.outcome, Outcome::Succeeded, "{found:?}");
    let counts = found.run.counts;
    assert_eq!((counts.total, counts.processed, counts.succeeded), (Some(10), 10, 10));
    assert_eq!(found.items.rows.len(), 10);
    assert!(
        found.items.rows.iter().all(|item| item.name != item.external_id),
        "real names"
    );
    let told: Vec<String> = found.events.iter().map(|event| event.kind.clone()).collect();
    assert_eq!(told, ["queued", "admitted", "started", "completed"]);

    let before = contents(&world).await;
    let second = world.start(&access, &PolicyType::ALL).await;
    assert_ne!(first, second);
    assert_eq!(world.ended(&access, second).await.run.outcome, Outcome::Succeeded);
    assert_eq!(contents(&world).await, before);
    let seen: Vec<uuid::Uuid> = sqlx::query_scalar("select distinct last_seen_run_id from inventory_items")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!(seen, [second.0]);
    assert_eq!(
        world
            .count("select count(*) from inventory_items where last_seen_at > first_seen_at")
            .await,
        10
    );
    assert_eq!(
        world
            .count("select count(*) from notifications where kind = 'completed'")
            .await,
        2
    );
    assert_eq!(
        world
            .count("select count(*) from audit_entries where action = 'run.completed' and outcome = 'success'")
            .await,
        2
    );
}

/// Everything of the inventory but when it was seen.
async fn contents(world: &World) -> Vec<String> {
    sqlx::query_scalar(
        "select (to_jsonb(i) - 'last_seen_at' - 'last_seen_run_id')::text from inventory_items i order by 1",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs ../shared/graph, which not every checkout has; make test runs it where it is"]
async fn reads_a_real_export() {
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/graph/openintunebaseline-macos");
    assert!(export.exists(), "{} is not there", export.display());
    let world = World::with(SimulatorConfig {
        fixtures: Some(export),
        ..SimulatorConfig::default()
    })
    .await;
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access(OPERATOR, "Contoso").await;
    let run = world.start(&access, &PolicyType::ALL).await;
    let found = world.ended(&access, run).await;
    let counts = found.run.counts;
    assert_eq!((counts.total, counts.processed, counts.succeeded), (Some(20), 20, 20));
    let of = |kind: &str| found.items.rows.iter().filter(|item| item.kind == kind).count();
    assert_eq!((of("settingsCatalogPolicy"), of("deviceCompliancePolicy")), (17, 3));
    assert!(
        found
            .items
            .rows
            .iter()
            .all(|item| item.name.starts_with("MacOS - OIB - "))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_type_makes_the_run_partial_and_is_named() {
    let world = World::new().await;
    world
        .simulator
        .set_faults("deny=deviceCompliancePolicies".parse().unwrap());
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access(OPERATOR, "Contoso").await;
    let run = world.start(&access, &PolicyType::ALL).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.outcome, Outcome::PartiallySucceeded);
    assert_eq!((found.run.counts.succeeded, found.run.counts.failed), (7, 1));
    assert_eq!(found.run.reason.as_deref(), Some("permission.missing"));
    let item = found.items.rows.iter().find(|item| item.kind == "policy_type").unwrap();
    assert_eq!(
        (item.name.as_str(), item.reason.as_deref()),
        ("Compliance policies", Some("permission.missing"))
    );
    assert!(
        item.message
            .as_deref()
            .unwrap()
            .contains("DeviceManagementConfiguration.Read.All"),
        "{item:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_json_is_named_and_the_other_types_go_on() {
    let world = World::new().await;
    world
        .simulator
        .set_faults("broken-json=configurationPolicies".parse().unwrap());
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access(OPERATOR, "Contoso").await;
    let run = world.start(&access, &PolicyType::ALL).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.outcome, Outcome::PartiallySucceeded);
    assert_eq!(found.run.reason.as_deref(), Some("graph.unavailable"));
    assert_eq!(found.run.counts.succeeded, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_graph_is_tried_and_then_failed() {
    let world = World::new().await;
    // A port that nobody listens on.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let _worker = world.worker("one", &format!("http://{closed}").parse().unwrap()).await;
    let access = world.access(OPERATOR, "Contoso").await;
    let run = world.start(&access, &PolicyType::ALL).await;
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.outcome, Outcome::Failed);
    assert_eq!(found.run.reason.as_deref(), Some("graph.unreachable"));
    assert_eq!(found.failures[0].code, "graph.unreachable");
    assert_eq!(found.items.rows, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_throttling_is_waited_for_and_shown() {
    let world = World::new().await;
    world
        .simulator
        .set_faults("throttle-next=1,retry-after=2".parse().unwrap());
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access(OPERATOR, "Contoso").await;
    let run = world.start(&access, &PolicyType::ALL).await;
    let waiting = world
        .until(&access, run, |found| found.run.waiting_until.is_some())
        .await;
    assert_eq!(waiting.run.badge().word, "Waiting for Microsoft Graph");
    assert_eq!(
        waiting.run.status,
        domain::status::RunStatus::Running,
        "R06: waiting is not a status"
    );
    let found = world.ended(&access, run).await;
    assert_eq!(found.run.outcome, Outcome::Succeeded);
    assert!(
        found
            .events
            .iter()
            .any(|event| event.kind == "waiting" && event.detail == "graph.throttled")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_fail_the_run_at_once() {
    let world = World::new().await;
    world.simulator.set_faults("refuse-tokens".parse().unwrap());
    let _worker = world.worker("one", &world.graph_url).await;
    let access = world.access(OPERATOR, "Contoso").await;
    let run = world.start(&access, &PolicyType::ALL).await;
    let found = world.ended(&access, run).await;
    assert_eq!(
        (found.run.outcome, found.run.reason.as_deref()),
        (Outcome::Failed, Some("authentication.failed"))
    );
    assert_eq!(world.simulator.graph_requests(), 0);
}
