//! Every page and every server function, for every account (R11). The lists come from the app itself, so a new page or function
//! is covered by being there.

use http::{HeaderMap, Method, StatusCode};
use leptos::server_fn::axum::server_fn_paths;
use server::web::pages;
use uuid::Uuid;

use crate::support::{Answer, Browser, TestApp};

/// Who may not see Contoso, and whose names they may not read anywhere.
const STRANGERS: [(&str, &[&str]); 3] = [
    (
        "operator-fabrikam@northwind.example",
        &["Contoso", "Adatum", "Tailspin", "Woodgrove", "Olga"],
    ),
    (
        "owner@tailspin.example",
        &["Northwind", "Contoso", "Fabrikam", "Adatum", "Olga"],
    ),
    (
        "outsider@nowhere.example",
        &[
            "Northwind",
            "Contoso",
            "Fabrikam",
            "Adatum",
            "Tailspin",
            "Woodgrove",
            "Olga",
        ],
    ),
];

/// Everything but what names the request itself.
fn seen(answer: &Answer) -> (StatusCode, HeaderMap, String) {
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    (answer.status, headers, answer.text())
}

/// A run of Contoso that somebody has started, with its notification and its item; and Contoso.
pub(crate) async fn run_of_contoso(app: &TestApp) -> (String, String) {
    let operator = app.signed_in("operator@northwind.example").await;
    let tenant = app
        .id_of("select id from tenants where name = 'Contoso'")
        .await
        .to_string();
    let key = random();
    let fields = [
        ("tenant", tenant.as_str()),
        ("types[0]", "deviceCompliancePolicy"),
        ("idempotency_key", &key),
    ];
    let answer = operator.call(Method::POST, "/_fn/start_inventory_sync", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    (app.id_of("select id from operation_runs").await.to_string(), tenant)
}

pub(crate) fn random() -> String {
    Uuid::from_bytes(rand::random()).to_string()
}

/// Calls a server function with every argument that any of them takes; those it does not take it ignores.
pub(crate) async fn call(
    browser: &Browser<'_>,
    method: Method,
    path: &str,
    run: &str,
    tenant: &str,
    key: &str,
) -> Answer {
    let fields = [
        ("run", run),
        ("ids", run),
        ("id", run),
        ("tenant", tenant),
        ("types[0]", "deviceCompliancePolicy"),
        ("idempotency_key", key),
        ("name", "A view"),
        ("shared", "1"),
        ("query", &format!("tenant={tenant}")),
    ];
    browser.call(method, path, &fields).await
}

#[tokio::test]
async fn r11_no_page_tells_a_stranger_more_of_a_thing_than_of_nothing() {
    let app = TestApp::new().await;
    let (run, tenant) = run_of_contoso(&app).await;
    let mut paths = pages::paths();
    // Files, which the app knows as links only.
    paths.extend([app::url::EXPORT_CSV, app::url::EXPORT_JSONL].map(str::to_owned));
    assert!(
        paths.iter().any(|path| path.contains("{run}")) && paths.iter().any(|path| path.contains("{tenant}")),
        "{paths:?}"
    );
    for (email, names) in STRANGERS {
        let browser = app.signed_in(email).await;
        for path in &paths {
            let of = |run: &str, tenant: &str| path.replace("{run}", run).replace("{tenant}", tenant);
            let theirs = browser.get(&of(&run, &tenant)).await;
            for name in names {
                assert!(!theirs.text().contains(name), "{email} reads {name} on {path}");
            }
            if path.contains('{') {
                for nothing in [random(), "nonsense".to_owned()] {
                    assert_eq!(
                        seen(&theirs),
                        seen(&browser.get(&of(&nothing, &nothing)).await),
                        "{email} on {path}"
                    );
                }
                assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{email} on {path}");
            }
        }
    }
}

#[tokio::test]
async fn r11_no_server_function_tells_a_stranger_more_of_a_thing_than_of_nothing() {
    let app = TestApp::new().await;
    let (run, tenant) = run_of_contoso(&app).await;
    let functions: Vec<(&str, Method)> = server_fn_paths().collect();
    assert!(functions.len() >= 8, "{functions:?}");
    assert!(
        functions.iter().all(|(path, _)| path.starts_with("/_fn/")),
        "explicit paths, no hashes: {functions:?}"
    );
    for (email, names) in STRANGERS {
        let browser = app.signed_in(email).await;
        for (path, method) in &functions {
            let key = random();
            let theirs = call(&browser, method.clone(), path, &run, &tenant, &key).await;
            for name in names {
                assert!(!theirs.text().contains(name), "{email} reads {name} from {path}");
            }
            let nothing = call(&browser, method.clone(), path, &random(), &random(), &key).await;
            // What answers with the time of day answers differently each time; the clock of this test stands still.
            assert_eq!(seen(&theirs), seen(&nothing), "{email} from {path}");
        }
    }
    let untouched = "select count(*) from operation_runs where tenant_id is distinct from (select id from tenants where name = 'Contoso')";
    let others: i64 = sqlx::query_scalar(untouched).fetch_one(&app.owner).await.unwrap();
    assert_eq!(others, 0, "nobody started anything");
}

#[tokio::test]
async fn without_the_key_every_start_is_refused_by_its_name() {
    let app = TestApp::new().await;
    let tenant = app
        .id_of("select id from tenants where name = 'Contoso'")
        .await
        .to_string();
    let readonly = app.signed_in("readonly@northwind.example").await;
    let starts: Vec<(&str, Method)> = server_fn_paths()
        .filter(|(path, _)| path.starts_with("/_fn/start_"))
        .collect();
    assert!(starts.len() >= 2, "{starts:?}");
    for (path, method) in starts {
        assert_eq!(method, Method::POST, "{path}");
        let answer = call(&readonly, method, path, &random(), &tenant, &random()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.text().contains(".sync"), "{path}: {}", answer.text());
    }
    let runs: i64 = sqlx::query_scalar("select count(*) from operation_runs")
        .fetch_one(&app.owner)
        .await
        .unwrap();
    assert_eq!(runs, 0);
}

#[tokio::test]
async fn without_a_session_every_server_function_answers_401() {
    let app = TestApp::new().await;
    for (path, method) in server_fn_paths() {
        let answer = call(&app.browser(), method, path, &random(), &random(), &random()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}
