//! People in records: their names stand once, and can be erased.

use chrono::TimeDelta;
use domain::filter::RunFilter;
use domain::items::ItemFilter;
use domain::name::Name;
use domain::person::FORMER_USER;
use domain::view::StartAnswer;
use ledger::people;
use ledger::runs::start::Start;
use ledger::runs::{detail, list};
use ledger::saved_views::{self, NewView};
use ledger::testing::{self, start, unchecked};
use sqlx::AssertSqlSafe;

use crate::support::{World, sync};

const MANAGER: &str = "manager@northwind.example";
const OPERATOR: &str = "operator@northwind.example";
const CANARY: &str = "Quetzal Zweig";

/// The tables in which a text stands anywhere.
async fn tables_with(world: &World, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in testing::tables(&world.owner).await {
        let there: bool = sqlx::query_scalar(AssertSqlSafe(format!(
            "select exists (select from {table} t where position(lower($1) in lower(to_jsonb(t)::text)) > 0)"
        )))
        .bind(text)
        .fetch_one(&world.owner)
        .await
        .unwrap();
        if there {
            found.push(table);
        }
    }
    found.sort();
    found
}

/// Everything that somebody does who leaves traces: starts, joins, shares a view, and has a run that ended.
async fn leave_traces(world: &World) {
    for (sql, email) in [("update users set name = $2 where email = $1", MANAGER)] {
        sqlx::query(sql)
            .bind(email)
            .bind(CANARY)
            .execute(&world.owner)
            .await
            .unwrap();
    }
    let (manager, operator) = (
        world.access(MANAGER, "Contoso").await,
        world.access(OPERATOR, "Fabrikam").await,
    );
    let kind = domain::policy::PolicyType::DeviceCompliancePolicy;
    let by = |name, what: Start<'static>| Start {
        initiator: name,
        ..what
    };
    start(&world.web, &manager, &by(CANARY, sync(&manager, kind)))
        .await
        .unwrap();
    start(&world.web, &operator, &by("Olga Operator", sync(&operator, kind)))
        .await
        .unwrap();
    let joining = world.access(MANAGER, "Fabrikam").await;
    start(&world.web, &joining, &by(CANARY, sync(&joining, kind)))
        .await
        .unwrap();
    let filter = RunFilter::default();
    let name = Name::new("Ours").unwrap();
    let view = NewView {
        name: &name,
        filter: &filter,
        query: "tab=all",
        shared: true,
    };
    saved_views::create(&world.web, &manager, &view).await.unwrap();
    // What the release before wrote: names in the timeline and in the entries.
    for sql in [
        "insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail)
        select f.run_id, 50, f.workspace_id, f.tenant_id, f.joined_at, 'joined', f.name from operation_run_followers f",
        "insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail)
        select r.id, 51, r.workspace_id, r.tenant_id, r.created_at, 'queued', 'by ' || r.initiator_name from operation_runs r",
        "insert into audit_entries (id, workspace_id, at, actor_type, actor_id, actor_name, action, resource_type, resource_id, outcome)
        select gen_random_uuid(), workspace_id, created_at, 'human', initiator_id, initiator_name, 'run.queued', 'operation_run', id::text, 'info'
        from operation_runs",
        "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at where initiator_name like 'Quetzal%'",
    ] {
        sqlx::query(sql).execute(&world.owner).await.unwrap();
    }
}

/// What people are shown, as one text.
async fn shown(world: &World) -> String {
    let access = world.access(OPERATOR, "Contoso").await;
    let mut text = String::new();
    let page = list::page(&world.web, &access, &RunFilter::default(), None)
        .await
        .unwrap();
    for row in &page.rows {
        let run = detail::find(&world.web, &unchecked(&access, row.id), &ItemFilter::parse("", "", ""))
            .await
            .unwrap();
        text += &serde_json::to_string(&run).unwrap();
    }
    text += &serde_json::to_string(&page).unwrap();
    let mut tx = access.scope().begin(&world.web).await.unwrap();
    text += &serde_json::to_string(&people::initiators(&mut tx, &access).await.unwrap()).unwrap();
    text += &serde_json::to_string(&saved_views::list(&mut tx, &access).await.unwrap()).unwrap();
    text
}

