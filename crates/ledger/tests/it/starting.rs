//! Starting and joining, under races.

use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::view::StartAnswer;
use futures::future::join_all;
use ledger::access::Membership;
use ledger::runs::start::Start;
use ledger::{DatabaseRole, Ledger};
use std::sync::Arc;
use test_support::start;

use crate::support::{World, is_joined, key, number, sync};

pub(crate) async fn wide_web(world: &World) -> Ledger {
    world
        .database
        .ledger(DatabaseRole::Web, Arc::new(world.clock.clone()), 40)
        .await
}

/// Two hundred at once wait for forty connections. On a slow machine some wait longer than a person would, are told that the
/// database is not available, and press again.
pub(crate) async fn start_however_busy(web: &Ledger, access: &Membership, what: &Start<'_>) -> StartAnswer {
    loop {
        match start(web, access, what).await {
            Err(error) if error.is_unavailable() => {}
            answer => return answer.unwrap(),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r02_concurrent_starts_of_one_identity_make_one_run_per_tenant() {
    let world = World::new().await;
    let web = wide_web(&world).await;
    // Several people each, and two processes: what one person starts in a process is served one after the other.
    let accesses = [
        world.access("operator@northwind.example", "Contoso").await,
        world.access("owner@tailspin.example", "Woodgrove").await,
        world.access("manager@northwind.example", "Contoso").await,
        world.access("consultant@partner.example", "Woodgrove").await,
        world.access("owner@northwind.example", "Contoso").await,
    ];
    let webs = [&web, &world.web];
    for _ in 0..number("FAULTS_START_ROUNDS", 5) {
        let starts = (0..200).map(|n| {
            let (access, web) = (&accesses[n % accesses.len()], webs[n / accesses.len() % 2]);
            async move { start_however_busy(web, access, &sync(access, PolicyType::DeviceConfiguration)).await }
        });
        let answers = join_all(starts).await;
        assert_eq!(
            answers
                .iter()
                .filter(|answer| matches!(answer, StartAnswer::Queued { .. }))
                .count(),
            2
        );
        assert_eq!(answers.iter().filter(|answer| is_joined(answer)).count(), 198);
        assert_eq!(
            world
                .count("select count(*) from operation_runs where status <> 'completed'")
                .await,
            2
        );
        assert_eq!(
            world
                .count("select count(*) from river.river_job where state = 'available'")
                .await,
            2
        );
        // The next round.
        sqlx::query(
            "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at where status <> 'completed'",
        )
        .execute(&world.owner)
        .await
        .unwrap();
        sqlx::query("delete from river.river_job")
            .execute(&world.owner)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r18_two_identities_of_one_tenant_make_two_runs_and_one_job() {
    let world = World::new().await;
    let web = wide_web(&world).await;
    let mut accesses = Vec::new();
    for person in ["operator", "manager", "owner"] {
        accesses.push(world.access(&format!("{person}@northwind.example"), "Contoso").await);
    }
    let kinds = [PolicyType::DeviceConfiguration, PolicyType::DeviceCompliancePolicy];
    let starts = (0..200).map(|n| {
        let (web, access) = (&web, &accesses[n % accesses.len()]);
        async move { start_however_busy(web, access, &sync(access, kinds[n % 2])).await }
    });
    join_all(starts).await;
    assert_eq!(world.count("select count(*) from operation_runs").await, 2);
    assert_eq!(
        world
            .count("select count(*) from operation_runs where admitted_at is not null")
            .await,
        1
    );
    assert_eq!(world.count("select count(*) from river.river_job").await, 1);
}

#[tokio::test]
async fn r02_a_second_start_joins_and_never_replaces_the_initiator() {
    let world = World::new().await;
    let mine = world.access("operator@northwind.example", "Contoso").await;
    let theirs = world.access("manager@northwind.example", "Contoso").await;
    let first = Start {
        initiator: "Olga Operator",
        ..sync(&mine, PolicyType::DeviceConfiguration)
    };
    let second = Start {
        initiator: "Marco Manager",
        ..first.clone()
    };
    let run = start(&world.web, &mine, &first).await.unwrap().run();
    for _ in 0..2 {
        match start(&world.web, &theirs, &second).await.unwrap() {
            StartAnswer::Joined {
                run: joined, initiator, ..
            } => assert_eq!((joined, initiator.as_str()), (run, "Olga Operator")),
            other => panic!("{other:?}"),
        }
    }
    let followers: Vec<String> = sqlx::query_scalar("select name from operation_run_followers")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!(followers, ["Marco Manager"]);
    let initiator: String = sqlx::query_scalar("select initiator_name from operation_runs")
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(initiator, "Olga Operator");
}

/// Otherwise the end has read its followers already, and whoever joins is never told of it.
#[tokio::test]
async fn r08_a_run_cannot_end_between_being_found_active_and_being_followed() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    let manager = world.access("manager@northwind.example", "Contoso").await;
    let what = sync(&manager, PolicyType::DeviceCompliancePolicy);
    // Stops the join where it writes down who follows.
    let mut stop = world.owner.acquire().await.unwrap();
    for sql in ["begin", "lock table operation_run_followers in share mode"] {
        sqlx::query(sql).execute(&mut *stop).await.unwrap();
    }
    let web = world.web.clone();
    let joining = tokio::spawn(async move { start(&web, &manager, &what).await });
    let waits = "select count(*) from pg_locks l join pg_stat_activity a using (pid)
        where not l.granted and a.datname = current_database()";
    while world.count(waits).await == 0 {
        assert!(!joining.is_finished());
        tokio::task::yield_now().await;
    }
    let end = sqlx::query("select id from operation_runs where id = $1 for no key update nowait")
        .bind(run.0)
        .execute(&world.owner)
        .await;
    assert!(end.is_err(), "whoever ends the run would not wait for the follower");
    sqlx::query("commit").execute(&mut *stop).await.unwrap();
    let joined = joining.await.unwrap().unwrap();
    assert!(is_joined(&joined) && joined.run() == run, "{joined:?}");
}

#[tokio::test]
async fn r03_the_same_form_sent_twice_makes_one_run_even_of_a_type_that_is_unique_per_click() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let click = |key| Start {
        kind: OperationType::BackupScheduleRunNow,
        inputs: serde_json::json!({}),
        receipt: None,
        key: Some(key),
        ..sync(&access, PolicyType::DeviceConfiguration)
    };
    let form = key();
    let twice = [click(form), click(form)];
    let answers = join_all(twice.iter().map(|what| start(&world.web, &access, what))).await;
    let runs: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().run()).collect();
    assert_eq!(runs[0], runs[1]);
    assert_eq!(start(&world.web, &access, &click(form)).await.unwrap().run(), runs[0]);
    assert_eq!(world.count("select count(*) from operation_runs").await, 1);
    // Another click is another form, and another run.
    assert_ne!(start(&world.web, &access, &click(key())).await.unwrap().run(), runs[0]);
    assert_eq!(world.count("select count(*) from operation_runs").await, 2);
}

#[tokio::test]
async fn r05_a_refused_job_ends_the_run_in_the_same_transaction() {
    let world = World::new().await;
    sqlx::query("alter table river.river_job add constraint full_up check (false) not valid")
        .execute(&world.owner)
        .await
        .unwrap();
    let access = world.access("operator@northwind.example", "Contoso").await;
    let answer = start(&world.web, &access, &sync(&access, PolicyType::DeviceConfiguration))
        .await
        .unwrap();
    assert!(
        matches!(&answer, StartAnswer::Ended { reason, .. } if reason == "queue.dispatch_failed"),
        "{answer:?}"
    );
    let row: (String, String, String) = sqlx::query_as("select status, outcome, reason_code from operation_runs")
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(
        row,
        ("completed".into(), "failed".into(), "queue.dispatch_failed".into())
    );
    assert_eq!(world.count("select count(*) from river.river_job").await, 0);
    assert_eq!(
        world
            .count("select count(*) from notifications where kind = 'completed'")
            .await,
        1
    );
    assert_eq!(
        world
            .count("select count(*) from audit_entries where action = 'run.completed'")
            .await,
        1
    );
    // The next one is not in its way.
    sqlx::query("alter table river.river_job drop constraint full_up")
        .execute(&world.owner)
        .await
        .unwrap();
    let next = start(&world.web, &access, &sync(&access, PolicyType::DeviceConfiguration))
        .await
        .unwrap();
    assert!(matches!(next, StartAnswer::Queued { .. }), "{next:?}");
}

#[tokio::test]
async fn r19_a_start_is_audited_once_and_r08_notified_once() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    world.start_sync("Contoso").await;
    assert_eq!(
        world
            .count("select count(*) from audit_entries where action = 'run.queued'")
            .await,
        1
    );
    assert_eq!(
        world
            .count("select count(*) from notifications where kind = 'queued'")
            .await,
        1
    );
}
