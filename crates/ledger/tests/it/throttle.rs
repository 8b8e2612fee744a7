//! Sign-in under many attempts: how many of them are looked at.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use chrono::TimeDelta;
use ledger::DatabaseRole;
use ledger::password::Password;
use ledger::sessions::{
    self, FAILURES_PER_ACCOUNT, FAILURES_PER_ACCOUNT_EVERYWHERE, FAILURES_PER_ADDRESS, Refusal, SignIn, SignedIn,
};

use crate::sessions::{OWNER, sign_in};
use crate::support::World;

#[tokio::test]
async fn accounts_and_addresses_are_throttled_and_recover() {
    let world = World::new().await;
    for _ in 0..FAILURES_PER_ACCOUNT {
        assert_eq!(sign_in(&world, OWNER, "wrong", 9).await, Err(Refusal::Invalid));
    }
    let throttled = sign_in(&world, OWNER, "demo", 9).await;
    assert!(
        matches!(throttled, Err(Refusal::Throttled { retry_seconds: 1..=301 })),
        "{throttled:?}"
    );
    assert!(
        sign_in(&world, "manager@northwind.example", "demo", 9).await.is_ok(),
        "others of that network are not"
    );
    assert!(
        sign_in(&world, OWNER, "demo", 99).await.is_ok(),
        "nor the owner elsewhere"
    );
    world.clock.advance(TimeDelta::minutes(sessions::WINDOW_MINUTES));
    assert!(sign_in(&world, OWNER, "demo", 9).await.is_ok());
}

/// From a different network each, so many that only the account as a whole can be what counts.
#[tokio::test]
async fn c03_an_account_is_throttled_as_a_whole_except_where_it_was_signed_in_to() {
    let world = World::new().await;
    assert!(sign_in(&world, OWNER, "demo", 1).await.is_ok(), "from home");
    sqlx::query(
        "insert into sign_in_failures values (sha256('account' || '\\000'::bytea || $3::bytea), $1, $2)
        on conflict (key) do update set failures = excluded.failures",
    )
    .bind(world.web.now())
    .bind(FAILURES_PER_ACCOUNT_EVERYWHERE - 1)
    .bind(OWNER.as_bytes())
    .execute(&world.owner)
    .await
    .unwrap();
    assert_eq!(sign_in(&world, OWNER, "wrong", 2).await, Err(Refusal::Invalid));
    for elsewhere in [2, 3] {
        let refused = sign_in(&world, OWNER, "demo", elsewhere).await;
        assert!(matches!(refused, Err(Refusal::Throttled { .. })), "{refused:?}");
    }
    assert!(
        sign_in(&world, OWNER, "demo", 1).await.is_ok(),
        "home is not locked out"
    );
    world
        .clock
        .advance(TimeDelta::minutes(sessions::EVERYWHERE_WINDOW_MINUTES));
    assert!(sign_in(&world, OWNER, "demo", 3).await.is_ok());
}

#[tokio::test]
async fn c03_a_right_password_gives_its_own_place_back_and_no_other() {
    let world = World::new().await;
    for _ in 1..FAILURES_PER_ACCOUNT {
        assert_eq!(sign_in(&world, OWNER, "wrong", 1).await, Err(Refusal::Invalid));
    }
    for _ in 0..3 {
        assert!(sign_in(&world, OWNER, "demo", 1).await.is_ok());
    }
    assert_eq!(sign_in(&world, OWNER, "wrong", 1).await, Err(Refusal::Invalid));
    assert!(matches!(
        sign_in(&world, OWNER, "demo", 1).await,
        Err(Refusal::Throttled { .. })
    ));
    let left: i64 = sqlx::query_scalar("select sum(failures) from sign_in_failures")
        .fetch_one(&world.owner)
        .await
        .unwrap();
    // By network, by account and network, and by the account until it was known there.
    assert_eq!(
        left,
        i64::from(FAILURES_PER_ACCOUNT + FAILURES_PER_ACCOUNT + FAILURES_PER_ACCOUNT - 1)
    );
}

