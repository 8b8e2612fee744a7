//! What nobody of good will sends. Whatever it is, and whoever sends it: it is the sender's mistake and never an error of ours, which
//! would fill the log and wake somebody up.

use std::collections::{BTreeMap, BTreeSet};

use app::routes::{self, ROUTES};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use leptos::server_fn::axum::server_fn_paths;

use crate::entries::{Things, functions_of, random, run_of_contoso};
use crate::support::{Answer, Browser, TestApp};

/// What each function takes, by its entries.
fn arguments() -> BTreeMap<String, BTreeSet<String>> {
    let mut arguments = BTreeMap::<String, BTreeSet<String>>::new();
    for entry in functions_of(&Things::none()) {
        let names = entry.fields.into_iter().map(|(name, _)| name);
        arguments.entry(entry.pattern).or_default().extend(names);
    }
    arguments
}

/// What pages read of their addresses.
const OF_PAGES: [&str; 22] = [
    "tab",
    "tenant",
    "type",
    "status",
    "origin",
    "initiator",
    "reason",
    "from",
    "to",
    "q",
    "after",
    "before",
    "outcome",
    "draft",
    "zone",
    "schedule",
    "batch",
    "resolved",
    "next",
    "error",
    "retry",
    "x",
];

/// Values as they are sent, encoded or broken as they are.
fn values() -> Vec<String> {
    let fixed = [
        "",
        "%00",
        "a%00b",
        "%ff%fe",
        "%ED%A0%80",
        "%",
        "%zz",
        "%u0000",
        "%5B%22%5Cu0000%22%2C%22x%22%5D",
        "%5B%22%5Cu0000%22%2C%22a%22%2C%22b%22%5D",
        "%5B%22%5Cud800%22%2C%22a%22%2C%22b%22%5D",
        "%5B-300000000000000000%2C%220199f0a4-7c00-7000-8000-000000000001%22%5D",
        "%5B9223372036854775808%2C%220199f0a4-7c00-7000-8000-000000000001%22%5D",
        "9223372036854775807.0199f0a4-7c00-7000-8000-000000000001",
        "-1.0199f0a4-7c00-7000-8000-000000000001",
        "-9999-01-01",
        "%2B262142-12-31",
        "0000-00-00",
        "65535d",
        "4713-01-01%20BC",
        "infinity",
        "99999999999999999999999999",
        "-1",
        "1e400",
        "NaN",
        "true",
        "null",
        "%5B%5D",
        "%7B%22a%22%3A%7B%7D%7D",
        "%27%20or%201%3D1%3B--",
        "..%2F..%2Fetc%2Fpasswd",
        "%E2%80%AE%F0%9F%98%80%CC%81",
        "%0D%0ASet-Cookie%3A%20x",
        "%3C%2Fscript%3E%3Cscript%3E",
    ];
    let mut values: Vec<String> = fixed.map(str::to_owned).to_vec();
    values.push("%5B".repeat(2_000));
    values.push("x".repeat(7_000));
    values.push("a,".repeat(3_500));
    values
}

/// Names that are none of the argument's, and some that make it a list or a map.
fn shapes(name: &str) -> [String; 7] {
    let name = name.trim_end_matches("[0]");
    [
        format!("{name}[]=x"),
        format!("{name}[a]=1&{name}=2"),
        format!("{name}=1&{name}=2"),
        format!("{name}[a][b][c][d][e][f][g]=1"),
        format!("{name}[99999999999999999999]=x"),
        format!("{name}%00=x"),
        format!("{name}[=x&{name}]=x"),
    ]
}

async fn send(browser: &Browser<'_>, method: &Method, path: &str, arguments: &str) -> Answer {
    let (path, body) = if *method == Method::GET {
        (format!("{path}?{arguments}"), String::new())
    } else {
        (path.to_owned(), arguments.to_owned())
    };
    browser.call_raw("application/json", method.clone(), &path, body).await
}

fn assert_no_error_of_ours(answer: &Answer, what: &str) {
    assert!(
        !answer.status.is_server_error(),
        "{}: {what:.200}: {}",
        answer.status,
        answer.text()
    );
}

