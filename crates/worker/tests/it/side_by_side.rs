//! Workers that have not registered the same operations, under load (R23).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::status::{Origin, Outcome};
use ledger::runs::end::Ending;
use ledger::runs::start::Start;
use serde_json::json;
use tokio::sync::Barrier;
use worker::Registry;

use crate::support::{SETTINGS, World};

/// Writes down which process writes to which run.
const WATCH: &str = "create table touched (run_id uuid, kind text, by_whom text, what text);
    grant insert on touched to public;
    create function touched() returns trigger language plpgsql security definer set search_path = public as $$
    begin
        insert into touched select new.id, new.type, coalesce(current_setting('app.who', true), ''), tg_op || ' ' || new.status;
        return null;
    end $$;
    create trigger touched after update on operation_runs for each row execute function touched()";

fn groups(access: &test_support::Entered) -> Start<'static> {
    Start {
        kind: OperationType::DirectoryGroupsSync,
        tenant: access.tenant,
        inputs: json!({}),
        receipt: Some(ScopeReceipt::Groups),
        origin: Origin::Manual,
        initiator: "Carla Consultant",
        key: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r23_a_worker_that_was_not_told_of_an_operation_touches_none_of_its_runs() {
    let world = World::new().await;
    sqlx::raw_sql(WATCH).execute(&world.owner).await.unwrap();
    let all = Registry::implemented();
    let but_groups = all.clone().only("inventory.sync,retention.prune").unwrap();
    let _old = world.worker_of("old", &world.graph_url, but_groups).await;
    let mut new = world.worker_of("new", &world.graph_url, all.clone()).await;
    let mut accesses = Vec::new();
    for tenant in ["Contoso", "Fabrikam", "Adatum", "Woodgrove"] {
        accesses.push(world.access("consultant@partner.example", tenant).await);
    }
    // Both kinds wait for each other in every tenant, so turns pass from one kind to the other all the time.
    let mut runs = Vec::new();
    for round in 0..4 {
        for access in &accesses {
            for kind in [PolicyType::ALL[round], PolicyType::ALL[round + 4]] {
                runs.push((access, world.start(access, &[kind]).await));
                runs.push((access, world.start_what(access, &groups(access)).await));
            }
        }
    }
    for (access, run) in &runs {
        let found = world.ended(access, *run).await;
        assert_eq!(found.run.outcome, Outcome::Succeeded, "{found:?}");
    }
    let by_old = "select count(*) from touched where by_whom = 'old'";
    assert!(
        world.count(by_old).await > 0,
        "the other one had something to do as well"
    );
    let strayed = "select count(*) from touched where by_whom = 'old' and kind = 'directory.groups.sync'";
    assert_eq!(world.count(strayed).await, 0);

    // And with nobody left who knows them they stay as they are: one that waits for a worker, one whose worker is gone, and one
    // whose job is.
    new.stop.cancel();
    (&mut new.task).await.unwrap().unwrap();
    let mut left = Vec::new();
    for access in &accesses[..3] {
        left.push((access, world.start_what(access, &groups(access)).await));
    }
    for (sql, (_, run)) in [
        (
            "with begun as (update operation_runs set status = 'running', started_at = created_at, attempt = 1, admitted_at = created_at - interval '1 hour'
                where id = $1)
            update operation_run_live set heartbeat_at = now() - interval '1 hour', worker = 'nobody' where run_id = $1",
            &left[1],
        ),
        (
            "with admitted as (update operation_runs set admitted_at = created_at - interval '1 hour' where id = $1)
            delete from river.river_job where args->>'run_id' = $1::text",
            &left[2],
        ),
    ] {
        sqlx::query(sql).bind(run.0).execute(&world.owner).await.unwrap();
    }
    let state = "select string_agg(r::text || l::text, ' ' order by r.id) from operation_runs r join operation_run_live l on l.run_id = r.id
        where r.type = 'directory.groups.sync' and r.status <> 'completed'";
    let before: String = sqlx::query_scalar(state).fetch_one(&world.owner).await.unwrap();
    // Several passes of its reconciler later, another tenant having gone on meanwhile.
    for kind in PolicyType::ALL {
        let run = world.start(&accesses[3], &[kind]).await;
        world.ended(&accesses[3], run).await;
        tokio::time::sleep(SETTINGS.reconcile).await;
    }
    let after: String = sqlx::query_scalar(state).fetch_one(&world.owner).await.unwrap();
    assert_eq!(before, after);
    let fetched = "select count(*) from river.river_job where queue = 'directory-groups-sync' and state = 'running'";
    assert_eq!(world.count(fetched).await, 0);
    assert_eq!(world.count(strayed).await, 0);
    let _back = world.worker_of("back", &world.graph_url, all).await;
    for (access, run) in left {
        assert_eq!(world.ended(access, run).await.run.outcome, Outcome::Succeeded);
    }
    assert_eq!(world.count(strayed).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn r23_the_slots_of_a_process_are_those_of_all_its_operations_together() {
    let world = World::new().await;
    let working = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let together = Arc::new(Barrier::new(SETTINGS.slots));
    let mut registry = Registry::default();
    for kind in [OperationType::InventorySync, OperationType::DirectoryGroupsSync] {
        let (working, most, together) = (Arc::clone(&working), Arc::clone(&most), Arc::clone(&together));
        registry = registry.with(kind, move |_| {
            let (working, most, together) = (Arc::clone(&working), Arc::clone(&most), Arc::clone(&together));
            async move {
                most.fetch_max(working.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                // All of the slots at once, each time; the number of runs is a multiple of theirs.
                together.wait().await;
                working.fetch_sub(1, Ordering::SeqCst);
                Ok(Ending::Done)
            }
        });
    }
    sqlx::query("create function everybody() returns trigger language plpgsql as 'begin new.admitted_limit := 100; return new; end'")
        .execute(&world.owner)
        .await
        .unwrap();
    sqlx::query("create trigger everybody before insert on target_scopes for each row execute function everybody()")
        .execute(&world.owner)
        .await
        .unwrap();
    let mut runs = Vec::new();
    for tenant in ["Contoso", "Fabrikam", "Adatum", "Woodgrove"] {
        let access = world.access("consultant@partner.example", tenant).await;
        for kind in PolicyType::ALL {
            runs.push((access.clone(), world.start(&access, &[kind]).await));
        }
        runs.push((access.clone(), world.start_what(&access, &groups(&access)).await));
    }
    let _worker = world.worker_of("one", &world.graph_url, registry).await;
    for (access, run) in runs {
        assert_eq!(world.ended(&access, run).await.run.outcome, Outcome::Succeeded);
    }
    assert_eq!(most.load(Ordering::SeqCst), SETTINGS.slots);
}
