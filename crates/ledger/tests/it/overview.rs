//! The overview: every number is that of the list it links to, and nothing of what is out of reach.

use chrono::TimeDelta;
use domain::filter::{RunFilter, Tab};
use domain::freshness::DataFreshness;
use domain::operation::OperationType;
use domain::overview::{CHARTED, Overview};
use ledger::hub::list;
use ledger::overview;
use test_support::Entered;

use crate::support::World;

/// A completed run: tenant, type, outcome, reason, hours ago.
async fn write(world: &World, (tenant, kind, outcome, reason, hours): (&str, &str, &str, Option<&str>, i32)) {
    let at = world.web.now() - TimeDelta::hours(hours.into());
    let run = test_support::run(&world.owner, tenant, at)
        .await
        .operation(kind)
        .completed(outcome, TimeDelta::minutes(1))
        .set("reason_code", reason);
    test_support::write(&world.owner, [run]).await;
}

/// History of all kinds, in two tenants of one workspace and in one of another.
async fn world_with_history() -> World {
    let world = World::new().await;
    sqlx::query("delete from schedules")
        .execute(&world.owner)
        .await
        .unwrap();
    for tenant in ["Contoso", "Fabrikam", "Woodgrove"] {
        let throttled = Some("graph.throttled");
        for run in [
            (tenant, "inventory.sync", "succeeded", None, 2),
            (tenant, "inventory.sync", "failed", throttled, 3),
            (tenant, "inventory.sync", "failed", throttled, 80),
            (tenant, "inventory.sync", "blocked", Some("missing_capability"), 5),
            (tenant, "policy.sync", "failed", None, 30),
            (tenant, "policy.sync", "failed", Some("from.tomorrow"), 30),
            (tenant, "policy.sync", "partially_succeeded", throttled, 30),
            (tenant, "policy.sync", "succeeded", None, 36),
            (tenant, "retention.prune", "failed", Some("permission.missing"), 10),
            (tenant, "drift.generate", "succeeded", None, 24 * 20),
            // Out of every window, but the last good one.
            (tenant, "backup_schedule.scheduled", "succeeded", None, 24 * 60),
            (tenant, "restore.execute", "succeeded", None, 1),
        ] {
            write(&world, run).await;
        }
    }
    world
}

async fn load(world: &World, access: &Entered) -> Overview {
    overview::load(&world.web, access).await.unwrap()
}

/// How many runs the list has under a filter: the rows of its page, and the number over them.
async fn listed(world: &World, access: &Entered, filter: &RunFilter) -> u32 {
    let page = list::page(&world.web, &world.saturated, access, filter, None)
        .await
        .unwrap();
    let tab = Tab::ALL.into_iter().position(|tab| tab == filter.tab).unwrap();
    assert_eq!(
        usize::try_from(page.tabs[tab].count).unwrap(),
        page.rows.len(),
        "{filter:?}"
    );
    page.tabs[tab].count
}

#[tokio::test]
async fn r20_every_number_is_that_of_the_list_it_links_to() {
    let world = world_with_history().await;
    for (email, tenant) in [
        ("owner@northwind.example", "Contoso"),
        ("readonly@northwind.example", "Contoso"),
        ("operator-fabrikam@northwind.example", "Fabrikam"),
        ("owner@tailspin.example", "Woodgrove"),
    ] {
        let access = world.access(email, tenant).await;
        let shown = load(&world, &access).await;
        assert_eq!(shown.days.len(), 30, "{email}");
        let mut counted = 0;
        for day in &shown.days {
            for (bucket, count) in CHARTED.into_iter().zip(day.counts) {
                assert_eq!(
                    listed(&world, &access, &day.filter(bucket)).await,
                    count,
                    "{email} {} {bucket}",
                    day.day
                );
                counted += count;
            }
        }
        assert!(counted >= 10, "{email}: {counted}");
        assert!(shown.causes.len() >= 4, "{email}: {:?}", shown.causes);
        for cause in &shown.causes {
            assert_eq!(
                listed(&world, &access, &cause.filter()).await,
                cause.runs,
                "{email} {cause:?}"
            );
        }
        let failed = RunFilter {
            tab: Tab::Failed,
            ..RunFilter::default()
        };
        let all = shown.causes.iter().map(|cause| cause.runs).sum::<u32>();
        assert_eq!(
            listed(&world, &access, &failed).await,
            all,
            "{email}: the causes are all failures"
        );
    }
}