#[tokio::test]
async fn c10_no_argument_of_a_server_function_is_an_error_of_ours() {
    let app = TestApp::new().await;
    let (run, tenant) = run_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    let nobody = app.browser();
    let known = arguments();
    for (path, method) in server_fn_paths() {
        let arguments = &known[path];
        let sound = |name: &str| match name {
            "run" => run.clone(),
            "tenant" => tenant.clone(),
            "types[0]" => "deviceCompliancePolicy".to_owned(),
            "idempotency_key" => random(),
            "name" => "A view".to_owned(),
            "id" => random(),
            "newer" => "0".to_owned(),
            "unread" => "true".to_owned(),
            _ => String::new(),
        };
        for wrong in arguments {
            let others: Vec<String> = arguments
                .iter()
                .filter(|name| *name != wrong)
                .map(|name| format!("{name}={}", sound(name)))
                .collect();
            let others = others.join("&");
            let sent = values()
                .into_iter()
                .map(|value| format!("{wrong}={value}"))
                .chain(shapes(wrong));
            for sent in sent {
                let arguments = format!("{others}&{sent}");
                for browser in [&owner, &nobody] {
                    let answer = send(browser, &method, path, &arguments).await;
                    assert_no_error_of_ours(&answer, &format!("{path} {sent}"));
                }
            }
        }
        for whatever in ["", "&", "=", "a[b]=1&a=2", "%00=%00", "{\"run\":1}", "\u{fffd}"] {
            for browser in [&owner, &nobody] {
                let answer = send(browser, &method, path, &url_safe(&method, whatever)).await;
                assert_no_error_of_ours(&answer, &format!("{path} {whatever}"));
            }
        }
    }
}

/// An address holds ASCII alone.
fn url_safe(method: &Method, text: &str) -> String {
    if *method == Method::GET {
        text.replace(|c: char| !c.is_ascii() || "{}\"".contains(c), "%7B")
    } else {
        text.to_owned()
    }
}

#[tokio::test]
async fn c10_arguments_that_cannot_be_read_are_422_whoever_sends_them() {
    let app = TestApp::new().await;
    let owner = app.signed_in("owner@northwind.example").await;
    let nobody = app.browser();
    for browser in [&owner, &nobody] {
        for path in [
            "/_fn/run",
            "/_fn/inventory?tenant[]=x",
            "/_fn/runs_poll?newer=-1",
            "/_fn/groups?a[b]=1&a=2&tenant=%ff",
        ] {
            let answer = browser
                .call_raw("application/json", Method::GET, path, String::new())
                .await;
            assert_eq!(
                answer.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{path}: {}",
                answer.text()
            );
            assert!(answer.text().starts_with("{\"Invalid\""), "{path}: {}", answer.text());
        }
        for path in ["/_fn/start_inventory_sync", "/_fn/delete_view", "/_fn/change_view"] {
            for body in [&b""[..], b"{\"tenant\":1}", b"tenant=\xff\xfe", b"\0"] {
                let request = Request::post(path)
                    .header("cookie", &browser.cookie)
                    .header("accept", "application/json")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(Body::from(body))
                    .unwrap();
                let answer = app.send(request).await;
                assert_eq!(
                    answer.status,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "{path} {body:?}: {}",
                    answer.text()
                );
            }
        }
    }
}

#[tokio::test]
async fn c10_no_address_of_a_page_is_an_error_of_ours() {
    let app = TestApp::new().await;
    let (run, tenant) = run_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    let nobody = app.browser();
    let paths: Vec<&str> = ROUTES.iter().map(|route| route.pattern).collect();
    for value in values() {
        // All of them at once, each in a part of the address.
        let share = value.len().min(300);
        let query: Vec<String> = OF_PAGES
            .iter()
            .map(|name| format!("{name}={}", &value[..share]))
            .collect();
        let query = query.join("&");
        for path in &paths {
            let place = path.replace("{run}", &run).replace("{tenant}", &tenant);
            let answer = owner.get(&format!("{place}?{query}")).await;
            assert_no_error_of_ours(&answer, &format!("{place} {value}"));
            let answer = nobody.get(&format!("{place}?{query}")).await;
            assert_no_error_of_ours(&answer, &format!("{place} {value}"));
            if path.contains('{') {
                let place = path.replace("{run}", &value).replace("{tenant}", &value);
                assert_no_error_of_ours(&owner.get(&place).await, &place);
            }
        }
    }
}

/// A day before PostgreSQL's calendar that came in with a view: who opens it sees what is wrong, not an error of ours.
#[tokio::test]
async fn c10_days_that_the_database_does_not_have_are_no_error_of_ours() {
    let app = TestApp::new().await;
    let owner = app.signed_in("owner@northwind.example").await;
    for day in ["-9999-01-01", "-4713-11-23", "%2B262142-12-31", "0000-01-01"] {
        for query in [
            format!("from={day}"),
            format!("to={day}"),
            format!("tab=failed&from={day}&to={day}"),
        ] {
            for path in [routes::Hub::link(), routes::ExportCsv::link()] {
                assert_no_error_of_ours(&owner.get(&format!("{path}?{query}")).await, &query);
            }
            let query = query.replace("%2B", "+");
            for path in ["/_fn/runs", "/_fn/runs_poll"] {
                let answer = owner.call(Method::GET, path, &[("query", &query)]).await;
                assert_no_error_of_ours(&answer, &query);
            }
        }
    }
}
