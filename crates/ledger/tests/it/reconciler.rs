//! What keeps the reconciler from its work: nothing (R14); and whose turn it is after a long wait (R18).

use chrono::TimeDelta;
use domain::id::RunId;
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::status::Origin;
use ledger::reconcile::{self, Repairs};
use ledger::runs::start::Start;
use serde_json::json;
use test_support::{Entered, start};
use uuid::Uuid;

use crate::support::{World, sync};

const LEASE: TimeDelta = TimeDelta::seconds(60);

impl World {
    async fn sql(&self, sql: &'static str, run: RunId) {
        sqlx::query(sql).bind(run.0).execute(&self.owner).await.unwrap();
    }

    /// As if a worker had begun it and fallen silent.
    async fn lose(&self, run: RunId) {
        let begun = "update operation_runs set status = 'running', started_at = created_at, attempt = attempt + 1 where id = $1";
        self.sql(begun, run).await;
        sqlx::query("update operation_run_live set worker = 'gone', heartbeat_at = $2 where run_id = $1")
            .bind(run.0)
            .bind(ledger::clock::Clock::now(&self.clock))
            .execute(&self.owner)
            .await
            .unwrap();
    }

    /// Whatever is written to the run is refused from now on, as the next constraint might.
    async fn poison(&self, run: RunId) {
        let sql = format!(
            "create or replace function poisoned() returns trigger language plpgsql as 'begin raise exception ''poisoned'' using errcode = ''check_violation''; end';
            create trigger poisoned before update on operation_runs for each row when (new.id = '{}') execute function poisoned()",
            run.0
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&self.owner)
            .await
            .unwrap();
    }

    async fn admitted(&self) -> Vec<RunId> {
        sqlx::query_scalar(
            "select id from operation_runs where admitted_at is not null and status <> 'completed' order by id",
        )
        .fetch_all(&self.owner)
        .await
        .unwrap()
        .into_iter()
        .map(|id: Uuid| RunId(id))
        .collect()
    }

    /// The run that is admitted ends, and the reconciler looks.
    async fn next_turn(&self) -> Option<RunId> {
        sqlx::query(
            "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at
            where admitted_at is not null and status <> 'completed'",
        )
        .execute(&self.owner)
        .await
        .unwrap();
        reconcile::pass(&self.worker, LEASE).await.unwrap();
        self.admitted().await.first().copied()
    }
}

#[tokio::test]
async fn s02_a_run_that_cannot_be_repaired_keeps_no_other_from_it() {
    let world = World::new().await;
    // The oldest is the one that cannot be repaired, of each kind.
    let poisoned = world.start_sync("Contoso").await;
    world.lose(poisoned).await;
    world.clock.advance(TimeDelta::seconds(1));
    let lost = world.start_sync("Fabrikam").await;
    world.lose(lost).await;
    world.clock.advance(TimeDelta::seconds(1));
    let jobless = world.start_sync("Adatum").await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    world.poison(poisoned).await;
    sqlx::query("delete from river.river_job where args->>'run_id' = $1")
        .bind(jobless.0.to_string())
        .execute(&world.owner)
        .await
        .unwrap();
    let waiting = start(&world.web, &access, &sync(&access, PolicyType::DeviceConfiguration))
        .await
        .unwrap()
        .run();
    sqlx::query("update target_scopes set admitted_limit = 2")
        .execute(&world.owner)
        .await
        .unwrap();
    world.clock.advance(TimeDelta::seconds(61));
    let repairs = reconcile::pass(&world.worker, LEASE).await.unwrap();
    let all = Repairs {
        reexecuted: 1,
        requeued: 1,
        admitted: 1,
        failed: 1,
        ..Repairs::default()
    };
    assert_eq!(repairs, all);
    assert!(world.admitted().await.contains(&waiting));
    // And for ever: it is passed over each time, not only once.
    world.lose(lost).await;
    world.clock.advance(TimeDelta::seconds(61));
    let repairs = reconcile::pass(&world.worker, LEASE).await.unwrap();
    assert_eq!((repairs.reexecuted, repairs.failed), (1, 1), "{repairs:?}");
}

#[tokio::test]
async fn s02_a_run_whose_items_cannot_be_summed_up_ends_all_the_same() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    for sql in [
        "update operation_runs set max_attempts = 1",
        // A count that the run's row has no room for.
        "alter table operation_runs add constraint small check (octet_length(counts::text) <= 10)",
        "insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome)
            select id, 'policy', '1', workspace_id, tenant_id, 'x', 'succeeded' from operation_runs",
    ] {
        sqlx::query(sql).execute(&world.owner).await.unwrap();
    }
    world.lose(run).await;
    world.clock.advance(TimeDelta::seconds(61));
    assert_eq!(reconcile::pass(&world.worker, LEASE).await.unwrap().given_up, 1);
    let ended = "select count(*) from operation_runs where outcome = 'failed' and reason_code = 'worker.lost'";
    assert_eq!(world.count(ended).await, 1);
}