#[tokio::test]
async fn an_erased_person_is_a_former_user_everywhere() {
    let world = World::new().await;
    leave_traces(&world).await;
    let before = shown(&world).await;
    assert!(before.contains(CANARY) && !before.contains(FORMER_USER), "{before}");
    assert!(before.contains(&format!("by {CANARY}")), "the timeline says who");
    assert!(tables_with(&world, CANARY).await.len() >= 5);

    let manager = world.user(MANAGER).await;
    let now = ledger::clock::Clock::now(&world.clock);
    sqlx::query(
        "insert into sessions (id, token_hash, user_id, created_at, last_seen_at, expires_at)
        values (gen_random_uuid(), sha256('x'), $1, $2, $2, $2 + interval '1 day')",
    )
    .bind(manager.0)
    .bind(now)
    .execute(&world.owner)
    .await
    .unwrap();
    let erase = async || people::erase(&world.database.owner_url(), MANAGER, now).await.unwrap();
    let erased = erase().await.unwrap();
    assert_eq!((erased.sessions, erased.workspaces), (1, 1));
    assert_eq!(erased.without_owner, Vec::<String>::new());
    assert_eq!(erase().await, None, "there is nobody any more");
    assert_eq!(sessions(&world, manager).await, 0);
    let none: [String; 0] = [];
    assert_eq!(tables_with(&world, CANARY).await, none);
    assert_eq!(tables_with(&world, MANAGER).await, none);
    let after = shown(&world).await;
    assert!(!after.contains("Quetzal"), "{after}");
    assert!(after.contains(&format!("by {FORMER_USER}")), "{after}");
    assert!(after.contains("Olga Operator"), "others stay who they are");
    let entries = world.count("select count(*) from audit_entries").await;
    assert_eq!(
        entries - 1,
        world
            .count("select count(*) from audit_entries where actor_id is not null and actor_type = 'human'")
            .await,
        "that a person did it stays"
    );
    let entry: (String, String, String, serde_json::Value) = sqlx::query_as(
        "select e.actor_type, e.resource_id, w.name, e.details from audit_entries e join workspaces w on w.id = e.workspace_id
        where e.action = 'user.erased' and e.actor_id is null",
    )
    .fetch_one(&world.owner)
    .await
    .unwrap();
    assert_eq!(
        entry,
        (
            "system".to_owned(),
            manager.to_string(),
            "Northwind".to_owned(),
            serde_json::json!({})
        ),
        "erasing is on record, by the id alone"
    );
    // The account is of no use, and renaming it brings nobody back.
    sqlx::query("update users set name = 'Back Again' where id = $1")
        .bind(manager.0)
        .execute(&world.owner)
        .await
        .unwrap();
    assert!(!shown(&world).await.contains("Back Again"));
}

async fn sessions(world: &World, person: domain::id::UserId) -> i64 {
    sqlx::query_scalar("select count(*) from sessions where user_id = $1")
        .bind(person.0)
        .fetch_one(&world.owner)
        .await
        .unwrap()
}

/// Their request was let in before they were erased, and is answered afterwards.
#[tokio::test]
async fn who_is_erased_while_they_start_something_leaves_no_name() {
    let world = World::new().await;
    let manager = world.access(MANAGER, "Contoso").await;
    let runs = world.count("select count(*) from operation_runs").await;
    let now = ledger::clock::Clock::now(&world.clock);
    people::erase(&world.database.owner_url(), MANAGER, now)
        .await
        .unwrap()
        .unwrap();
    let what = Start {
        initiator: CANARY,
        ..sync(&manager, domain::policy::PolicyType::DeviceCompliancePolicy)
    };
    let answer = start(&world.web, &manager, &what).await;
    assert!(
        matches!(answer, Err(ledger::Error::Refused(ledger::Refused::AccountEnded))),
        "{answer:?}"
    );
    let none: [String; 0] = [];
    assert_eq!(tables_with(&world, CANARY).await, none);
    assert_eq!(world.count("select count(*) from operation_runs").await, runs);
}

/// A failure anywhere in it leaves everything as it was.
#[tokio::test]
async fn r19_a_person_is_erased_with_the_entries_about_it_or_not_at_all() {
    let world = World::new().await;
    sqlx::query("alter table audit_entries add constraint full_up check (action <> 'user.erased')")
        .execute(&world.owner)
        .await
        .unwrap();
    let now = ledger::clock::Clock::now(&world.clock);
    let url = world.database.owner_url();
    people::erase(&url, MANAGER, now).await.unwrap_err();
    assert_eq!(tables_with(&world, MANAGER).await, ["public.actors", "public.users"]);
    sqlx::query("alter table audit_entries drop constraint full_up")
        .execute(&world.owner)
        .await
        .unwrap();
    people::erase(&url, MANAGER, now).await.unwrap().unwrap();
    let none: [String; 0] = [];
    assert_eq!(tables_with(&world, MANAGER).await, none);
}

#[tokio::test]
async fn records_of_this_release_hold_ids_of_people_and_no_names() {
    let world = World::new().await;
    leave_traces(&world).await;
    world.clock.advance(TimeDelta::seconds(1));
    for sql in [
        "alter table audit_entries disable trigger user",
        "delete from operation_run_events where seq >= 50",
        "delete from audit_entries where actor_name <> ''",
    ] {
        sqlx::query(sql).execute(&world.owner).await.unwrap();
    }
    // The account, the actor, and the two columns that the release before this one reads.
    let expected = [
        "public.actors",
        "public.operation_run_followers",
        "public.operation_runs",
        "public.users",
    ];
    assert_eq!(tables_with(&world, CANARY).await, expected);
}

#[tokio::test]
async fn who_joins_is_told_the_name_of_today() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    sqlx::query("update users set name = 'Olga Newname' where email = $1")
        .bind(OPERATOR)
        .execute(&world.owner)
        .await
        .unwrap();
    let manager = world.access(MANAGER, "Contoso").await;
    let what = sync(&manager, domain::policy::PolicyType::DeviceCompliancePolicy);
    let answer = start(&world.web, &manager, &what).await.unwrap();
    assert!(
        matches!(&answer, StartAnswer::Joined { initiator, .. } if initiator == "Olga Newname"),
        "{answer:?}"
    );
}