/// Answers of so many at once, `email` of the n-th, the last one with the right password.
async fn burst(world: &World, count: usize, email: impl Fn(usize) -> String) -> Vec<Result<SignedIn, Refusal>> {
    // Four processes, so that the database alone can count.
    let mut webs = Vec::new();
    for _ in 0..4 {
        webs.push(
            world
                .database
                .ledger(DatabaseRole::Web, Arc::new(world.clock.clone()), 5)
                .await,
        );
    }
    let attempts = (1..=count).map(|n| {
        let (web, email) = (webs[n % webs.len()].clone(), email(n));
        tokio::spawn(async move {
            let password = if n == count { "demo" } else { "wrong" };
            let attempt = SignIn {
                email: &email,
                password: Password::new(password),
                address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 77)),
            };
            match sessions::sign_in(&web, attempt).await {
                // On a slow machine some wait too long for a connection. They were not looked at either.
                Err(error) if error.is_unavailable() => Err(Refusal::Busy { retry_seconds: 0 }),
                answer => answer.unwrap(),
            }
        })
    });
    let answers = futures::future::join_all(attempts).await;
    answers.into_iter().map(|answer| answer.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c03_of_attempts_at_once_no_more_are_looked_at_than_the_limit() {
    for (count, one_account) in [(80, true), (300, true), (300, false)] {
        let world = World::new().await;
        let answers = burst(&world, count, |n| {
            if one_account {
                OWNER.to_owned()
            } else {
                format!("somebody-{n}@northwind.example")
            }
        })
        .await;
        let wrong = answers
            .iter()
            .filter(|answer| matches!(answer, Err(Refusal::Invalid)))
            .count();
        let most = if one_account {
            FAILURES_PER_ACCOUNT
        } else {
            FAILURES_PER_ADDRESS
        };
        assert!(
            (1..=usize::try_from(most).unwrap()).contains(&wrong),
            "{wrong} of {count} were looked at"
        );
        // Whoever attacks from there keeps nobody out elsewhere.
        assert!(sign_in(&world, OWNER, "demo", 1).await.is_ok());
    }
}

#[tokio::test]
async fn c04_who_hangs_up_has_used_an_attempt_and_the_work_goes_on() {
    let world = World::new().await;
    let web = &world.web;
    let hang_up = async |password: &str| {
        let attempt = SignIn {
            email: OWNER,
            password: Password::new(password),
            address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        };
        let mut attempt = Box::pin(sessions::sign_in(web, attempt));
        assert!(futures::poll!(attempt.as_mut()).is_pending());
    };
    let until = async |sql: &'static str, expected: i64| {
        // An event of the database, which nobody is told of.
        while world.count(sql).await != expected {
            tokio::task::yield_now().await;
        }
    };
    for _ in 0..FAILURES_PER_ACCOUNT {
        hang_up("wrong").await;
    }
    until(
        "select coalesce(max(failures), 0)::bigint from sign_in_failures",
        i64::from(FAILURES_PER_ACCOUNT),
    )
    .await;
    assert!(matches!(
        sign_in(&world, OWNER, "demo", 1).await,
        Err(Refusal::Throttled { .. })
    ));
    world.clock.advance(TimeDelta::minutes(sessions::WINDOW_MINUTES));
    hang_up("demo").await;
    until("select count(*) from sessions", 1).await;
}

#[tokio::test]
async fn s05_the_addresses_of_a_64_are_one() {
    let world = World::new().await;
    let from = async |network: u16, host: u16, password: &str| {
        let attempt = SignIn {
            email: OWNER,
            password: Password::new(password),
            address: IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, network, 0, 0, 0, host)),
        };
        sessions::sign_in(&world.web, attempt).await.unwrap().map(|_| ())
    };
    for host in 1..=u16::try_from(FAILURES_PER_ACCOUNT).unwrap() {
        assert_eq!(from(1, host, "wrong").await, Err(Refusal::Invalid));
    }
    assert!(matches!(from(1, 999, "demo").await, Err(Refusal::Throttled { .. })));
    assert_eq!(from(2, 1, "demo").await, Ok(()));
}

#[tokio::test]
async fn c10_what_cannot_be_an_address_is_an_ordinary_wrong_sign_in() {
    let world = World::new().await;
    let long = format!("{}@northwind.example", "x".repeat(60_000));
    for email in [
        "a\0b",
        "\0",
        "owner@northwind.example\0",
        "\u{1b}[31m",
        &long,
        "\u{202e}",
        "İ@x",
    ] {
        assert_eq!(sign_in(&world, email, "demo", 1).await, Err(Refusal::Invalid));
    }
    for _ in 0..FAILURES_PER_ACCOUNT {
        assert_eq!(sign_in(&world, "a\0b", "demo", 2).await, Err(Refusal::Invalid));
    }
    assert!(matches!(
        sign_in(&world, "a\0b", "demo", 2).await,
        Err(Refusal::Throttled { .. })
    ));
    assert_eq!(
        sign_in(&world, OWNER, &"\0".repeat(60_000), 3).await,
        Err(Refusal::Invalid)
    );
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_throttled() {
    let world = World::new().await;
    sqlx::query(
        "insert into sign_in_failures values (sha256('address' || '\\000'::bytea || '192.0.2.7'::bytea), $1, $2)",
    )
    .bind(world.web.now())
    .bind(FAILURES_PER_ADDRESS - 1)
    .execute(&world.owner)
    .await
    .unwrap();
    assert_eq!(sign_in(&world, "a@b.example", "x", 7).await, Err(Refusal::Invalid));
    assert!(matches!(
        sign_in(&world, OWNER, "demo", 7).await,
        Err(Refusal::Throttled { .. })
    ));
    assert!(sign_in(&world, OWNER, "demo", 8).await.is_ok());
}
