//! The filtered list as a file.

use axum::body::{Body, BodyDataStream};
use chrono::TimeDelta;
use futures::StreamExt;
use http::header::{ACCEPT, COOKIE};
use http::{Method, Request, StatusCode};
use ledger::clock::Clock;
use sqlx::AssertSqlSafe;

use crate::support::{Answer, Browser, TestApp};

const OPERATOR: &str = "operator@northwind.example";
const CSV: &str = "/admin/operations/export.csv";
const JSONL: &str = "/admin/operations/export.jsonl";

/// Writes completed runs of a tenant, each a second older than the one before; every tenth aims at what would be a formula.
async fn write(app: &TestApp, tenant: &str, count: u32) {
    let now = app.clock.now() - TimeDelta::hours(1);
    let run = app.run(tenant, now).await;
    let all = (1..=i64::from(count)).map(|n| {
        let outcome = if n % 4 == 0 { "failed" } else { "succeeded" };
        let target = if n % 10 == 0 {
            format!("=HYPERLINK(\"http://x\", \"{n}\")")
        } else {
            format!("{tenant} {n}")
        };
        run.clone()
            .created_at(now - TimeDelta::seconds(n))
            .completed(outcome, TimeDelta::seconds(90))
            .set("target", target)
    });
    test_support::write(&app.owner, all).await;
}

async fn get(browser: &Browser<'_>, path: &str, query: &str) -> Answer {
    browser.get(&format!("{path}?{query}")).await
}

/// The records, by the names of their columns; the file's first line is the names in any case.
fn records(answer: &Answer) -> Vec<std::collections::HashMap<String, String>> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let mut reader = csv::Reader::from_reader(answer.body.as_slice());
    reader.deserialize().map(|record| record.unwrap()).collect()
}

async fn count(app: &TestApp, and: &str) -> usize {
    let sql = format!(
        "select count(*) from operation_runs r join tenants t on t.id = r.tenant_id where t.name in ('Contoso', 'Fabrikam') {and}"
    );
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(&app.owner)
        .await
        .unwrap();
    usize::try_from(count).unwrap()
}

#[tokio::test]
async fn every_run_that_the_filter_matches_is_a_line_and_no_cell_is_a_formula() {
    let app = TestApp::new().await;
    sqlx::query("update users set name = '+ Ölga, \"O\"' where email = $1")
        .bind(OPERATOR)
        .execute(&app.owner)
        .await
        .unwrap();
    write(&app, "Contoso", 5_200).await;
    write(&app, "Fabrikam", 30).await;
    let browser = app.signed_in(OPERATOR).await;

    let answer = browser.get(CSV).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment; filename=\"operations-")
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let mark = [0xef, 0xbb, 0xbf];
    assert!(answer.body.starts_with(&mark), "case csv-in-excel");
    assert_eq!(
        answer.body.windows(3).filter(|bytes| *bytes == mark).count(),
        1,
        "also over eleven batches"
    );
    let all = records(&answer);
    assert_eq!(all.len(), 5_230);
    let ids: std::collections::HashSet<_> = all.iter().map(|record| &record["id"]).collect();
    assert_eq!(ids.len(), all.len(), "no line twice");
    assert!(
        all.windows(2)
            .all(|pair| pair[0]["created_at"] >= pair[1]["created_at"]),
        "the list's order"
    );
    for record in &all {
        for cell in record.values() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    let formulas = all
        .iter()
        .filter(|record| record["target"].starts_with("'=HYPERLINK(\"http://x\", \""))
        .count();
    assert_eq!(formulas, 523);
    assert_eq!(all[0]["started_by"], "'+ Ölga, \"O\"");
    assert_eq!(all[0]["duration_seconds"], "90");
    let correlation: uuid::Uuid = sqlx::query_scalar("select correlation_id from operation_runs where id = $1::uuid")
        .bind(&all[0]["id"])
        .fetch_one(&app.owner)
        .await
        .unwrap();
    assert_eq!(all[0]["correlation_id"], correlation.to_string());
    let page = all[0]["url"].strip_prefix("http://127.0.0.1:3000").unwrap();
    assert_eq!(
        browser.get(page).await.status,
        StatusCode::OK,
        "the address is the run's"
    );

    // The filters, and what is not part of them.
    let failed = count(&app, "and r.outcome = 'failed'").await;
    for query in [
        "status=failed",
        "tab=failed",
        "status=failed&after=x",
        "status=!succeeded&q=",
    ] {
        assert_eq!(records(&get(&browser, CSV, query).await).len(), failed, "{query}");
    }
    assert_eq!(
        records(&get(&browser, CSV, "initiator=me&type=inventory.sync").await).len(),
        all.len()
    );
    let first = format!("after=1.{}.{}", i64::MAX, all[0]["id"]);
    assert_eq!(
        records(&get(&browser, CSV, &first).await).len(),
        all.len(),
        "a cursor is not part of a filter"
    );

    let lines = browser.get(JSONL).await;
    assert_eq!(lines.header("content-type"), "application/jsonl; charset=utf-8");
    let parsed: Vec<serde_json::Value> = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(parsed.len(), all.len());
    assert!(
        parsed
            .iter()
            .zip(&all)
            .all(|(json, record)| json["id"] == record["id"].as_str()),
        "the same order"
    );
    assert_eq!(
        parsed[0]["started_by"], "+ Ölga, \"O\"",
        "for programs nothing is changed"
    );
}

