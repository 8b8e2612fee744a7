//! What the page of one run reads: its items and their numbers, the runs around it, and who may see which of it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::RunId;
use domain::items::ItemFilter;
use domain::status::ItemOutcome;
use domain::view::RunDetail;
use ledger::access;
use ledger::explain::explain_items;
use ledger::run_page::{detail, items};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use test_support::{Entered, unchecked};
use uuid::Uuid;

use crate::support::World;

const OPERATOR: &str = "operator@northwind.example";

/// A run as it is stored, of an identity that tests choose.
struct Run<'a> {
    tenant: &'a str,
    identity: &'a str,
    outcome: &'a str,
    /// When it was recorded, in seconds before now.
    ago: i64,
    /// How long it worked, in seconds.
    worked: i32,
    counts: &'a str,
}

impl Default for Run<'_> {
    fn default() -> Self {
        Self {
            tenant: "Contoso",
            identity: "one",
            outcome: "succeeded",
            ago: 3600,
            worked: 10,
            counts: "{}",
        }
    }
}

impl World {
    async fn write(&self, run: Run<'_>) -> RunId {
        let created = ledger::clock::Clock::now(&self.clock) - TimeDelta::seconds(run.ago);
        let made = test_support::run(&self.owner, run.tenant, created)
            .await
            .identity_of(run.identity)
            .completed(run.outcome, TimeDelta::seconds(run.worked.into()))
            .set("counts", serde_json::from_str::<Value>(run.counts).unwrap());
        test_support::write(&self.owner, [made]).await[0]
    }

    /// `count` items: all succeeded, but for every `skip`-th skipped and the last three failed, throttled.
    async fn fill(&self, run: RunId, count: i64, skip: i64) {
        sqlx::query(
            "insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome, reason_code, message)
            select r.id, case when n % 2 = 0 then 'deviceConfiguration' else 'deviceCompliancePolicy' end, lpad(n::text, 6, '0'),
                r.workspace_id, r.tenant_id, 'Policy ' || n,
                case when n > $2 - 3 then 'failed' when n % $3 = 0 then 'skipped' else 'succeeded' end,
                case when n > $2 - 3 then 'graph.throttled' when n % $3 = 0 then 'from.tomorrow' end,
                case when n > $2 - 3 then 'message ' || n end
            from operation_runs r, generate_series(1, $2) n where r.id = $1",
        )
        .bind(run.0)
        .bind(count)
        .bind(skip)
        .execute(&self.owner)
        .await
        .unwrap();
        sqlx::query("analyze operation_run_items")
            .execute(&self.owner)
            .await
            .unwrap();
    }

    async fn page(&self, access: &Entered, run: RunId) -> RunDetail {
        detail::find(&self.web, &unchecked(access, run), &ItemFilter::default())
            .await
            .unwrap()
            .expect("the run is there")
    }
}

/// Every item of a filter, page by page, as kind and id.
async fn walk(world: &World, access: &Entered, run: RunId, outcome: &str, reason: &str) -> Vec<(String, String)> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let filter = ItemFilter::parse(outcome, reason, &after);
        let page = items::page(&world.web, &unchecked(access, run), &filter).await.unwrap();
        found.extend(page.rows.into_iter().map(|row| (row.kind, row.external_id)));
        match page.next {
            Some(next) => after = next,
            None => return found,
        }
    }
}

#[tokio::test]
async fn r20_the_numbers_of_items_are_those_of_the_lists_they_stand_over() {
    let world = World::new().await;
    let counts = r#"{"total": 300, "processed": 300, "succeeded": 198, "skipped": 99, "failed": 3}"#;
    let run = world
        .write(Run {
            counts,
            outcome: "partially_succeeded",
            ..Run::default()
        })
        .await;
    world.fill(run, 300, 3).await;
    let access = world.access(OPERATOR, "Contoso").await;
    let shown = world.page(&access, run).await;
    assert_eq!(shown.numbers.all.to_string(), "300");
    for one in &shown.numbers.outcomes {
        let list = walk(&world, &access, run, one.outcome.as_str(), "").await;
        assert_eq!(list.len().to_string(), one.count.to_string(), "{}", one.outcome);
        assert_eq!(list.iter().collect::<BTreeSet<_>>().len(), list.len(), "no item twice");
    }
    assert_eq!(shown.numbers.outcomes.len(), 3);
    let reasons: Vec<_> = shown.numbers.reasons.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(reasons, ["from.tomorrow", "graph.throttled"], "most frequent first");
    for one in &shown.numbers.reasons {
        let list = walk(&world, &access, run, "", &one.code).await;
        assert_eq!(list.len().to_string(), one.count.to_string(), "{}", one.code);
    }
    assert_eq!(
        shown.numbers.reasons[1].message.as_deref(),
        Some("message 299"),
        "the first of them"
    );
    let kinds: Vec<_> = shown
        .numbers
        .kinds
        .iter()
        .map(|one| (one.kind.as_str(), one.count.count))
        .collect();
    assert_eq!(kinds, [("deviceCompliancePolicy", 150), ("deviceConfiguration", 150)]);
    assert_eq!(walk(&world, &access, run, "failed", "graph.throttled").await.len(), 3);
    assert!(
        walk(&world, &access, run, "succeeded", "graph.throttled")
            .await
            .is_empty()
    );
    for (outcome, reason) in [("bogus", ""), ("", "NOT A CODE"), ("failed", "é")] {
        assert!(
            walk(&world, &access, run, outcome, reason).await.is_empty(),
            "{outcome} {reason}"
        );
    }
}

