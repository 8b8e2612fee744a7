//! Days are those of a filter's zone, everywhere: the list, its numbers, what its page asks for, and its file.

use domain::cursor::{Cursor, RunCursor, RunKey};
use domain::filter::{RunFilter, Tab};
use ledger::runs::list::Side;
use ledger::runs::poll::Known;
use ledger::runs::{export, list, poll};

use crate::support::World;

/// A run of Contoso's for every 50 minutes of two days, so that every zone's midnights fall between others.
async fn write(world: &World) {
    sqlx::query(
        "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, origin, identity, identity_exclusive, target,
            target_scope, priority, initiator_name, correlation_id, created_at, started_at, admitted_at, completed_at)
        select (left(uuid_at(at)::text, 19) || right(gen_random_uuid()::text, 17))::uuid, t.workspace_id, t.id, 'inventory.sync', 'completed',
            'failed', 'manual', sha256('x'), true, t.name, 'x', 1, 'Somebody', gen_random_uuid(), at, at, at, at
        from tenants t, generate_series(0, 57) n, lateral (select $1 - n * interval '50 minutes' as at) a where t.name = 'Contoso'",
    )
    .bind(world.web.now())
    .execute(&world.owner)
    .await
    .unwrap();
}

#[tokio::test]
async fn case_period_is_utc_days_list_counts_poll_and_export_agree_with_the_wall_clock() {
    let world = World::new().await;
    write(&world).await;
    let access = world.access("owner@northwind.example", "Contoso").await;
    let now = world.web.now();
    for zone in [
        "UTC",
        "Pacific/Kiritimati",
        "America/Los_Angeles",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Europe/Berlin",
    ] {
        for tab in [Tab::All, Tab::Failed] {
            for (from, to) in [("0d", "0d"), ("1d", "1d"), ("1d", "0d"), ("0d", "")] {
                let query = [("tab", tab.as_str()), ("from", from), ("to", to), ("zone", zone)];
                let filter = RunFilter::parse(query);
                let days = |day: &str| day.trim_end_matches('d').parse::<i32>().unwrap_or(-1);
                // PostgreSQL knows zones as well, and was not asked for the window.
                let expected: i64 = sqlx::query_scalar(
                    "select count(*) from operation_runs where ($1 at time zone $2)::date - (created_at at time zone $2)::date between $3 and $4",
                )
                .bind(now)
                .bind(zone)
                .bind(days(to).max(0))
                .bind(days(from))
                .fetch_one(&world.owner)
                .await
                .unwrap();
                let page = list::page(&world.web, &access, &filter, None).await.unwrap();
                let place = Tab::ALL.into_iter().position(|other| other == tab).unwrap();
                assert_eq!(i64::from(page.tabs[place].count), expected, "{query:?}: the number");
                assert_eq!(
                    i64::try_from(page.rows.len()).unwrap(),
                    expected.min(50),
                    "{query:?}: the list"
                );
                let (rows, _) = export::batch(&world.web, &access, &filter, None, now).await.unwrap();
                assert_eq!(i64::try_from(rows.len()).unwrap(), expected, "{query:?}: the file");
                let known = Known {
                    newest: Some(Cursor(RunKey::OLDEST)),
                    ..Known::default()
                };
                let polled = poll::poll(&world.web, &access, &filter, &known).await.unwrap();
                assert_eq!(i64::from(polled.newer.count), expected, "{query:?}: the poll");
            }
        }
    }
}

#[tokio::test]
async fn c10_no_day_or_place_is_more_than_the_database_holds() {
    let world = World::new().await;
    let access = world.access("owner@northwind.example", "Contoso").await;
    for zone in ["", "Pacific/Kiritimati", "Etc/GMT+12"] {
        for day in ["1970-01-01", "9999-12-31", "65535d", "-9999-01-01", "262142-12-31"] {
            for field in ["from", "to"] {
                let filter = RunFilter::parse([(field, day), ("zone", zone)]);
                for side in [
                    None,
                    Some(i64::MAX),
                    Some(i64::MIN),
                    Some(0),
                    Some(253_402_300_799_999_999),
                ] {
                    let cursor = side.map(|at| format!("1.{at}.00000000-0000-0000-0000-000000000000"));
                    let side = cursor.and_then(|text| text.parse::<RunCursor>().ok()).map(Side::After);
                    list::page(&world.web, &access, &filter, side).await.unwrap();
                }
            }
        }
    }
}

#[tokio::test]
async fn an_empty_page_says_what_its_window_is() {
    let world = World::new().await;
    let access = world.access("owner@northwind.example", "Contoso").await;
    let filter = RunFilter::parse([("from", "7d"), ("to", "2000-01-01"), ("zone", "Asia/Kathmandu")]);
    let page = list::page(&world.web, &access, &filter, None).await.unwrap();
    let (from, to) = page.window.unwrap();
    assert!(to.unwrap() < from, "the first day is after the last");
    let mut tx = access.scope().begin(&world.web).await.unwrap();
    let days = ledger::retention::days(&mut tx, access.workspace.id).await.unwrap();
    assert_eq!(days, Some(90));
}
