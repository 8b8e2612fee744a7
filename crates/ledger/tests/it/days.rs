//! Days are those of a filter's zone, everywhere: the list, its numbers, what its page asks for, and its file.

use chrono::TimeDelta;
use domain::cursor::{Cursor, RunCursor, RunKey};
use domain::filter::{RunFilter, Tab};
use ledger::hub::list::Side;
use ledger::hub::poll::Known;
use ledger::hub::{export, list, poll};

use crate::support::World;

/// A run of Contoso's for every 50 minutes of two days, so that every zone's midnights fall between others.
async fn write(world: &World) {
    let now = world.web.now();
    let run = test_support::run(&world.owner, "Contoso", now).await;
    let all = (0..58).map(|n| {
        let at = now - TimeDelta::minutes(50 * n);
        run.clone().created_at(at).completed("failed", TimeDelta::zero())
    });
    test_support::write(&world.owner, all).await;
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
                let page = list::page(&world.web, &world.saturated, &access, &filter, None)
                    .await
                    .unwrap();
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
                let polled = poll::poll(&world.web, &world.saturated, &access, &filter, &known)
                    .await
                    .unwrap();
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
                    list::page(&world.web, &world.saturated, &access, &filter, side)
                        .await
                        .unwrap();
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
    let page = list::page(&world.web, &world.saturated, &access, &filter, None)
        .await
        .unwrap();
    let (from, to) = page.window.unwrap();
    assert!(to.unwrap() < from, "the first day is after the last");
    let mut tx = access.scope().begin(&world.web).await.unwrap();
    let days = ledger::retention::days(&mut tx, access.workspace.id).await.unwrap();
    assert_eq!(days, Some(90));
}
