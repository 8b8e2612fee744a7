//! `POST /sign-in`

use ledger::sessions::FAILURES_PER_ACCOUNT;
use server::config::WebArgs;

use crate::support::{TestApp, form};

#[tokio::test]
async fn the_right_password_leads_to_where_one_was_going() {
    let app = TestApp::new().await;
    let answer = app
        .browser()
        .post(
            "/sign-in",
            &[
                ("email", " Owner@Northwind.example "),
                ("password", "demo"),
                ("next", "/admin/operations?tab=failed"),
            ],
        )
        .await;
    assert_eq!(answer.redirects_to(), "/admin/operations?tab=failed");
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-session=") && cookie.len() > 60, "{cookie}");
    for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie} lacks {attribute}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_the_same_answer() {
    let app = TestApp::new().await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("owner@northwind.example", "wrong"),
        ("nobody@northwind.example", "demo"),
        ("", ""),
    ] {
        let answer = app.browser().sign_in(email, password).await;
        assert_eq!(answer.redirects_to(), "/sign-in?error=invalid");
        assert_eq!(answer.header("set-cookie"), "");
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        answers.push((headers, answer.body));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

/// Coarse on purpose: the machine of a test is busy. Without the hash for nobody it would be ten times faster.
#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let app = TestApp::new().await;
    app.browser().sign_in("warm@up.example", "x").await;
    let mut fastest = [f64::MAX; 2];
    for _ in 0..4 {
        for (at, email) in ["owner@northwind.example", "nobody@northwind.example"]
            .into_iter()
            .enumerate()
        {
            let start = std::time::Instant::now();
            app.browser().sign_in(email, "wrong").await;
            fastest[at] = fastest[at].min(start.elapsed().as_secs_f64());
        }
    }
    let ratio = fastest[0] / fastest[1];
    assert!(
        (0.4..2.5).contains(&ratio),
        "known {:.4} s, unknown {:.4} s",
        fastest[0],
        fastest[1]
    );
}

#[tokio::test]
async fn too_many_failures_are_throttled_with_a_time_to_wait() {
    let app = TestApp::new().await;
    for _ in 0..FAILURES_PER_ACCOUNT {
        assert_eq!(
            app.browser()
                .sign_in("owner@northwind.example", "wrong")
                .await
                .redirects_to(),
            "/sign-in?error=invalid"
        );
    }
    let answer = app.browser().sign_in("owner@northwind.example", "demo").await;
    assert!(
        answer.redirects_to().starts_with("/sign-in?error=throttled&retry="),
        "{}",
        answer.redirects_to()
    );
    assert_eq!(answer.header("set-cookie"), "");
    // The same for an account that does not exist, and nobody else is affected.
    for _ in 0..FAILURES_PER_ACCOUNT {
        app.browser().sign_in("nobody@northwind.example", "wrong").await;
    }
    let answer = app.browser().sign_in("nobody@northwind.example", "wrong").await;
    assert!(answer.redirects_to().starts_with("/sign-in?error=throttled&retry="));
    app.signed_in("manager@northwind.example").await;
    app.advance(chrono::TimeDelta::minutes(6));
    app.signed_in("owner@northwind.example").await;
}

#[tokio::test]
async fn c10_an_address_that_cannot_be_one_is_an_ordinary_wrong_sign_in() {
    let app = TestApp::new().await;
    for _ in 0..FAILURES_PER_ACCOUNT {
        let answer = app.browser().sign_in("a\0b", "x\0y").await;
        assert_eq!(answer.redirects_to(), "/sign-in?error=invalid");
    }
    let answer = app.browser().sign_in("a\0b", "x").await;
    assert!(answer.redirects_to().starts_with("/sign-in?error=throttled&retry="));
}

/// Also the right password of a crowd is not taken for guessing: whoever finds no place is asked to try again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c04_of_a_crowd_that_signs_in_at_once_some_are_asked_to_try_again_and_nobody_is_throttled() {
    let app = TestApp::new().await;
    let crowd = (0..120).map(|_| async { app.browser().sign_in("owner@northwind.example", "demo").await });
    let answers = futures::future::join_all(crowd).await;
    let mut served = 0;
    for answer in &answers {
        match answer.redirects_to() {
            "/admin/operations" => served += 1,
            // Or, on a slow machine, there was no connection in time.
            to => assert!(to.starts_with("/sign-in?error=unavailable"), "{to}"),
        }
    }
    assert!(served > 0);
    app.signed_in("owner@northwind.example").await;
}