#[tokio::test]
async fn r20_a_run_that_only_counts_has_no_numbers_over_its_empty_list() {
    let world = World::new().await;
    let counts = r#"{"total": 100000, "processed": 100000, "succeeded": 100000}"#;
    let run = world
        .write(Run {
            counts,
            ..Run::default()
        })
        .await;
    let shown = world.page(&world.access(OPERATOR, "Contoso").await, run).await;
    assert_eq!(shown.run.counts.processed, 100_000);
    assert_eq!(shown.numbers, domain::view::ItemNumbers::default());
}

/// Pages that a plan has looked at, and the indexes that it walked.
fn looked_at(plan: &Value) -> (u64, Vec<String>) {
    fn indexes(node: &Value, found: &mut Vec<String>) {
        found.extend(node["Index Name"].as_str().map(str::to_owned));
        for child in node["Plans"].as_array().into_iter().flatten() {
            indexes(child, found);
        }
    }
    let plan = &plan[0]["Plan"];
    let pages = ["Shared Hit Blocks", "Shared Read Blocks"].map(|key| plan[key].as_u64().unwrap());
    let mut found = Vec::new();
    indexes(plan, &mut found);
    (pages.iter().sum(), found)
}

#[tokio::test]
async fn a_page_of_a_hundred_thousand_items_looks_at_few_pages_whatever_it_is_filtered_by() {
    let world = World::new().await;
    let run = world.write(Run::default()).await;
    world.fill(run, 100_000, 1000).await;
    let access = world.access(OPERATOR, "Contoso").await;
    let middle = "deviceConfiguration/050000";
    for (outcome, reason, after) in [
        ("", "", ""),
        ("", "", middle),
        ("succeeded", "", middle),
        ("failed", "", ""),
        ("skipped", "", middle),
        ("", "graph.throttled", ""),
        ("failed", "graph.throttled", ""),
        ("", "from.tomorrow", middle),
        ("", "not.there", ""),
        ("unconfirmed", "", ""),
    ] {
        let filter = ItemFilter::parse(outcome, reason, after);
        let plan = explain_items(&world.web, &unchecked(&access, run), &filter)
            .await
            .unwrap();
        let (pages, indexes) = looked_at(&plan);
        // Fifty rows lie on at most fifty pages, and an index is a few pages deep.
        assert!(
            pages <= 120,
            "{outcome} {reason} {after}: {pages} pages by {indexes:?}\n{plan:#}"
        );
    }
    assert_eq!(walk(&world, &access, run, "failed", "").await.len(), 3);

    let shown = world.page(&access, run).await;
    let kinds: Vec<_> = shown.numbers.kinds.iter().map(|one| one.count.to_string()).collect();
    assert_eq!(kinds, ["1,000+", "1,000+"]);
}

#[tokio::test]
async fn while_a_run_is_active_its_items_are_counted_up_to_the_bound() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    world.fill(run, 1200, 400).await;
    let shown = world.page(&world.access(OPERATOR, "Contoso").await, run).await;
    assert_eq!(shown.numbers.all.to_string(), "1,000+");
    let counts: Vec<_> = shown
        .numbers
        .outcomes
        .iter()
        .map(|one| (one.outcome, one.count.to_string()))
        .collect();
    let expected = [
        (ItemOutcome::Succeeded, "1,000+".to_owned()),
        (ItemOutcome::Failed, "3".to_owned()),
        (ItemOutcome::Skipped, "2".to_owned()),
    ];
    assert_eq!(counts, expected);
}

