//! What a newer release has written, shown by this one (R23): never an error, and never as something that it is not.

use domain::access::Role;
use domain::badge::UNKNOWN;
use domain::filter::RunFilter;
use domain::id::RunId;
use domain::items::ItemFilter;
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use domain::status::{FireOutcome, Hold, ItemOutcome, Origin, Outcome, RunStatus};
use ledger::permit::{View, key};
use ledger::runs::{detail, items, list};
use ledger::sessions::{self, SessionState};
use ledger::testing::Entered;
use ledger::{inventory, notifications, overview, schedules};

use crate::support::World;

const OWNER: &str = "owner@northwind.example";

/// The constraints that a later migration would have replaced.
const MIGRATION: &str = "
    alter table operation_runs drop constraint operation_runs_status_check, drop constraint operation_runs_outcome_check,
        drop constraint operation_runs_origin_check, drop constraint operation_runs_hold_check,
        drop constraint operation_runs_hold_state_check, drop constraint operation_runs_ended_check;
    alter table operation_run_items drop constraint operation_run_items_outcome_check;
    alter table notifications drop constraint notifications_kind_check;
    alter table schedule_fires drop constraint schedule_fires_outcome_check;
    alter table operation_runs disable trigger operation_runs_guard";

/// A run in which every word is of tomorrow, with all that belongs to it.
async fn run_of_tomorrow(world: &World) -> (Entered, RunId) {
    let run = world.start_sync("Contoso").await;
    for sql in [
        MIGRATION,
        "update operation_runs set type = 'assignments.audit', status = 'paused', outcome = 'postponed', origin = 'webhook', hold = 'legal',
            reason_code = 'from.tomorrow', scope_receipt = '{\"kind\": \"assignments\", \"ids\": [1]}',
            failures = '[{\"code\": \"from.tomorrow\", \"severity\": 3}, 7]', counts = '{\"processed\": 4, \"succeeded\": 1, \"postponed\": 3}'",
        "update operation_run_live set counts = '{\"processed\": 4, \"succeeded\": 1, \"postponed\": 3}'",
        "insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome, reason_code)
            select id, 'assignment', '1', workspace_id, tenant_id, 'An assignment', 'postponed', 'from.tomorrow' from operation_runs",
        "insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail)
            select id, 99, workspace_id, tenant_id, created_at, 'postponed', 'from.tomorrow' from operation_runs",
        "insert into notifications (id, user_id, workspace_id, tenant_id, run_id, kind, type, target, outcome, reason_code, counts, created_at)
            select gen_random_uuid(), u.id, r.workspace_id, r.tenant_id, r.id, 'postponed', r.type, r.target, 'postponed', 'from.tomorrow', r.counts,
                r.created_at
            from operation_runs r cross join users u where u.email = 'owner@northwind.example'",
        "insert into inventory_items (tenant_id, policy_type, external_id, workspace_id, name, first_seen_at, last_seen_at, last_seen_run_id)
            select tenant_id, 'conditionalAccessPolicy', '1', workspace_id, 'A policy', created_at, created_at, id from operation_runs",
        "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, next_fire_at, created_at)
            select gen_random_uuid(), workspace_id, tenant_id, unnest(array['directory.groups.sync', 'assignments.audit']), 'x', '0 3 * * *', 'UTC',
                created_at, created_at from operation_runs",
        "insert into schedule_fires (schedule_id, fire_at, workspace_id, tenant_id, outcome, run_id, recorded_at)
            select s.id, s.created_at, s.workspace_id, s.tenant_id, 'postponed', r.id, s.created_at from schedules s cross join operation_runs r",
    ] {
        sqlx::raw_sql(sql).execute(&world.owner).await.unwrap();
    }
    (world.access(OWNER, "Contoso").await, run)
}

#[tokio::test]
async fn r23_a_run_of_tomorrow_is_still_shown() {
    let world = World::new().await;
    let (_, run) = run_of_tomorrow(&world).await;
    let permit = world.permit(OWNER, run).await;
    let found = detail::find(&world.web, &permit, &ItemFilter::default())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.run.status, found.run.outcome, found.run.origin, found.run.hold),
        (
            RunStatus::Unknown,
            Outcome::Unknown,
            Origin::Unknown,
            Some(Hold::Unknown)
        )
    );
    assert_eq!((found.run.label(), found.run.badge()), ("Unknown operation", UNKNOWN));
    assert_eq!(found.run.counts.get(ItemOutcome::Unknown), 3);
    assert!(matches!(&found.receipt, Some(ScopeReceipt::Unknown(kept)) if kept["ids"][0] == 1));
    assert_eq!(found.failures.len(), 1);
    assert_eq!(found.failures[0].code, "from.tomorrow");
    assert!(found.events.iter().any(|event| event.kind == "postponed"));
    assert_eq!(found.items.rows[0].outcome, ItemOutcome::Unknown);
    let page = items::page(&world.web, &permit, &ItemFilter::default()).await.unwrap();
    assert_eq!(page.rows, found.items.rows);
    let again = detail::again(&world.web, &permit, &ItemFilter::default(), None)
        .await
        .unwrap();
    assert!(again.unwrap().detail.is_some());
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<domain::view::RunDetail>(&json).unwrap(), found);
}