#[tokio::test]
async fn r11_an_export_holds_what_the_list_would_and_nothing_of_others() {
    let app = TestApp::new().await;
    write(&app, "Contoso", 20).await;
    write(&app, "Fabrikam", 10).await;
    let contoso = app.id_of("select id from tenants where name = 'Contoso'").await;
    let woodgrove = app.id_of("select id from tenants where name = 'Woodgrove'").await;
    let fabrikam = app.signed_in("operator-fabrikam@northwind.example").await;
    for path in [CSV, JSONL] {
        let text = fabrikam.get(path).await.text();
        assert!(
            text.contains("Fabrikam 1") && !text.contains("Contoso"),
            "{path}: {text}"
        );
        // Of others, or of nobody: the same bytes, with "not" as well.
        for not in ["", "!"] {
            let theirs = get(&fabrikam, path, &format!("tenant={not}{contoso}")).await;
            let nobodys = get(
                &fabrikam,
                path,
                &format!("tenant={not}{}", uuid::Uuid::from_bytes(rand::random())),
            )
            .await;
            assert_eq!(
                (theirs.status, theirs.text()),
                (nobodys.status, nobodys.text()),
                "{path} {not}"
            );
            assert!(theirs.text().lines().count() <= 1, "no run: {}", theirs.text());
        }
    }
    let operator = app.signed_in(OPERATOR).await;
    for query in [
        format!("tenant=!{woodgrove}"),
        "status=bogus".to_owned(),
        "from=yesterday".to_owned(),
        "tab=x".to_owned(),
    ] {
        assert!(records(&get(&operator, CSV, &query).await).is_empty(), "{query}");
    }
    let tailspin = app.signed_in("owner@tailspin.example").await;
    assert!(records(&tailspin.get(CSV).await).is_empty());
    assert!(tailspin.get(JSONL).await.body.is_empty());

    let outsider = app.signed_in("outsider@nowhere.example").await;
    assert_eq!(outsider.get(CSV).await.redirects_to(), "/admin/no-access");
    let nobody = app.browser().get(&format!("{CSV}?status=failed")).await;
    assert!(
        nobody.redirects_to().starts_with("/sign-in?next="),
        "{}",
        nobody.redirects_to()
    );
    // Only these two are files; anything else would be a run, and there is none of that name.
    assert_eq!(
        operator.get("/admin/operations/export.xls").await.status,
        StatusCode::NOT_FOUND
    );
    let posted = operator.call(Method::POST, CSV, &[]).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn s08_an_export_ends_with_its_session() {
    let app = TestApp::new().await;
    write(&app, "Contoso", 4_000).await;
    let ends: [(&str, &str); 3] = [
        ("the session is ended", "update sessions set ended_at = created_at"),
        ("it is removed", "delete from sessions"),
        ("the account is disabled", "update users set disabled_at = created_at"),
    ];
    for (how, sql) in ends {
        let browser = app.signed_in(OPERATOR).await;
        let mut file = browser.open(JSONL).await;
        for _ in 0..2 {
            assert_eq!(lines(&mut file).await, Some(500), "until {how}");
        }
        sqlx::query(sql).execute(&app.owner).await.unwrap();
        // What was read before is on its way.
        let mut on_its_way = 0;
        while lines(&mut file).await.is_some() {
            on_its_way += 1;
        }
        assert!(on_its_way <= 3, "{how}: {on_its_way} more of six");
    }
}

#[tokio::test]
async fn r22_a_person_reads_two_files_at_a_time_and_is_told_so_and_others_read_theirs() {
    let app = TestApp::new().await;
    write(&app, "Contoso", 4_000).await;
    let browser = app.signed_in(OPERATOR).await;
    // Elsewhere, but the same person.
    let elsewhere = app.signed_in(OPERATOR).await;
    let mut files = vec![browser.open(JSONL).await, elsewhere.open(CSV).await];
    for file in &mut files {
        assert!(file.next().await.unwrap().is_ok());
    }
    let refused = browser.get(CSV).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.text());
    assert_eq!(refused.header("retry-after"), "5");
    assert!(
        refused.text().contains("downloading 2 files already") && refused.text().contains("stop one"),
        "{}",
        refused.text()
    );
    let request = Request::builder()
        .uri(JSONL)
        .header(COOKIE, &browser.cookie)
        .header(ACCEPT, "application/json");
    let program = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(program.status, StatusCode::TOO_MANY_REQUESTS);
    let error: app::error::AppError = serde_json::from_slice(&program.body).unwrap();
    assert!(error.to_string().contains("2 files already"), "{error}");

    let manager = app.signed_in("manager@northwind.example").await;
    assert_eq!(records(&manager.get(CSV).await).len(), 4_000, "others have their own");
    // One of the two is stopped.
    drop(files.pop());
    assert_eq!(records(&browser.get(CSV).await).len(), 4_000);
}

