//! Admission, the reconciler and what a filter shows; executing itself is tested with the worker.

use chrono::TimeDelta;
use domain::cursor::{Cursor, RunKey};
use domain::filter::{RunFilter, Tab};
use domain::id::RunId;
use domain::policy::PolicyType;
use domain::status::Origin;
use ledger::hub::list;
use ledger::reconcile;
use ledger::runs::start::Start;
use test_support::start;

use crate::support::{World, sync};

#[tokio::test]
async fn r05_an_admitted_run_whose_job_is_gone_gets_another() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    let lease = TimeDelta::seconds(5);
    assert_eq!(
        reconcile::pass(&world.worker, lease).await.unwrap(),
        reconcile::Repairs::default()
    );
    sqlx::query("delete from river.river_job")
        .execute(&world.owner)
        .await
        .unwrap();
    world.clock.advance(TimeDelta::seconds(6));
    let repairs = reconcile::pass(&world.worker, lease).await.unwrap();
    assert_eq!(
        repairs,
        reconcile::Repairs {
            requeued: 1,
            ..reconcile::Repairs::default()
        }
    );
    assert_eq!(world.count("select count(*) from river.river_job").await, 1);
    let epoch: i32 = sqlx::query_scalar("select epoch from operation_runs where id = $1")
        .bind(run.0)
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(epoch, 2, "the lost job is a no-op, should it turn up");
    assert_eq!(
        world
            .count("select count(*) from audit_entries where action = 'run.requeued'")
            .await,
        1
    );
}

/// The worker dies after the engine has given it the job and before it has begun the run.
#[tokio::test]
async fn r05_a_job_that_was_fetched_and_never_begun_is_given_to_another() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    sqlx::query(
        "update river.river_job set state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{gone}'",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    let lease = TimeDelta::seconds(60);
    let nothing = reconcile::Repairs::default();
    assert_eq!(reconcile::pass(&world.worker, lease).await.unwrap(), nothing);
    // Fetched a moment ago: it may be about to begin, however long the run has waited for it.
    world.clock.advance(TimeDelta::seconds(61));
    sqlx::query("update river.river_job set attempted_at = attempted_at + interval '30 seconds'")
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(reconcile::pass(&world.worker, lease).await.unwrap(), nothing);
    world.clock.advance(TimeDelta::seconds(60));
    let requeued = reconcile::Repairs { requeued: 1, ..nothing };
    assert_eq!(reconcile::pass(&world.worker, lease).await.unwrap(), requeued);
    assert_eq!(
        world
            .count("select count(*) from river.river_job where state = 'available' and args->>'epoch' = '2'")
            .await,
        1
    );
}

#[tokio::test]
async fn r18_persons_go_before_schedules_and_schedules_before_housekeeping() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let kinds = [
        (PolicyType::DeviceConfiguration, Origin::Manual),
        // In the reverse of the order in which they are to go, and two of a kind by age.
        (PolicyType::DeviceCompliancePolicy, Origin::System),
        (PolicyType::AppProtectionPolicy, Origin::Schedule),
        (PolicyType::SettingsCatalogPolicy, Origin::Manual),
        (PolicyType::DeviceManagementScript, Origin::Manual),
    ];
    let mut runs = Vec::new();
    for (kind, origin) in kinds {
        let what = Start {
            origin,
            ..sync(&access, kind)
        };
        runs.push(start(&world.web, &access, &what).await.unwrap().run());
        world.clock.advance(TimeDelta::milliseconds(5));
    }
    let mut order = Vec::new();
    for _ in 0..kinds.len() {
        let admitted: Vec<uuid::Uuid> =
            sqlx::query_scalar("select id from operation_runs where admitted_at is not null and status <> 'completed'")
                .fetch_all(&world.owner)
                .await
                .unwrap();
        assert_eq!(admitted.len(), 1, "one at a time");
        order.extend(admitted.iter().map(|id| RunId(*id)));
        sqlx::query(
            "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at where admitted_at is not null and status <> 'completed'",
        )
        .execute(&world.owner)
        .await
        .unwrap();
        reconcile::pass(&world.worker, TimeDelta::seconds(60)).await.unwrap();
    }
    assert_eq!(order, [runs[0], runs[3], runs[4], runs[2], runs[1]]);
    // The engine serves its jobs in the same order.
    let priorities: Vec<i16> = sqlx::query_scalar("select priority from river.river_job order by id")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!(priorities, [1, 1, 1, 2, 3]);
}