#[tokio::test]
async fn neighbours_and_the_usual_duration_are_of_the_same_identity_and_tenant() {
    let world = World::new().await;
    let access = world.access(OPERATOR, "Contoso").await;
    let write = async |ago, worked, outcome| {
        let run = Run {
            outcome,
            ago,
            worked,
            ..Run::default()
        };
        world.write(run).await
    };
    for (ago, worked) in [(9000, 10), (8000, 30), (7000, 20)] {
        write(ago, worked, "succeeded").await;
    }
    let before = write(6000, 999, "failed").await;
    let run = write(5000, 50, "failed").await;
    let after = write(4000, 999, "succeeded").await;
    let newest = write(3000, 999, "blocked").await;
    // What must not be among them: another identity, another tenant with the same one.
    world
        .write(Run {
            identity: "two",
            ago: 5500,
            worked: 1,
            ..Run::default()
        })
        .await;
    world
        .write(Run {
            tenant: "Fabrikam",
            ago: 5400,
            worked: 1,
            ..Run::default()
        })
        .await;

    let related = world.page(&access, run).await.related;
    let id = |other: Option<domain::view::OtherRun>| other.map(|other| other.id);
    assert_eq!(
        [id(related.previous), id(related.next), id(related.latest)],
        [Some(before), Some(after), Some(newest)]
    );
    let usual = related.usual.unwrap();
    assert_eq!(
        (usual.millis, usual.of, usual.same_identity),
        (20_000, 3, true),
        "the median of those before it"
    );

    let related = world.page(&access, newest).await.related;
    assert_eq!([id(related.next), id(related.latest)], [None, None]);
    let related = world.page(&access, before).await.related;
    assert_eq!(id(related.latest), Some(newest));
    // Alone of its identity: the demo's history of the type and tenant tells how long such runs take.
    let alone = world
        .write(Run {
            identity: "alone",
            ..Run::default()
        })
        .await;
    let related = world.page(&access, alone).await.related;
    assert_eq!([id(related.previous), id(related.next)], [None, None]);
    let usual = related.usual.unwrap();
    assert!(!usual.same_identity && usual.of >= 3, "{usual:?}");
}

#[tokio::test]
async fn r10_nothing_of_a_run_is_shown_to_who_may_not_see_its_tenant() {
    let world = World::new().await;
    let run = world.write(Run::default()).await;
    world.fill(run, 10, 3).await;
    let theirs = world
        .write(Run {
            tenant: "Fabrikam",
            ..Run::default()
        })
        .await;
    world.fill(theirs, 10, 3).await;
    for (email, tenant) in [
        ("operator-fabrikam@northwind.example", "Fabrikam"),
        ("owner@tailspin.example", "Woodgrove"),
    ] {
        let user = world.user(email).await;
        assert!(access::for_run(&world.web, user, run).await.unwrap().is_none());
        // With a permit that was never checked, as a defect might have it.
        let access = world.access(email, tenant).await;
        let plain = ItemFilter::default();
        assert!(
            detail::find(&world.web, &unchecked(&access, run), &plain)
                .await
                .unwrap()
                .is_none(),
            "{email}"
        );
        for filter in [
            plain,
            ItemFilter::parse("failed", "", ""),
            ItemFilter::parse("", "graph.throttled", ""),
        ] {
            let page = items::page(&world.web, &unchecked(&access, run), &filter)
                .await
                .unwrap();
            assert!(page.rows.is_empty(), "{email} {filter:?}");
        }
    }
    let fabrikam = world.access("operator-fabrikam@northwind.example", "Fabrikam").await;
    let shown = world.page(&fabrikam, theirs).await;
    assert_eq!(shown.numbers.kinds.iter().map(|one| one.count.count).sum::<u32>(), 10);
    assert_eq!(
        shown.related.previous.map(|other| other.id),
        None,
        "not the run of Contoso"
    );
}

#[tokio::test]
async fn the_facts_of_a_run_are_complete() {
    let world = World::new().await;
    // Two summers and winters of a zone that changes its clocks; the last Sunday of October.
    let at: DateTime<Utc> = "2026-10-25T00:30:00Z".parse().unwrap();
    let ago = (ledger::clock::Clock::now(&world.clock) - at).num_seconds();
    let run = world
        .write(Run {
            ago,
            worked: 3600,
            ..Run::default()
        })
        .await;
    for sql in [
        "update tenants set time_zone = 'Europe/Berlin' where name = 'Contoso'",
        "update operation_runs set retention_hold = true where type = 'inventory.sync'",
        "insert into operation_run_followers (run_id, user_id, workspace_id, tenant_id, name, joined_at)
            select r.id, u.id, r.workspace_id, r.tenant_id, u.name, r.created_at from operation_runs r, users u where r.identity = sha256('one')",
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&world.owner).await.unwrap();
    }
    let shown = world.page(&world.access(OPERATOR, "Contoso").await, run).await;
    let clock = shown.tenant_clock.unwrap();
    assert_eq!((clock.zone.as_str(), clock.created), ("Europe/Berlin", 120));
    assert_eq!(
        (clock.started, clock.completed),
        (Some(120), Some(60)),
        "the clocks went back in between"
    );
    assert!(shown.kept);
    assert!(
        shown.joined.iter().any(|one| one.name == "Olga Operator"),
        "{:?}",
        shown.joined
    );
    assert!(!shown.joined_more);
    assert_eq!(shown.heartbeat_at, None);

    sqlx::query("update tenants set time_zone = 'Nowhere/Land'")
        .execute(&world.owner)
        .await
        .unwrap();
    let shown = world.page(&world.access(OPERATOR, "Contoso").await, run).await;
    assert_eq!(
        shown.tenant_clock, None,
        "a zone that nobody knows is no reason not to show the page"
    );
}