/// How many lines the next piece of a file has; none if the file breaks off.
async fn lines(file: &mut BodyDataStream) -> Option<usize> {
    let piece = file.next().await.expect("the file ends early and looks whole").ok()?;
    Some(piece.split(|byte| *byte == b'\n').count() - 1)
}

#[tokio::test]
async fn a_database_that_is_away_is_an_error_and_not_an_empty_file() {
    let app = TestApp::new().await;
    write(&app, "Contoso", 5).await;
    let browser = app.signed_in(OPERATOR).await;
    app.shut_the_database().await;
    assert_eq!(browser.get(CSV).await.status, StatusCode::SERVICE_UNAVAILABLE);
    app.open_the_database().await;
    assert_eq!(records(&browser.get(CSV).await).len(), 5);
}

#[tokio::test]
async fn r11_who_loses_access_while_a_file_is_read_gets_no_more_of_it() {
    let app = TestApp::new().await;
    write(&app, "Contoso", 2_400).await;
    let browser = app.signed_in(OPERATOR).await;
    let request = Request::builder().uri(JSONL).header(COOKIE, &browser.cookie);
    let response = app.begin(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let mut chunks = response.into_body().into_data_stream();
    let first = chunks.next().await.unwrap().unwrap();
    assert!(!first.is_empty());
    sqlx::query("delete from members where user_id = (select id from users where email = $1)")
        .bind(OPERATOR)
        .execute(&app.owner)
        .await
        .unwrap();
    let lines_of = |chunk: &[u8]| chunk.split(|byte| *byte == b'\n').count() - 1;
    let mut lines = lines_of(&first);
    let broke_off = loop {
        match chunks.next().await {
            Some(Ok(chunk)) => lines += lines_of(&chunk),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    assert!(broke_off, "an incomplete file must not look whole");
    assert!(lines < 2_400, "{lines}");
}
