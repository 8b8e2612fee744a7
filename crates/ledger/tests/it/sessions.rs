//! Sign-in and sessions.

use std::net::{IpAddr, Ipv4Addr};

use chrono::TimeDelta;
use ledger::password::Password;
use ledger::sessions::{self, FAILURES_PER_ACCOUNT, FAILURES_PER_ADDRESS, Refusal, SessionState, SignIn};

use crate::support::World;

async fn sign_in(world: &World, email: &str, password: &str, last: u8) -> Result<String, Refusal> {
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

const OWNER: &str = "owner@northwind.example";

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

#[tokio::test]
async fn accounts_and_addresses_are_throttled_and_recover() {
    let world = World::new().await;
    for n in 0..FAILURES_PER_ACCOUNT {
        // From many addresses: it is the account that counts.
        assert_eq!(
            sign_in(&world, OWNER, "wrong", u8::try_from(n).unwrap()).await,
            Err(Refusal::Invalid)
        );
    }
    let throttled = sign_in(&world, OWNER, "demo", 99).await;
    assert!(
        matches!(throttled, Err(Refusal::Throttled { retry_seconds: 1..=301 })),
        "{throttled:?}"
    );
    assert!(
        sign_in(&world, "manager@northwind.example", "demo", 99).await.is_ok(),
        "others are not"
    );
    world.clock.advance(TimeDelta::minutes(sessions::WINDOW_MINUTES));
    assert!(sign_in(&world, OWNER, "demo", 99).await.is_ok());
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
