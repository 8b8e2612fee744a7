//! What the ledger takes from an attempt, and what it refuses next to the write.

use chrono::TimeDelta;
use domain::counts::Counts;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::status::{ItemOutcome, Outcome};
use ledger::directory::{self, SeenGroup};
use ledger::inventory::{self, Seen};
use ledger::permit::View;
use ledger::permit::key::InventorySync;
use ledger::runs::execute::Attempt;
use ledger::runs::progress::Item;
use ledger::{Error, retention};
use test_support::attempt;

use crate::support::World;

const KIND: PolicyType = PolicyType::DeviceCompliancePolicy;

fn policy(id: &str, name: &str) -> Seen {
    Seen {
        external_id: id.to_owned(),
        name: name.to_owned(),
        platform: None,
        modified_at: None,
        meta: serde_json::json!({}),
    }
}

fn group(id: &str, name: &str) -> SeenGroup {
    SeenGroup {
        external_id: id.to_owned(),
        name: name.to_owned(),
        group_type: "security",
        security_enabled: true,
        mail_enabled: false,
    }
}

/// A run of the inventory that is being executed, and the same with another receipt.
async fn running(world: &World, receipt: ScopeReceipt) -> Attempt {
    let run = world.start_sync("Contoso").await;
    with(&attempt(&world.owner, run).await, Some(receipt))
}

fn with(attempt: &Attempt, receipt: Option<ScopeReceipt>) -> Attempt {
    let mut other = attempt.clone();
    other.receipt = receipt;
    other
}

#[tokio::test]
async fn r16_the_check_next_to_the_write_has_an_error_of_its_own() {
    let world = World::new().await;
    let now = world.worker.now();
    let groups = running(&world, ScopeReceipt::Groups).await;
    let exceeded = |done: ledger::Result<()>| assert!(matches!(done, Err(Error::ScopeExceeded)), "{done:?}");
    let mut tx = groups.transaction(&world.worker).await.unwrap();
    exceeded(inventory::upsert(&mut tx, &groups, KIND, &[policy("1", "A")], now).await);
    exceeded(inventory::conclude(&mut tx, &groups, KIND, now).await.map(|_| ()));
    let types = [PolicyType::DeviceConfiguration].into();
    let policies = with(&groups, Some(ScopeReceipt::PolicyTypes { types }));
    exceeded(inventory::upsert(&mut tx, &policies, KIND, &[policy("1", "A")], now).await);
    exceeded(directory::upsert_groups(&mut tx, &policies, &[group("1", "A")], now).await);
    exceeded(directory::forget_groups(&mut tx, &policies, now).await.map(|_| ()));
    exceeded(directory::conclude_groups(&mut tx, &policies, now).await.map(|_| ()));
    let nothing = with(&groups, None);
    exceeded(directory::upsert_groups(&mut tx, &nothing, &[group("1", "A")], now).await);
    tx.commit().await.unwrap();
    exceeded(retention::remove_batch(&world.worker, &groups).await.map(|_| ()));
    for table in [
        "select count(*) from inventory_items",
        "select count(*) from directory_groups",
    ] {
        assert_eq!(world.count(table).await, 0);
    }
    // With the right receipt the same writes are taken.
    let mut tx = groups.transaction(&world.worker).await.unwrap();
    directory::upsert_groups(&mut tx, &groups, &[group("1", "A")], now)
        .await
        .unwrap();
}

#[tokio::test]
async fn s07_an_id_is_never_shortened() {
    let world = World::new().await;
    let now = world.worker.now();
    let attempt = running(&world, ScopeReceipt::PolicyTypes { types: [KIND].into() }).await;
    let (fits, long) = ("i".repeat(200), "i".repeat(201));
    for (id, is_kept) in [(&fits, true), (&long, false)] {
        let mut tx = attempt.transaction(&world.worker).await.unwrap();
        let done = inventory::upsert(&mut tx, &attempt, KIND, &[policy(id, "A")], now).await;
        assert_eq!(done.is_ok(), is_kept, "{done:?}");
        if is_kept {
            tx.commit().await.unwrap();
        }
        let mut tx = attempt.transaction(&world.worker).await.unwrap();
        let item = Item {
            kind: KIND.as_str().to_owned(),
            external_id: id.clone(),
            name: "A".to_owned(),
            outcome: ItemOutcome::Succeeded,
            reason: None,
            message: None,
        };
        assert_eq!(attempt.record(&mut tx, &[item]).await.is_ok(), is_kept);
    }
    assert_eq!(
        world
            .count("select count(*) from inventory_items where length(external_id) = 200")
            .await,
        1
    );
}