#[tokio::test]
async fn the_address_of_the_client_is_the_proxys_word_only_if_it_is_trusted() {
    let app = TestApp::with(WebArgs {
        trusted_proxies: Some("127.0.0.1".to_owned()),
        ..WebArgs::default()
    })
    .await;
    let forwarded = |address: &'static str| {
        let body = form(&[("email", "nobody@northwind.example"), ("password", "x")]);
        let request = http::Request::post("/sign-in")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", address)
            .body(axum::body::Body::from(body))
            .unwrap();
        app.send(request)
    };
    forwarded("203.0.113.7").await;
    forwarded("203.0.113.8").await;
    let keys: i64 = sqlx::query_scalar("select count(*) from sign_in_failures")
        .fetch_one(&app.owner)
        .await
        .unwrap();
    assert_eq!(keys, 5, "two addresses, an account at each, and the account");
}

#[tokio::test]
async fn next_leads_nowhere_but_here() {
    let app = TestApp::new().await;
    for bad in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/a\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "",
    ] {
        let answer = app
            .browser()
            .post(
                "/sign-in",
                &[
                    ("email", "owner@northwind.example"),
                    ("password", "demo"),
                    ("next", bad),
                ],
            )
            .await;
        assert_eq!(answer.redirects_to(), "/admin/operations", "{bad:?}");
        let answer = app
            .browser()
            .post("/sign-in", &[("email", "x"), ("password", "x"), ("next", bad)])
            .await;
        assert_eq!(answer.redirects_to(), "/sign-in?error=invalid", "{bad:?}");
    }
    let answer = app
        .browser()
        .post(
            "/sign-in",
            &[("email", "x"), ("password", "x"), ("next", "/admin/operations?q=a&b")],
        )
        .await;
    assert_eq!(
        answer.redirects_to(),
        "/sign-in?error=invalid&next=%2Fadmin%2Foperations%3Fq%3Da%26b"
    );
}

#[tokio::test]
async fn each_sign_in_is_a_new_session_and_ends_the_browsers_old_one() {
    let app = TestApp::new().await;
    let first = app.signed_in("owner@northwind.example").await;
    let answer = first.sign_in("owner@northwind.example", "demo").await;
    assert_ne!(answer.cookie(), first.cookie);
    assert!(
        first
            .get("/admin/operations")
            .await
            .redirects_to()
            .starts_with("/sign-in")
    );
}

#[tokio::test]
async fn a_kept_form_comes_back_to_its_author_only() {
    let app = TestApp::new().await;
    let draft = uuid::Uuid::from_bytes(rand::random()).to_string();
    sqlx::query(
        "insert into form_drafts (id, user_id, path, fields, created_at)
        select $1::uuid, id, '/admin/tenants/x/inventory', '{}', $2 from users where email = 'operator@northwind.example'",
    )
    .bind(&draft)
    .bind(ledger::clock::Clock::now(&app.clock))
    .execute(&app.owner)
    .await
    .unwrap();
    let as_somebody = |email: &'static str| {
        let draft = draft.clone();
        let app = &app;
        async move {
            let fields = [
                ("email", email),
                ("password", "demo"),
                ("next", "/admin/notifications"),
                ("draft", &draft),
            ];
            app.browser().post("/sign-in", &fields).await.redirects_to().to_owned()
        }
    };
    assert_eq!(
        as_somebody("operator@northwind.example").await,
        format!("/admin/tenants/x/inventory?draft={draft}")
    );
    assert_eq!(as_somebody("owner@northwind.example").await, "/admin/notifications");
    let wrong = app
        .browser()
        .post("/sign-in", &[("email", "x"), ("password", "x"), ("draft", &draft)])
        .await;
    assert_eq!(wrong.redirects_to(), format!("/sign-in?error=invalid&draft={draft}"));
}

#[tokio::test]
async fn without_a_database_the_form_says_so() {
    let app = TestApp::new().await;
    app.shut_the_database().await;
    assert_eq!(
        app.browser()
            .sign_in("owner@northwind.example", "demo")
            .await
            .redirects_to(),
        "/sign-in?error=unavailable"
    );
}