/// The tallies as kept, and as they would be counted now.
async fn tallies(world: &World) -> (Vec<String>, Vec<String>) {
    let all = |sql: &'static str| sqlx::query_scalar(sql).fetch_all(&world.owner);
    let kept = all(
        "select row(workspace_id, tenant_id, type, outcome, reason_code, created_on, completed_on, runs)::text
        from operation_run_tallies order by 1",
    )
    .await
    .unwrap();
    let counted = all(
        "select row(workspace_id, tenant_id, type, outcome, reason_code, (created_at at time zone 'UTC')::date,
            (completed_at at time zone 'UTC')::date, count(*))::text
        from operation_runs where status = 'completed'
        group by workspace_id, tenant_id, type, outcome, reason_code, (created_at at time zone 'UTC')::date,
            (completed_at at time zone 'UTC')::date order by 1",
    )
    .await
    .unwrap();
    (kept, counted)
}

#[tokio::test]
async fn r20_the_tallies_are_those_of_the_runs_whatever_becomes_of_them() {
    let world = world_with_history().await;
    let (kept, counted) = tallies(&world).await;
    assert_eq!(kept, counted);
    assert!(kept.len() > 20, "{kept:?}");

    // Twelve at once end alike: none of them is lost.
    let queued = test_support::run(&world.owner, "Contoso", world.web.now()).await;
    let runs = test_support::write(&world.owner, (0..12).map(|_| queued.clone())).await;
    let runs: Vec<uuid::Uuid> = runs.into_iter().map(|run| run.0).collect();
    assert_eq!(tallies(&world).await.0, kept, "what has not ended is not counted");
    let end = |run: uuid::Uuid| {
        sqlx::query("update operation_runs set status = 'completed', outcome = 'failed', reason_code = 'x', completed_at = $2 where id = $1")
            .bind(run)
            .bind(world.web.now())
            .execute(&world.owner)
    };
    futures::future::try_join_all(runs.iter().map(|run| end(*run)))
        .await
        .unwrap();
    let (kept, counted) = tallies(&world).await;
    assert_eq!(kept, counted);
    assert!(kept.iter().any(|row| row.ends_with(",12)")), "{kept:?}");

    // What concerns keeping a run does not count it again.
    sqlx::query("update operation_runs set retention_hold = true where id = $1")
        .bind(runs[0])
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(tallies(&world).await.0, kept);

    // Removed, they are counted no more, and what nobody is counted in is gone.
    for which in ["id = any ($1)", "not id = any ($1)"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("delete from operation_runs where {which}")))
            .bind(&runs)
            .execute(&world.owner)
            .await
            .unwrap();
        let (kept, counted) = tallies(&world).await;
        assert_eq!(kept, counted);
    }
    assert_eq!(tallies(&world).await.0, Vec::<String>::new());
}