#[tokio::test]
async fn r23_lists_with_words_of_tomorrow_are_still_shown() {
    let world = World::new().await;
    let (access, run) = run_of_tomorrow(&world).await;
    let page = list::page(&world.web, &access, &RunFilter::default(), None)
        .await
        .unwrap();
    assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [run]);
    assert_eq!(page.rows[0].badge(), UNKNOWN);
    let (entries, _) = notifications::entries(&world.web, access.user, None, 10).await.unwrap();
    let kinds: Vec<_> = entries
        .iter()
        .map(|entry| (entry.newest.kind.as_str(), entry.newest.outcome))
        .collect();
    assert!(kinds.contains(&("postponed", Outcome::Unknown)), "{kinds:?}");
    overview::load(&world.web, &access).await.unwrap();
    let tenant = access.tenant.unwrap();
    let inventory_key = access.permit::<key::InventorySync, View>().unwrap();
    let mut tx = inventory_key.begin(&world.web).await.unwrap();
    let (policies, _) = inventory::page(&mut tx, tenant, None, None).await.unwrap();
    assert_eq!(policies[0].kind, "conditionalAccessPolicy");
    assert!(policies[0].kind.parse::<PolicyType>().is_err());
    drop(tx);
    let directory_key = access.permit::<key::DirectorySync, View>().unwrap();
    let mut tx = directory_key.begin(&world.web).await.unwrap();
    let schedules = schedules::of_tenant(&mut tx, tenant, OperationType::DirectoryGroupsSync)
        .await
        .unwrap();
    assert_eq!(schedules[0].fires[0].outcome, FireOutcome::Unknown);
}

/// The run that comes after it has it for a neighbour.
#[tokio::test]
async fn r23_neighbours_of_tomorrow_are_still_shown() {
    let world = World::new().await;
    let (_, first) = run_of_tomorrow(&world).await;
    world.clock.advance(chrono::TimeDelta::seconds(1));
    sqlx::query(
        "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, origin, identity, identity_exclusive, target,
            target_scope, priority, initiator_name, correlation_id, created_at, completed_at)
        select gen_random_uuid(), workspace_id, tenant_id, type, 'completed', 'succeeded', 'manual', identity, true, target, target_scope, 1, 'x',
            gen_random_uuid(), created_at + interval '1 second', created_at + interval '1 second' from operation_runs",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    let next = sqlx::query_scalar("select id from operation_runs where id <> $1")
        .bind(first.0)
        .fetch_one(&world.owner)
        .await
        .unwrap();
    let permit = world.permit(OWNER, RunId(next)).await;
    let found = detail::find(&world.web, &permit, &ItemFilter::default())
        .await
        .unwrap()
        .unwrap();
    let previous = found.related.previous.unwrap();
    assert_eq!((previous.id, previous.badge()), (first, UNKNOWN));
}

/// A newer release has given somebody a role that this one does not know, in one of their two workspaces.
#[tokio::test]
async fn r23_who_has_a_role_of_tomorrow_is_signed_in_sees_nothing_there_and_everything_elsewhere() {
    const CONSULTANT: &str = "consultant@partner.example";
    let world = World::new().await;
    world.start_sync("Contoso").await;
    sqlx::raw_sql(
        "alter table members drop constraint members_role_check;
        update members set role = 'auditor' where user_id = (select id from users where email = 'consultant@partner.example')
            and workspace_id = (select id from workspaces where slug = 'northwind')",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    let there = world.access(CONSULTANT, "Contoso").await;
    assert_eq!(there.role, Role::Unknown);
    let page = list::page(&world.web, &there, &RunFilter::default(), None)
        .await
        .unwrap();
    assert_eq!((page.rows.len(), page.tabs[0].count), (0, 0));
    let (entries, _) = notifications::entries(&world.web, there.user, None, 10).await.unwrap();
    assert!(entries.is_empty());
    assert!(there.permit::<key::InventorySync, View>().is_err());
    let elsewhere = world.access(CONSULTANT, "Woodgrove").await;
    assert_eq!(elsewhere.role, Role::Operator);
    elsewhere.permit::<key::InventorySync, View>().unwrap();
    // With a session that has selected that workspace.
    let token = crate::sessions::sign_in(&world, CONSULTANT, "demo", 7).await.unwrap();
    sqlx::query("update sessions set workspace_id = (select id from workspaces where slug = 'northwind')")
        .execute(&world.owner)
        .await
        .unwrap();
    let found = sessions::look_up(&world.web, &token, true).await.unwrap();
    let SessionState::Active(current) = found else {
        panic!("{found:?}")
    };
    assert_eq!(current.here.as_ref().unwrap().role, Role::Unknown);
    assert!(
        sessions::switch_workspace(&world.web, &current, elsewhere.workspace.id)
            .await
            .unwrap()
    );
}