/// Every tenant has one admitted run, but all of them share the workers, whose queues go by priority.
#[tokio::test]
async fn r22_what_people_keep_starting_elsewhere_does_not_keep_a_schedule_waiting_for_ever() {
    let world = World::new().await;
    let start_in = async |tenant: &str, origin| {
        let access = world.access("operator@northwind.example", tenant).await;
        let what = Start {
            origin,
            ..sync(&access, PolicyType::DeviceConfiguration)
        };
        start(&world.web, &access, &what).await.unwrap().run()
    };
    // What a worker with a free slot would fetch, in the engine's order.
    let order = async || -> Vec<RunId> {
        let ids: Vec<uuid::Uuid> = sqlx::query_scalar(
            "select (args->>'run_id')::uuid from river.river_job where state in ('available', 'scheduled') order by priority, scheduled_at, id",
        )
        .fetch_all(&world.owner)
        .await
        .unwrap();
        ids.into_iter().map(RunId).collect()
    };
    let lease = TimeDelta::seconds(60);
    let scheduled = start_in("Contoso", Origin::Schedule).await;
    let pruning = start_in("Adatum", Origin::System).await;
    world.clock.advance(TimeDelta::minutes(14));
    let by_a_person = start_in("Fabrikam", Origin::Manual).await;
    reconcile::pass(&world.worker, lease).await.unwrap();
    assert_eq!(order().await, [by_a_person, scheduled, pruning], "people first");
    world.clock.advance(TimeDelta::minutes(2));
    assert_eq!(
        reconcile::pass(&world.worker, lease).await.unwrap(),
        reconcile::Repairs::default(),
        "nothing was broken"
    );
    assert_eq!(
        order().await,
        [scheduled, by_a_person, pruning],
        "after a quarter of an hour"
    );
    world.clock.advance(TimeDelta::minutes(15));
    reconcile::pass(&world.worker, lease).await.unwrap();
    assert_eq!(
        order().await,
        [scheduled, pruning, by_a_person],
        "and housekeeping after two"
    );
    // What a worker holds already is the worker's.
    sqlx::query("update river.river_job set state = 'running', attempt = 1, attempted_at = $1, attempted_by = '{w}', priority = 3")
        .bind(ledger::clock::Clock::now(&world.clock))
        .execute(&world.owner)
        .await
        .unwrap();
    reconcile::pass(&world.worker, lease).await.unwrap();
    assert_eq!(
        world
            .count("select count(*) from river.river_job where priority = 3")
            .await,
        3
    );
}

#[tokio::test]
async fn r18_a_raised_limit_admits_who_waits_and_a_hold_does_not() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    for kind in [
        PolicyType::DeviceConfiguration,
        PolicyType::DeviceCompliancePolicy,
        PolicyType::AppProtectionPolicy,
    ] {
        start(&world.web, &access, &sync(&access, kind)).await.unwrap();
        world.clock.advance(TimeDelta::milliseconds(5));
    }
    // Another tenant is not delayed.
    world.start_sync("Fabrikam").await;
    assert_eq!(
        world
            .count("select count(*) from operation_runs where admitted_at is not null")
            .await,
        2
    );
    sqlx::query(
        "update operation_runs set hold = 'awaiting_confirmation'
        where id = (select id from operation_runs where admitted_at is null order by created_at limit 1)",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    sqlx::query("update target_scopes set admitted_limit = 3")
        .execute(&world.owner)
        .await
        .unwrap();
    let repairs = reconcile::pass(&world.worker, TimeDelta::seconds(60)).await.unwrap();
    assert_eq!(repairs.admitted, 1);
    assert_eq!(
        world
            .count("select count(*) from operation_runs where admitted_at is null and hold is not null")
            .await,
        1
    );
}