#[tokio::test]
async fn r10_nothing_of_what_is_out_of_reach_is_counted_or_named() {
    let world = world_with_history().await;
    let access = world.access("operator-fabrikam@northwind.example", "Fabrikam").await;
    let shown = load(&world, &access).await;
    let names = |shown: &Overview| {
        let board = shown.board.rows.iter().map(|row| row.tenant.name.clone());
        let named = shown
            .causes
            .iter()
            .flat_map(|cause| cause.named.iter().map(|tenant| tenant.name.clone()));
        let mut all: Vec<String> = board.chain(named).collect();
        all.sort();
        all.dedup();
        all
    };
    assert_eq!(names(&shown), ["Fabrikam"]);
    assert_eq!(shown.board.tenants, 1);
    assert!(
        shown.causes.iter().all(|cause| cause.tenants == 1),
        "{:?}",
        shown.causes
    );
    let throttled = |shown: &Overview| {
        let cause = shown
            .causes
            .iter()
            .find(|cause| cause.reason.as_deref() == Some("graph.throttled"));
        cause.map(|cause| (cause.runs, cause.tenants))
    };
    assert_eq!(throttled(&shown), Some((2, 1)));
    let whole = load(&world, &world.access("operator@northwind.example", "Contoso").await).await;
    assert_eq!(throttled(&whole), Some((4, 2)));
    assert_eq!(names(&whole), ["Adatum", "Contoso", "Fabrikam"]);

    // Without the key, nothing of the type.
    assert!(
        !whole
            .causes
            .iter()
            .any(|cause| cause.reason.as_deref() == Some("permission.missing"))
    );
    assert!(
        !whole
            .board
            .operations
            .contains(&OperationType::ProviderCheck.to_string())
    );
    let owner = load(&world, &world.access("owner@northwind.example", "Contoso").await).await;
    assert!(
        owner
            .causes
            .iter()
            .any(|cause| cause.reason.as_deref() == Some("permission.missing"))
    );
}

#[tokio::test]
async fn freshness_goes_by_the_schedule_or_else_by_the_default_of_the_type() {
    let world = world_with_history().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let freshness = async |tenant: &str, kind: OperationType| {
        let board = load(&world, &access).await.board;
        let place = board.operations.iter().position(|of| *of == kind.as_str())?;
        let row = board.rows.iter().find(|row| row.tenant.name == tenant)?;
        let cell = &row.cells[place];
        Some((cell.freshness, cell.last.is_some(), cell.scheduled))
    };
    assert_eq!(
        freshness("Contoso", OperationType::InventorySync).await,
        Some((DataFreshness::Fresh, true, false))
    );
    assert_eq!(
        freshness("Contoso", OperationType::PolicySync).await,
        Some((DataFreshness::Due, true, false))
    );
    assert_eq!(
        freshness("Contoso", OperationType::DriftGenerate).await,
        Some((DataFreshness::Overdue, true, false))
    );
    assert_eq!(
        freshness("Adatum", OperationType::InventorySync).await,
        Some((DataFreshness::Never, false, false))
    );
    // Offered, so it is there without history; done on occasion, so it is not on the board at all.
    assert_eq!(
        freshness("Contoso", OperationType::DirectoryGroupsSync).await,
        Some((DataFreshness::Never, false, false))
    );
    assert_eq!(freshness("Contoso", OperationType::RestoreExecute).await, None);
    // It has a rhythm, and this release cannot do it.
    assert_eq!(freshness("Contoso", OperationType::ProviderCheck).await, None);

    let schedule = async |cron: &str| {
        sqlx::query(
            "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, created_at)
            select gen_random_uuid(), workspace_id, id, 'inventory.sync', $1, $1, 'UTC', now() from tenants where name = 'Contoso'",
        )
        .bind(cron)
        .execute(&world.owner)
        .await
        .unwrap();
    };
    // Once a year, so the run of two hours ago will do for long; then every ten minutes, and that counts.
    schedule("0 0 1 1 *").await;
    let (fresh, ..) = freshness("Contoso", OperationType::InventorySync).await.unwrap();
    assert_ne!(fresh, DataFreshness::Overdue);
    schedule("*/10 * * * *").await;
    assert_eq!(
        freshness("Contoso", OperationType::InventorySync).await,
        Some((DataFreshness::Overdue, true, true))
    );
    let board = load(&world, &access).await.board;
    assert_eq!(
        board.rows.last().unwrap().tenant.name,
        "Adatum",
        "what needs attention comes first"
    );
}
