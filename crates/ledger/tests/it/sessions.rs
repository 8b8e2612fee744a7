//! Sign-in and sessions.

use std::net::{IpAddr, Ipv4Addr};

use chrono::TimeDelta;
use ledger::password::Password;
use ledger::sessions::{self, CurrentUser, MOST_SESSIONS, Refusal, SWEEP_BATCH, SessionState, SignIn};
use ledger::{Error, Refused, drafts};
use sqlx::AssertSqlSafe;

use crate::support::World;

pub(crate) async fn sign_in(world: &World, email: &str, password: &str, last: u8) -> Result<String, Refusal> {
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, last));
    let attempt = SignIn {
        email,
        password: Password::new(password),
        address,
    };
    sessions::sign_in(&world.web, attempt)
        .await
        .unwrap()
        .map(|signed_in| signed_in.token)
}

pub(crate) const OWNER: &str = "owner@northwind.example";

#[tokio::test]
async fn wrong_password_unknown_and_disabled_account_are_the_same_answer() {
    let world = World::new().await;
    sqlx::query("update users set disabled_at = created_at where email = 'manager@northwind.example'")
        .execute(&world.owner)
        .await
        .unwrap();
    for (email, password) in [
        (OWNER, "wrong"),
        ("nobody@northwind.example", "demo"),
        ("manager@northwind.example", "demo"),
        ("", ""),
    ] {
        assert_eq!(
            sign_in(&world, email, password, 1).await,
            Err(Refusal::Invalid),
            "{email}"
        );
    }
    assert!(
        sign_in(&world, " Owner@Northwind.example ", "demo", 1).await.is_ok(),
        "addresses are compared as people write them"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c15_the_newest_twenty_sessions_of_a_person_live() {
    let world = World::new().await;
    let most = usize::try_from(MOST_SESSIONS).unwrap();
    let first = sign_in(&world, OWNER, "demo", 1).await.unwrap();
    world.clock.advance(TimeDelta::seconds(1));
    let many = (0..most + 5).map(|_| sign_in(&world, OWNER, "demo", 1));
    let many = futures::future::join_all(many).await;
    assert!(many.iter().all(Result::is_ok));
    world.clock.advance(TimeDelta::seconds(1));
    let last = sign_in(&world, OWNER, "demo", 1).await.unwrap();
    assert_eq!(
        world
            .count("select count(*) from sessions where ended_at is null")
            .await,
        MOST_SESSIONS
    );
    let look = async |token: &str| sessions::look_up(&world.web, token, true).await.unwrap();
    assert_eq!(look(&first).await, SessionState::None);
    assert!(matches!(look(&last).await, SessionState::Active(_)));
    // Nor does signing in and out make rows without end; and it ends nobody else.
    let manager = sign_in(&world, "manager@northwind.example", "demo", 1).await.unwrap();
    for _ in 0..3 {
        let token = sign_in(&world, OWNER, "demo", 1).await.unwrap();
        let SessionState::Active(current) = look(&token).await else {
            panic!()
        };
        sessions::sign_out(&world.web, current.session).await.unwrap();
    }
    assert_eq!(world.count("select count(*) from sessions").await, MOST_SESSIONS + 1);
    assert!(matches!(look(&last).await, SessionState::Active(_)));
    assert!(matches!(look(&manager).await, SessionState::Active(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c15_forms_of_an_ended_session_are_few_and_not_replaced_at_once() {
    let world = World::new().await;
    let author = world.user(OWNER).await;
    let keep = |n: usize| {
        let web = &world.web;
        async move { drafts::keep(web, author, "/admin/x", &serde_json::json!({ "n": n })).await }
    };
    let answers = futures::future::join_all((0..60).map(keep)).await;
    let kept: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert_eq!(kept.len(), drafts::MOST as usize);
    for answer in &answers {
        assert!(
            matches!(answer, Ok(_) | Err(Error::Refused(Refused::TooManyDrafts(10)))),
            "{answer:?}"
        );
    }
    let there = answers.iter().position(Result::is_ok).unwrap();
    assert_eq!(
        &keep(there).await.unwrap(),
        answers[there].as_ref().unwrap(),
        "the same form again"
    );
    // Somebody else's are theirs.
    let other = world.user("manager@northwind.example").await;
    drafts::keep(&world.web, other, "/admin/x", &serde_json::json!({}))
        .await
        .unwrap();
    world.clock.advance(TimeDelta::minutes(drafts::SAFE_MINUTES));
    let newest = keep(99).await.unwrap();
    assert!(drafts::find(&world.web, author, newest).await.unwrap().is_some());
    assert_eq!(
        world.count("select count(*) from form_drafts").await,
        i64::from(drafts::MOST) + 1
    );
}

#[tokio::test]
async fn s08_a_session_that_ended_is_not_live() {
    let world = World::new().await;
    let begin = async || {
        let token = sign_in(&world, OWNER, "demo", 1).await.unwrap();
        match sessions::look_up(&world.web, &token, true).await.unwrap() {
            SessionState::Active(user) => user,
            other => panic!("{other:?}"),
        }
    };
    let live = async |user: &CurrentUser| sessions::is_live(&world.web, user.session).await.unwrap();
    let user = begin().await;
    assert!(live(&user).await);
    sessions::sign_out_everywhere(&world.web, user.user).await.unwrap();
    assert!(!live(&user).await, "signed out");
    let user = begin().await;
    world.clock.advance(TimeDelta::hours(sessions::IDLE_HOURS));
    assert!(!live(&user).await, "not used");
    let user = begin().await;
    sqlx::query("update users set disabled_at = created_at where id = $1")
        .bind(user.user.0)
        .execute(&world.owner)
        .await
        .unwrap();
    assert!(!live(&user).await, "disabled");
}

#[tokio::test]
async fn sessions_end_by_idleness_by_age_by_signing_out_and_everywhere() {
    let world = World::new().await;
    let look = async |token: &str, extend| sessions::look_up(&world.web, token, extend).await.unwrap();
    let token = sign_in(&world, OWNER, "demo", 1).await.unwrap();
    let SessionState::Active(user) = look(&token, true).await else {
        panic!()
    };
    assert_eq!(user.email, OWNER);
    assert_eq!(look("guessed", true).await, SessionState::None);

    // Polling does not keep it alive; using it does.
    world.clock.advance(TimeDelta::hours(sessions::IDLE_HOURS - 1));
    assert!(matches!(look(&token, true).await, SessionState::Active(_)));
    world.clock.advance(TimeDelta::hours(sessions::IDLE_HOURS - 1));
    assert!(matches!(look(&token, false).await, SessionState::Active(_)));
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(look(&token, true).await, SessionState::Expired { user: user.user });

    // However much it is used, it ends.
    let token = sign_in(&world, OWNER, "demo", 1).await.unwrap();
    for _ in 0..sessions::ABSOLUTE_DAYS * 3 {
        assert!(matches!(look(&token, true).await, SessionState::Active(_)));
        world.clock.advance(TimeDelta::hours(8));
    }
    assert_eq!(look(&token, true).await, SessionState::Expired { user: user.user });

    let first = sign_in(&world, OWNER, "demo", 1).await.unwrap();
    let second = sign_in(&world, OWNER, "demo", 1).await.unwrap();
    assert_ne!(first, second);
    let SessionState::Active(current) = look(&first, true).await else {
        panic!()
    };
    sessions::sign_out(&world.web, current.session).await.unwrap();
    assert_eq!(look(&first, true).await, SessionState::None);
    assert!(matches!(look(&second, true).await, SessionState::Active(_)));
    sessions::sign_out_everywhere(&world.web, current.user).await.unwrap();
    assert_eq!(look(&second, true).await, SessionState::None);
}

#[tokio::test]
async fn the_table_of_sessions_signs_nobody_in() {
    let world = World::new().await;
    let token = sign_in(&world, OWNER, "demo", 1).await.unwrap();
    let stored: Vec<u8> = sqlx::query_scalar("select token_hash from sessions")
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(stored.len(), 32);
    assert!(
        !stored
            .windows(8)
            .any(|part| token.as_bytes().windows(8).any(|of| of == part))
    );
}

#[tokio::test]
async fn only_a_members_workspace_can_be_selected() {
    let world = World::new().await;
    let token = sign_in(&world, "consultant@partner.example", "demo", 1).await.unwrap();
    let SessionState::Active(user) = sessions::look_up(&world.web, &token, true).await.unwrap() else {
        panic!()
    };
    let all = ledger::people::workspaces_of(&world.web, user.user).await.unwrap();
    assert_eq!(
        all.iter().map(|workspace| workspace.name.as_str()).collect::<Vec<_>>(),
        ["Northwind", "Tailspin"]
    );
    assert!(sessions::switch_workspace(&world.web, &user, all[1].id).await.unwrap());
    let SessionState::Active(user) = sessions::look_up(&world.web, &token, true).await.unwrap() else {
        panic!()
    };
    assert_eq!(user.here.map(|here| here.workspace.id), Some(all[1].id));

    let token = sign_in(&world, OWNER, "demo", 1).await.unwrap();
    let SessionState::Active(owner) = sessions::look_up(&world.web, &token, true).await.unwrap() else {
        panic!()
    };
    assert!(!sessions::switch_workspace(&world.web, &owner, all[1].id).await.unwrap());
}

/// Each kind of what is long over: its table, how to make many, and how to count those that are left.
const SWEPT: [(&str, &str); 4] = [
    (
        "sessions",
        "insert into sessions (id, token_hash, user_id, created_at, last_seen_at, expires_at)
        select gen_random_uuid(), sha256(n::text::bytea), u.id, $1, $1, $1 from users u, generate_series(1, 1200) n where u.email = $2",
    ),
    (
        "sign_in_failures",
        "insert into sign_in_failures (key, window_started_at, failures)
        select sha256(($2 || n)::bytea), $1, 1 from generate_series(1, 1200) n",
    ),
    (
        "form_drafts",
        "insert into form_drafts (id, user_id, path, fields, created_at)
        select gen_random_uuid(), u.id, '/x', '{}', $1 from users u, generate_series(1, 1200) where u.email = $2",
    ),
    (
        "start_requests",
        "insert into start_requests (user_id, idempotency_key, workspace_id, run_id, joined, created_at)
        select u.id, gen_random_uuid(), r.workspace_id, r.id, false, $1 from users u, operation_runs r, generate_series(1, 1200)
        where u.email = $2",
    ),
];

async fn make_old(world: &World) {
    let long_ago = ledger::clock::Clock::now(&world.clock) - chrono::TimeDelta::days(3);
    for (_, sql) in SWEPT {
        let made = sqlx::query(sql)
            .bind(long_ago)
            .bind("operator@northwind.example")
            .execute(&world.owner)
            .await
            .unwrap();
        assert_eq!(made.rows_affected(), 1200, "{sql}");
    }
}

async fn left(world: &World, table: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}")))
        .fetch_one(&world.owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_long_over_is_removed_in_batches_around_what_somebody_has_locked() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    for (table, _) in SWEPT {
        let sql = format!(
            "create function few_of_{table}() returns trigger language plpgsql as $$
            begin
                if (select count(*) from gone) > {SWEEP_BATCH} then raise exception 'too many at once'; end if;
                return null;
            end $$;
            create trigger few after delete on {table} referencing old table as gone for each statement execute function few_of_{table}()"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&world.owner).await.unwrap();
    }
    let before = [left(&world, "sign_in_failures").await, left(&world, "sessions").await];
    make_old(&world).await;
    let mut held = world.owner.acquire().await.unwrap();
    sqlx::raw_sql(
        "begin; select from sessions where expires_at < now() - interval '2 days' limit 1 for update;
        select from start_requests where created_at < now() - interval '2 days' limit 1 for update",
    )
    .execute(&mut *held)
    .await
    .unwrap();
    let sweeping = tokio::time::timeout(std::time::Duration::from_secs(20), sessions::sweep(&world.web));
    let removed = sweeping.await.expect("it waits for who holds a row").unwrap();
    assert_eq!(removed, 4 * 1200 - 2);
    assert_eq!(left(&world, "form_drafts").await, 0);
    assert_eq!(left(&world, "sign_in_failures").await, before[0]);
    assert_eq!(left(&world, "sessions").await, before[1] + 1);
    sqlx::raw_sql("rollback").execute(&mut *held).await.unwrap();
    assert_eq!(sessions::sweep(&world.web).await.unwrap(), 2, "the next time");
}

#[tokio::test]
async fn a_kind_that_cannot_be_removed_keeps_none_of_the_others() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    make_old(&world).await;
    sqlx::query("revoke delete on sessions from tenantatlas_web")
        .execute(&world.owner)
        .await
        .unwrap();
    sessions::sweep(&world.web).await.unwrap_err();
    assert!(left(&world, "sessions").await >= 1200);
    for table in ["sign_in_failures", "form_drafts", "start_requests"] {
        assert!(left(&world, table).await < 1200, "{table}");
    }
}