#[tokio::test]
async fn r07_items_never_begun_are_counted_and_have_no_failure_of_their_own() {
    let world = World::new().await;
    let attempt = running(&world, ScopeReceipt::PolicyTypes { types: [KIND].into() }).await;
    let item = |id: &str, outcome, reason| Item {
        kind: KIND.as_str().to_owned(),
        external_id: id.to_owned(),
        name: id.to_owned(),
        outcome,
        reason,
        message: None,
    };
    let mut tx = attempt.transaction(&world.worker).await.unwrap();
    let items = [
        item("1", ItemOutcome::Succeeded, None),
        item("2", ItemOutcome::NotAttempted, None),
        item("3", ItemOutcome::NotAttempted, None),
    ];
    attempt.record(&mut tx, &items).await.unwrap();
    tx.commit().await.unwrap();
    let counts: Vec<(String, i64)> =
        sqlx::query_as("select outcome, count(*) from operation_run_items group by 1 order by 1")
            .fetch_all(&world.owner)
            .await
            .unwrap();
    assert_eq!(counts, [("not_attempted".to_owned(), 2), ("succeeded".to_owned(), 1)]);
    let expected = Counts::of([
        ItemOutcome::Succeeded,
        ItemOutcome::NotAttempted,
        ItemOutcome::NotAttempted,
    ]);
    assert_eq!(
        (expected.outcome(), expected.touched()),
        (Outcome::PartiallySucceeded, 1)
    );
}

#[tokio::test]
async fn r20_policies_that_are_gone_are_not_in_the_count_and_come_back() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let permit = access.permit::<InventorySync, View>().unwrap();
    let tenant = world.tenant("Contoso").await;
    let first = running(&world, ScopeReceipt::PolicyTypes { types: [KIND].into() }).await;
    let write = async |attempt: &Attempt, seen: &[Seen]| {
        let now = world.worker.now();
        let mut tx = attempt.transaction(&world.worker).await.unwrap();
        inventory::upsert(&mut tx, attempt, KIND, seen, now).await.unwrap();
        let missing = inventory::conclude(&mut tx, attempt, KIND, now).await.unwrap();
        tx.commit().await.unwrap();
        missing
    };
    let counted = async || {
        let mut tx = permit.begin(&world.web).await.unwrap();
        let there = inventory::count(&mut tx, tenant, None).await.unwrap();
        let missing = inventory::count_missing(&mut tx, tenant, None).await.unwrap();
        let rows = inventory::page(&mut tx, tenant, None, None).await.unwrap().rows;
        let gone = rows.iter().filter(|row| row.missing_since.is_some()).count();
        assert_eq!(
            (rows.len() - gone, gone),
            (there.count as usize, missing.count as usize)
        );
        (there.count, missing.count)
    };
    assert_eq!(write(&first, &[policy("1", "A"), policy("2", "B")]).await, 0);
    assert_eq!(counted().await, (2, 0));
    sqlx::query("update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at")
        .execute(&world.owner)
        .await
        .unwrap();
    world.clock.advance(TimeDelta::hours(1));
    let second = attempt(&world.owner, world.start_sync("Contoso").await).await;
    assert_eq!(write(&second, &[policy("1", "A")]).await, 1);
    assert_eq!(counted().await, (1, 1));
    assert_eq!(write(&second, &[policy("1", "A"), policy("2", "B")]).await, 0);
    assert_eq!(counted().await, (2, 0));
}
