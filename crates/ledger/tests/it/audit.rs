//! Audit entries by month.

use chrono::{DateTime, Months, TimeDelta, Utc};
use ledger::clock::Clock;
use ledger::{audit, isolation};
use sqlx::{AssertSqlSafe, PgPool};

use crate::support::World;

async fn partitions(owner: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'audit_entries'::regclass order by 1",
    )
    .fetch_all(owner)
    .await
    .unwrap()
}

async fn partition_of(owner: &PgPool, at: DateTime<Utc>) -> String {
    sqlx::query_scalar("select tableoid::regclass::text from audit_entries where at = $1")
        .bind(at)
        .fetch_one(owner)
        .await
        .unwrap()
}

fn month(at: DateTime<Utc>) -> String {
    format!("audit_entries_{}", at.format("%Ym%m"))
}

#[tokio::test]
async fn months_are_made_ahead_once_and_by_one_at_a_time() {
    let world = World::new().await;
    // The first months are in the partition of what was there before.
    let later = world.clock.now().checked_add_months(Months::new(6)).unwrap();
    world.clock.advance(later - world.clock.now());
    let made = futures::future::join_all((0..8).map(|_| audit::ensure_partitions(&world.worker))).await;
    let made: i32 = made.into_iter().map(Result::unwrap).sum();
    assert_eq!(made, 3, "this month and two ahead, by whoever came first");
    assert_eq!(audit::ensure_partitions(&world.worker).await.unwrap(), 0);
    let there = partitions(&world.owner).await;
    for ahead in 0..3 {
        let month = month(later.checked_add_months(Months::new(ahead)).unwrap());
        assert!(there.contains(&month), "{month} in {there:?}");
    }
}

#[tokio::test]
async fn r19_entries_of_every_month_cannot_be_changed_whichever_table_is_named() {
    let world = World::new().await;
    let later = world.clock.now().checked_add_months(Months::new(6)).unwrap();
    world.start_sync("Contoso").await;
    let before = world.clock.now();
    // Written before its month was made, so that it comes to the rest and is moved; and after.
    world.clock.advance(later - before);
    world.start_sync("Fabrikam").await;
    assert_eq!(partition_of(&world.owner, later).await, "audit_entries_rest");
    audit::ensure_partitions(&world.worker).await.unwrap();
    assert_eq!(partition_of(&world.owner, later).await, month(later));
    world.clock.advance(TimeDelta::seconds(1));
    world.start_sync("Adatum").await;
    assert_eq!(partition_of(&world.owner, world.clock.now()).await, month(later));
    // Beyond what was made.
    let far = later.checked_add_months(Months::new(9)).unwrap();
    world.clock.advance(far - world.clock.now());
    let access = world.access("owner@tailspin.example", "Woodgrove").await;
    let what = crate::support::sync(&access, domain::policy::PolicyType::DeviceConfiguration);
    test_support::start(&world.web, &access, &what).await.unwrap();
    assert_eq!(partition_of(&world.owner, far).await, "audit_entries_rest");

    let there = partitions(&world.owner).await;
    assert!(there.len() >= 4, "{there:?}");
    let mut entries = 0;
    for table in there.iter().map(String::as_str).chain(["audit_entries"]) {
        let held: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&world.owner)
            .await
            .unwrap();
        let changes = [
            format!("update {table} set outcome = 'failure'"),
            format!("update {table} set actor_name = 'x'"),
            format!("update {table} set actor_name = '', actor_id = null"),
        ];
        // What is not there cannot be changed.
        let changes = changes.into_iter().filter(|_| held > 0);
        for sql in changes.chain([format!("delete from {table}"), format!("truncate {table}")]) {
            let refusal = sqlx::query(AssertSqlSafe(sql.clone()))
                .execute(&world.owner)
                .await
                .unwrap_err();
            assert!(refusal.to_string().contains("append-only"), "{sql}: {refusal}");
        }
        entries = held;
        for role in ["tenantatlas_web", "tenantatlas_worker"] {
            let granted: Vec<String> = sqlx::query_scalar(
                "select privilege from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) privilege
                where has_table_privilege($1, $2, privilege)",
            )
            .bind(role)
            .bind(table)
            .fetch_all(&world.owner)
            .await
            .unwrap();
            let expected: &[&str] = if table == "audit_entries" {
                &["select", "insert"]
            } else {
                &[]
            };
            assert_eq!(granted, expected, "{role} on {table}");
        }
    }
    assert_eq!(entries, 4);
    assert!(
        isolation::EXEMPT_PARTITIONS_OF
            .iter()
            .any(|parent| parent.contains("audit_entries"))
    );
}
