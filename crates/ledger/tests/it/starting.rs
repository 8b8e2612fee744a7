//! Starting and joining, under races.

use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::view::StartAnswer;
use futures::future::join_all;
use ledger::access::Membership;
use ledger::runs::start::{QUEUED_MOST, Start};
use ledger::testing::{Entered, start};
use ledger::{Error, Ledger, Process, Refused, sessions};
use std::sync::Arc;

use crate::support::{World, is_joined, key, number, sync};

async fn wide_web(world: &World) -> Ledger {
    world
        .database
        .ledger(Process::Web, Arc::new(world.clock.clone()), 40)
        .await
}

/// Two hundred at once wait for forty connections. On a slow machine some wait longer than a person would, are told that the
/// database is not available, and press again.
async fn start_however_busy(web: &Ledger, access: &Membership, what: &Start<'_>) -> StartAnswer {
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

fn sent_already(answer: &Result<StartAnswer, Error>) -> bool {
    matches!(answer, Err(Error::Refused(Refused::FormSentAlready)))
}

#[tokio::test]
async fn c11_a_forms_key_answers_only_for_what_the_form_asked() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let fabrikam = world.access("operator@northwind.example", "Fabrikam").await;
    let form = key();
    let first = Start {
        key: Some(form),
        ..sync(&access, PolicyType::DeviceConfiguration)
    };
    let run = start(&world.web, &access, &first).await.unwrap().run();
    let others = [
        Start {
            key: Some(form),
            ..sync(&access, PolicyType::DeviceCompliancePolicy)
        },
        Start {
            key: Some(form),
            ..sync(&fabrikam, PolicyType::DeviceConfiguration)
        },
        Start {
            kind: OperationType::DirectoryGroupsSync,
            ..first.clone()
        },
    ];
    for other in &others {
        let answer = start(
            &world.web,
            if other.tenant == access.tenant {
                &access
            } else {
                &fabrikam
            },
            other,
        )
        .await;
        assert!(sent_already(&answer), "{answer:?}");
    }
    assert_eq!(
        start(&world.web, &access, &first).await.unwrap().run(),
        run,
        "the same form is answered as before"
    );
    assert_eq!(world.count("select count(*) from operation_runs").await, 1);
    // The release before kept no such thing.
    sqlx::query("update start_requests set asked = null")
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(start(&world.web, &access, &others[0]).await.unwrap().run(), run);
}

#[tokio::test]
async fn c11_the_same_key_in_another_workspace_is_another_form() {
    let world = World::new().await;
    let form = key();
    let mut runs = Vec::new();
    for tenant in ["Contoso", "Woodgrove"] {
        let access = world.access("consultant@partner.example", tenant).await;
        for _ in 0..2 {
            let what = Start {
                key: Some(form),
                ..sync(&access, PolicyType::DeviceConfiguration)
            };
            runs.push(start(&world.web, &access, &what).await.unwrap().run());
        }
    }
    assert!(
        runs[0] == runs[1] && runs[2] == runs[3] && runs[0] != runs[2],
        "{runs:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c11_of_two_requests_with_one_key_at_once_one_is_refused() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let second = wide_web(&world).await;
    for kinds in [
        [PolicyType::DeviceConfiguration, PolicyType::DeviceCompliancePolicy],
        [PolicyType::DeviceCompliancePolicy, PolicyType::DeviceConfiguration],
    ] {
        let form = key();
        let whats = kinds.map(|kind| Start {
            key: Some(form),
            ..sync(&access, kind)
        });
        let webs = [&world.web, &second];
        let answers = join_all((0..2).map(|n| start(webs[n], &access, &whats[n]))).await;
        assert_eq!(
            answers.iter().filter(|answer| sent_already(answer)).count(),
            1,
            "{answers:?}"
        );
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    }
}

#[tokio::test]
async fn c15_answers_to_forms_are_kept_for_a_day_and_are_so_many_at_most() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let again = async || {
        let what = Start {
            key: Some(key()),
            ..sync(&access, PolicyType::DeviceConfiguration)
        };
        start(&world.web, &access, &what).await.unwrap()
    };
    again().await;
    sqlx::query(
        "insert into start_requests (user_id, idempotency_key, workspace_id, run_id, joined, created_at)
        select user_id, gen_random_uuid(), workspace_id, run_id, true, created_at - n * interval '1 second'
        from start_requests, generate_series(1, 1005) n",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    again().await;
    assert_eq!(world.count("select count(*) from start_requests").await, 1000);
    let newest = world
        .count("select count(*) from start_requests where asked is not null")
        .await;
    assert_eq!(newest, 2, "the oldest go");
    world.clock.advance(chrono::TimeDelta::hours(23));
    sessions::sweep(&world.web).await.unwrap();
    assert_eq!(world.count("select count(*) from start_requests").await, 1000);
    world.clock.advance(chrono::TimeDelta::hours(2));
    sessions::sweep(&world.web).await.unwrap();
    assert_eq!(world.count("select count(*) from start_requests").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c15_a_person_has_so_many_queued_runs_of_a_tenant_and_no_more() {
    let world = World::new().await;
    let web = wide_web(&world).await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let most = usize::try_from(QUEUED_MOST).unwrap();
    let selection = |access: &Entered, n: usize| Start {
        inputs: serde_json::json!({ "types": [n.to_string()] }),
        key: Some(key()),
        ..sync(access, PolicyType::DeviceConfiguration)
    };
    let whats: Vec<_> = (0..2 * most).map(|n| selection(&access, n)).collect();
    // By two processes.
    let webs = [&web, &world.web];
    let answers = join_all((0..whats.len()).map(|n| start(webs[n % 2], &access, &whats[n]))).await;
    let queued = answers
        .iter()
        .filter(|answer| matches!(answer, Ok(StartAnswer::Queued { .. })))
        .count();
    let refused = |answer: &Result<StartAnswer, Error>| {
        matches!(answer, Err(Error::Refused(Refused::TooManyQueued(QUEUED_MOST))))
    };
    assert_eq!(
        (queued, answers.iter().filter(|answer| refused(answer)).count()),
        (most, most),
        "{answers:?}"
    );
    assert_eq!(
        world.count("select count(*) from operation_runs").await,
        i64::from(QUEUED_MOST)
    );
    assert_eq!(
        world.count("select count(*) from start_requests").await,
        i64::from(QUEUED_MOST),
        "refused leaves nothing"
    );
    // Joining makes none; another tenant and another person have their own.
    let one = answers.iter().position(Result::is_ok).unwrap();
    let joined = start(
        &web,
        &access,
        &Start {
            key: Some(key()),
            ..whats[one].clone()
        },
    )
    .await
    .unwrap();
    assert!(is_joined(&joined), "{joined:?}");
    for (email, tenant) in [
        ("operator@northwind.example", "Fabrikam"),
        ("manager@northwind.example", "Contoso"),
    ] {
        let access = world.access(email, tenant).await;
        let answer = start(&web, &access, &selection(&access, 999)).await;
        assert!(matches!(answer, Ok(StartAnswer::Queued { .. })), "{answer:?}");
    }
    // Once one of them has begun there is room for one more.
    sqlx::query(
        "update operation_runs set status = 'completed', outcome = 'failed', completed_at = created_at where id = $1",
    )
    .bind(answers[one].as_ref().unwrap().run().0)
    .execute(&world.owner)
    .await
    .unwrap();
    assert!(start(&web, &access, &selection(&access, 1_000)).await.is_ok());
    assert!(refused(&start(&web, &access, &selection(&access, 1_001)).await));
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