/// The end of one run admits the next; that the next cannot be admitted is no reason not to end.
#[tokio::test]
async fn s02_a_run_that_cannot_be_admitted_keeps_none_from_ending_and_only_its_own_turn() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let first = world.start_sync("Contoso").await;
    let mut waiting = Vec::new();
    for kind in [PolicyType::DeviceConfiguration, PolicyType::AppProtectionPolicy] {
        world.clock.advance(TimeDelta::milliseconds(5));
        waiting.push(start(&world.web, &access, &sync(&access, kind)).await.unwrap().run());
    }
    world.poison(waiting[0]).await;
    sqlx::query("update operation_runs set max_attempts = 1 where id = $1")
        .bind(first.0)
        .execute(&world.owner)
        .await
        .unwrap();
    world.lose(first).await;
    world.clock.advance(TimeDelta::seconds(61));
    let repairs = reconcile::pass(&world.worker, LEASE).await.unwrap();
    assert_eq!(repairs.given_up, 1, "{repairs:?}");
    // Its turn is kept for as long as somebody else's would be, and then goes on.
    world.clock.advance(TimeDelta::seconds(61));
    reconcile::pass(&world.worker, LEASE).await.unwrap();
    assert_eq!(world.admitted().await, [waiting[1]]);
}

#[tokio::test]
async fn s03_a_free_slot_is_found_however_many_scopes_wait_before_it() {
    let world = World::new().await;
    let now = world.web.now();
    let one = test_support::run_of_workspace(&world.owner, "Northwind", now)
        .await
        .operation("retention.prune");
    // Each of these scopes has its slot taken; in each of those nobody can be admitted.
    for (scopes, admitted) in [("a", None), ("a", Some(now)), ("b", None)] {
        let all = (1..=300).map(|n| {
            let run = one.clone().set("target_scope", format!("{scopes}{n}"));
            run.set("admitted_at", json!(admitted))
        });
        test_support::write(&world.owner, all).await;
    }
    sqlx::query("insert into operation_run_live (run_id, workspace_id) select id, workspace_id from operation_runs on conflict do nothing")
        .execute(&world.owner)
        .await
        .unwrap();
    sqlx::raw_sql(
        "create function poisoned() returns trigger language plpgsql as 'begin raise exception ''poisoned'' using errcode = ''check_violation''; end';
        create trigger poisoned before update on operation_runs for each row when (new.target_scope like 'b%') execute function poisoned()",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    let late = world.start_sync("Contoso").await;
    sqlx::query("update operation_runs set admitted_at = null, target_scope = 'z' where id = $1")
        .bind(late.0)
        .execute(&world.owner)
        .await
        .unwrap();
    let repairs = reconcile::pass(&world.worker, TimeDelta::days(1)).await.unwrap();
    assert_eq!(repairs.admitted, 1, "{repairs:?}");
    assert!(world.admitted().await.contains(&late));
}

fn groups(access: &Entered, origin: Origin) -> Start<'static> {
    Start {
        kind: OperationType::DirectoryGroupsSync,
        inputs: json!({}),
        receipt: Some(ScopeReceipt::Groups),
        origin,
        ..sync(access, PolicyType::DeviceConfiguration)
    }
}

#[tokio::test]
async fn s04_a_person_who_keeps_a_queue_does_not_keep_a_schedule_from_ever_running() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let person = async |n: usize| {
        let kind = PolicyType::ALL[n % PolicyType::ALL.len()];
        start(&world.web, &access, &sync(&access, kind)).await.unwrap().run()
    };
    person(0).await;
    let scheduled = start(&world.web, &access, &groups(&access, Origin::Schedule))
        .await
        .unwrap()
        .run();
    // There are always two of a person waiting.
    person(1).await;
    let mut turns = 0;
    loop {
        world.clock.advance(TimeDelta::minutes(2));
        person(turns + 2).await;
        if world.next_turn().await == Some(scheduled) {
            break;
        }
        turns += 1;
        assert!(turns < 20, "the schedule never came to its turn");
    }
    // Not before its time, either: people go first for a quarter of an hour.
    assert!(turns >= 6, "{turns}");
}

#[tokio::test]
async fn s04_who_has_aged_is_not_overtaken_by_a_new_start_either() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let first = world.start_sync("Contoso").await;
    let kept = start(&world.web, &access, &groups(&access, Origin::System))
        .await
        .unwrap()
        .run();
    // The slot becomes free without anybody looking.
    world
        .sql(
            "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at where id = $1",
            first,
        )
        .await;
    world.clock.advance(TimeDelta::minutes(31));
    let new = start(&world.web, &access, &sync(&access, PolicyType::DeviceConfiguration))
        .await
        .unwrap()
        .run();
    assert_eq!(world.admitted().await, [], "the new one waits behind the old one");
    assert_eq!(world.next_turn().await, Some(kept));
    assert_eq!(world.next_turn().await, Some(new));
}
