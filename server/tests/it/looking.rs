//! Looking writes nothing (R12): every page and every server function that is asked by GET, for every account of the demo.
//! The end-to-end tests do the same with a browser, which polls and searches as well.

use std::collections::BTreeMap;

use http::Method;
use sqlx::{AssertSqlSafe, PgPool};

use crate::entries::{functions_of, pages_of, things_of_contoso};
use crate::support::TestApp;

/// Kept by the sign-in itself: when a session was last used.
const OF_THE_SESSION: &str = "public.sessions";

/// What is in every table, as one hash each.
async fn contents(owner: &PgPool) -> BTreeMap<String, String> {
    let tables = test_support::tables(owner).await;
    let mut contents = BTreeMap::new();
    for table in tables.into_iter().filter(|table| table != OF_THE_SESSION) {
        let sql = format!("select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t");
        let hash = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(owner).await.unwrap();
        contents.insert(table, hash);
    }
    contents
}

/// Whoever was taken out of the workspace they had selected looks at the first of the others; that selects nothing.
#[tokio::test]
async fn r12_looking_selects_no_workspace() {
    let app = TestApp::new().await;
    let browser = app.signed_in("consultant@partner.example").await;
    sqlx::query(
        "delete from members m using sessions s, users u where u.email = 'consultant@partner.example'
            and s.user_id = u.id and m.user_id = u.id and m.workspace_id = s.workspace_id",
    )
    .execute(&app.owner)
    .await
    .unwrap();
    let selected =
        "select coalesce(s.workspace_id::text, '') || ' ' || coalesce(u.last_workspace_id::text, '') from sessions s
        join users u on u.id = s.user_id where u.email = 'consultant@partner.example'";
    let selected = || async {
        sqlx::query_scalar::<_, String>(selected)
            .fetch_one(&app.owner)
            .await
            .unwrap()
    };
    let before = selected().await;
    for path in [
        "/admin/operations",
        "/admin/operations/overview",
        "/admin/notifications",
    ] {
        assert_eq!(browser.get(path).await.status, http::StatusCode::OK, "{path}");
    }
    assert_eq!(selected().await, before);
}

#[tokio::test]
async fn r12_whoever_looks_at_whatever_page_nothing_is_written() {
    let app = TestApp::new().await;
    let things = things_of_contoso(&app).await;
    let accounts: Vec<String> = sqlx::query_scalar("select email from users order by email")
        .fetch_all(&app.owner)
        .await
        .unwrap();
    assert!(accounts.len() >= 8);
    let mut looks = pages_of(&things);
    looks.extend((functions_of(&things).into_iter()).filter(|entry| entry.method == Method::GET));
    assert!(looks.len() >= 19, "{looks:?}");
    let mut browsers = Vec::new();
    for email in &accounts {
        let mut browser = app.browser();
        browser.cookie = browser.sign_in(email, "demo").await.cookie();
        browsers.push(browser);
    }
    let before = contents(&app.owner).await;
    for browser in &browsers {
        for look in &looks {
            look.ask(browser).await;
        }
    }
    assert_eq!(contents(&app.owner).await, before);
}

/// The server makes each part of a page once, and asks the database once for what is in it: every answer in a document is of
/// another question.
#[tokio::test]
async fn a_document_carries_every_answer_once() {
    let app = TestApp::new().await;
    let things = things_of_contoso(&app).await;
    let mut browser = app.browser();
    browser.cookie = browser.sign_in("owner@northwind.example", "demo").await.cookie();
    let mut carried = 0;
    for page in pages_of(&things) {
        let path = &page.path;
        let document = page.ask(&browser).await.text();
        let mut answers: Vec<&str> = document.split("__RESOLVED_RESOURCES[").skip(1).collect();
        let all = answers.len();
        for answer in &mut answers {
            *answer = answer
                .split_once('=')
                .map_or("", |(_, answer)| answer.split("__").next().unwrap_or_default());
        }
        answers.sort_unstable();
        answers.dedup();
        assert_eq!(answers.len(), all, "{path}: something was asked twice");
        carried += all;
    }
    assert!(carried >= 10, "{carried}");
}