#[tokio::test]
async fn r20_the_counts_are_those_of_the_lists() {
    let world = World::new().await;
    for tenant in ["Contoso", "Fabrikam", "Adatum"] {
        world.start_sync(tenant).await;
        world.clock.advance(TimeDelta::milliseconds(5));
    }
    sqlx::query(
        "update operation_runs set status = 'completed', outcome = 'failed', completed_at = created_at
        where tenant_id = (select id from tenants where name = 'Adatum')",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    let access = world.access("operator@northwind.example", "Contoso").await;
    for tab in Tab::ALL {
        let page = list::page(
            &world.web,
            &world.saturated,
            &access,
            &RunFilter {
                tab,
                ..RunFilter::default()
            },
            None,
        )
        .await
        .unwrap();
        let at = Tab::ALL.iter().position(|other| *other == tab).unwrap();
        assert_eq!(page.rows.len(), page.tabs[at].count as usize, "{tab:?}");
    }
    let page = list::page(&world.web, &world.saturated, &access, &RunFilter::default(), None)
        .await
        .unwrap();
    assert_eq!(
        page.rows.iter().map(|row| row.target.as_str()).collect::<Vec<_>>(),
        ["Adatum", "Fabrikam", "Contoso"]
    );
    let nothing = list::page(
        &world.web,
        &world.saturated,
        &access,
        &RunFilter::parse([("status", "bogus")]),
        None,
    )
    .await
    .unwrap();
    assert_eq!(nothing.rows, []);
    let restricted = world.access("operator-fabrikam@northwind.example", "Fabrikam").await;
    let page = list::page(&world.web, &world.saturated, &restricted, &RunFilter::default(), None)
        .await
        .unwrap();
    assert_eq!(
        page.rows.iter().map(|row| row.target.as_str()).collect::<Vec<_>>(),
        ["Fabrikam"]
    );
    assert_eq!(page.tabs[0].count, 1);
}

#[tokio::test]
async fn pages_neither_skip_nor_repeat_while_runs_arrive() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let finish = "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at where status <> 'completed'";
    let mut made = Vec::new();
    for n in 0..120 {
        // Some share their time, so that the id has to decide.
        if n % 3 == 0 {
            world.clock.advance(TimeDelta::milliseconds(1));
        }
        made.push(world.start_sync("Contoso").await);
        sqlx::query(finish).execute(&world.owner).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut side = None;
    loop {
        let page = list::page(&world.web, &world.saturated, &access, &RunFilter::default(), side)
            .await
            .unwrap();
        seen.extend(page.rows.iter().map(|row| row.id));
        world.clock.advance(TimeDelta::milliseconds(1));
        world.start_sync("Contoso").await;
        sqlx::query(finish).execute(&world.owner).await.unwrap();
        match page.older {
            Some(cursor) => side = Some(list::Side::After(cursor.parse().unwrap())),
            None => break,
        }
    }
    let mut expected = made.clone();
    expected.reverse();
    let position = |id| made.iter().position(|other| other == id);
    assert_eq!(seen.len(), 120);
    assert!(seen.iter().all(|id| position(id).is_some()));
    let mut sorted = seen.clone();
    sorted.dedup();
    assert_eq!(sorted.len(), 120);
    // And back: newer pages lead to the newest run.
    let mut side = Some(list::Side::Before(Cursor(RunKey {
        at: 0,
        id: expected[119],
    })));
    let mut back = 0;
    while let Some(at) = side {
        let page = list::page(&world.web, &world.saturated, &access, &RunFilter::default(), Some(at))
            .await
            .unwrap();
        back += page.rows.len();
        side = page.newer.map(|cursor| list::Side::Before(cursor.parse().unwrap()));
    }
    assert_eq!(back, 123);
}
