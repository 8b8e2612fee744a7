//! Forms that start something: sent twice, changed, and by somebody who starts and starts.

use crate::starting::wide_web;
use crate::support::{World, is_joined, key, sync};
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::view::StartAnswer;
use futures::future::join_all;
use ledger::runs::start::{QUEUED_MOST, STARTED_MOST, Start};
use ledger::{Error, Refused, sessions};
use test_support::{Entered, start};

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

/// Runs that end at once are never among the queued ones.
#[tokio::test]
async fn r22_a_person_starts_so_many_runs_in_an_hour_also_if_each_ends_at_once() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let again = async |access: &Entered| {
        sqlx::query("update operation_runs set status = 'completed', outcome = 'failed', completed_at = created_at where status = 'queued'")
            .execute(&world.owner)
            .await
            .unwrap();
        start(&world.web, access, &sync(access, PolicyType::DeviceConfiguration)).await
    };
    again(&access).await.unwrap();
    let counted = sqlx::query("update sign_in_failures set failures = $1 where failures = 1")
        .bind(i32::try_from(STARTED_MOST).unwrap() - 1)
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(counted.rows_affected(), 1, "it was counted");
    again(&access).await.unwrap();
    let before = world.count("select count(*) from operation_runs").await;
    for _ in 0..2 {
        let refused = again(&access).await;
        assert!(
            matches!(refused, Err(Error::Refused(Refused::TooManyStarted(STARTED_MOST)))),
            "{refused:?}"
        );
    }
    assert_eq!(world.count("select count(*) from operation_runs").await, before);
    let other = world.access("manager@northwind.example", "Contoso").await;
    again(&other).await.unwrap();
    world.clock.advance(chrono::TimeDelta::minutes(61));
    again(&access).await.unwrap();
}
