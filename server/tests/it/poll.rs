//! `/_fn/runs_poll` and `/_fn/run_poll`: what is as the page knows it is not said again (DESIGN §6, §8).

use chrono::TimeDelta;
use domain::view::{HubPoll, Related, RunDetail, RunPage, RunPoll};
use http::{Method, StatusCode};
use ledger::clock::Clock;
use sqlx::AssertSqlSafe;

use crate::support::{Answer, Browser, TestApp};

const OPERATOR: &str = "operator@northwind.example";
/// DESIGN §8, in bytes.
const NOTHING_NEW: usize = 300;

fn read<T: serde::de::DeserializeOwned>(answer: &Answer) -> T {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

/// Thirty queued runs, as the ledger writes them.
async fn write(app: &TestApp) {
    let now = app.clock.now();
    let run = app.run("Contoso", now).await.set("epoch", 1);
    let all = (1..=30).map(|n| run.clone().created_at(now - TimeDelta::minutes(n)));
    test_support::write(&app.owner, all).await;
    sqlx::query(
        "insert into operation_run_live (run_id, workspace_id, tenant_id) select id, workspace_id, tenant_id from operation_runs",
    )
    .execute(&app.owner)
    .await
    .unwrap();
}

async fn poll(browser: &Browser<'_>, page: &RunPage, newer: &str) -> Answer {
    let known: Vec<String> = page
        .rows
        .iter()
        .map(|row| format!("{}:{}", row.id, row.stamp.unwrap()))
        .collect();
    let newest = format!("1.{}.ffffffff-ffff-7fff-bfff-ffffffffffff", page.now.timestamp_micros());
    let fields = [
        ("rows", known.join(",")),
        ("newest", newest),
        ("newer", newer.to_owned()),
    ];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser.call(Method::GET, "/_fn/runs_poll", &fields).await
}

#[tokio::test]
async fn a_list_that_stands_as_it_stood_is_not_said_again() {
    let app = TestApp::new().await;
    write(&app).await;
    let browser = app.signed_in(OPERATOR).await;
    let page: RunPage = read(&browser.call(Method::GET, "/_fn/runs", &[("query", "")]).await);
    assert_eq!(page.rows.len(), 30);

    let answer = poll(&browser, &page, "0").await;
    assert_eq!(read::<HubPoll>(&answer), HubPoll::default());
    assert!(answer.body.len() <= NOTHING_NEW, "{}", answer.text());

    let (changed, gone) = (page.rows[3].id, page.rows[7].id);
    for sql in [
        format!("update operation_run_live set phase = 'Reading' where run_id = '{changed}'"),
        format!("delete from operation_run_live where run_id = '{gone}'"),
        format!("delete from operation_runs where id = '{gone}'"),
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&app.owner).await.unwrap();
    }
    let news: HubPoll = read(&poll(&browser, &page, "0").await);
    assert_eq!(news.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [changed]);
    assert_eq!(news.gone, [gone]);
    assert_eq!(news.tabs.unwrap()[0].count, 29, "the tabs count again");

    // What a page says of itself is never trusted: garbage is known by nothing, and so comes whole.
    let garbage = format!("{changed}:zz,,x:1,{gone}:0");
    let answer = browser.call(Method::GET, "/_fn/runs_poll", &[("rows", &garbage)]).await;
    let news: HubPoll = read(&answer);
    assert_eq!((news.rows.len(), news.gone), (1, vec![gone]));
}

/// What the page of a run says it is known by.
async fn stamp(browser: &Browser<'_>, run: &str) -> String {
    let detail: RunDetail = read(&browser.call(Method::GET, "/_fn/run", &[("run", run)]).await);
    detail.stamp.to_string()
}

#[tokio::test]
async fn a_run_that_stands_as_it_stood_is_not_said_again() {
    let app = TestApp::new().await;
    write(&app).await;
    let browser = app.signed_in(OPERATOR).await;
    let run = app
        .id_of("select id from operation_runs order by created_at desc limit 1")
        .await
        .to_string();
    let detail: RunDetail = read(&browser.call(Method::GET, "/_fn/run", &[("run", &run)]).await);
    let seen = detail.stamp.to_string();

    let answer = browser
        .call(Method::GET, "/_fn/run_poll", &[("run", &run), ("seen", &seen)])
        .await;
    assert_eq!(read::<RunPoll>(&answer).detail, None);
    assert!(answer.body.len() <= NOTHING_NEW, "{}", answer.text());

    sqlx::query("update operation_run_live set phase = 'Reading'")
        .execute(&app.owner)
        .await
        .unwrap();
    for seen in [seen.as_str(), "", "zz"] {
        let answer = browser
            .call(Method::GET, "/_fn/run_poll", &[("run", &run), ("seen", seen)])
            .await;
        let detail = read::<RunPoll>(&answer).detail.expect("it has changed");
        assert_eq!(detail.run.phase.as_deref(), Some("Reading"));
        assert_eq!(detail.related, Related::default(), "the page knows what is around it");
    }
    // Whatever else makes its page is news: who joined, what happened to it, and a worker that falls silent, which writes nothing.
    let mut seen: String = stamp(&browser, &run).await;
    for sql in [
        format!(
            "insert into operation_run_followers (run_id, user_id, workspace_id, tenant_id, name, joined_at)
            select r.id, u.id, r.workspace_id, r.tenant_id, u.name, now() from operation_runs r, users u
            where r.id = '{run}' and u.email = 'manager@northwind.example'"
        ),
        format!(
            "insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind)
            select id, 99, workspace_id, tenant_id, now(), 'repaired' from operation_runs where id = '{run}'"
        ),
        format!(
            "update operation_runs set status = 'running', started_at = created_at, admitted_at = created_at where id = '{run}'"
        ),
        format!(
            "update operation_run_live set heartbeat_at = '{}' where run_id = '{run}'",
            app.clock.now()
        ),
    ] {
        sqlx::query(AssertSqlSafe(sql.clone()))
            .execute(&app.owner)
            .await
            .unwrap();
        let now = stamp(&browser, &run).await;
        assert_ne!(now, seen, "{sql}");
        seen = now;
    }
    app.clock.advance(TimeDelta::seconds(59));
    assert_eq!(stamp(&browser, &run).await, seen);
    app.clock.advance(TimeDelta::seconds(2));
    assert_ne!(stamp(&browser, &run).await, seen, "it is likely stale");

    // Once it has ended, its page is told what is around it.
    sqlx::query(AssertSqlSafe(format!(
        "update operation_runs set status = 'completed', outcome = 'blocked', completed_at = created_at, reason_code = 'queue.dispatch_failed' where id = '{run}'"
    )))
    .execute(&app.owner)
    .await
    .unwrap();
    let (identity, at): (Vec<u8>, chrono::DateTime<chrono::Utc>) = sqlx::query_as(AssertSqlSafe(format!(
        "select identity, created_at from operation_runs where id = '{run}'"
    )))
    .fetch_one(&app.owner)
    .await
    .unwrap();
    let at = at - TimeDelta::days(1);
    let before = app
        .run("Contoso", at)
        .await
        .identity(&identity)
        .ended("blocked", None, at);
    test_support::write(&app.owner, [before]).await;
    let answer = browser
        .call(Method::GET, "/_fn/run_poll", &[("run", &run), ("seen", &seen)])
        .await;
    assert!(read::<RunPoll>(&answer).detail.unwrap().related.previous.is_some());
}
