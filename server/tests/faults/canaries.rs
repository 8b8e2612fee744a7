//! Secrets pushed through every way in which something fails; afterwards they are nowhere (R09): in no table, no log, no page.
//!
//! The processes are real and log more than anybody would let them. Microsoft's stand-in repeats the secret in every error's
//! text, code and headers, and in broken answers. Not in names: they are kept exactly as Microsoft has them.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::receipt::ScopeReceipt;
use leptos::server_fn::axum::server_fn_paths;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};
use test_support::TestDatabase;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::http::{Browser, form};
use crate::support::{World, number, setting};

/// The forms in which secrets come; `{x}` is the secret itself.
const KINDS: [&str; 40] = [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{x}",
    "Authorization: Bearer {x}",
    "Authorization: Basic {x}==",
    "Proxy-Authorization: Basic {x}",
    "client_secret={x}",
    "\"client_secret\": \"{x}\"",
    "client_assertion={x}",
    "refresh_token=0.{x}",
    "access_token={x}",
    "id_token: {x}",
    "password={x}",
    "Password: {x}",
    "passphrase = {x}",
    "postgres://atlas:{x}@db/atlas",
    "Server=db;User Id=sa;Password={x};Encrypt=true",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={x}==;EndpointSuffix=core.windows.net",
    "https://a.blob.core.windows.net/c?sv=2024-01-01&se=2030&sig={x}%3D",
    "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey={x}=",
    "AKIA{x}",
    "aws_secret_access_key={x}/{x}",
    "Set-Cookie: session={x}; HttpOnly",
    "Cookie: __Host-session={x}",
    "-----BEGIN PRIVATE KEY-----\n{x}\n-----END PRIVATE KEY-----",
    "Xk8~Q~{x}",
    "ghp_{x}",
    "xoxb-123456-{x}",
    "sk_live_{x}",
    "glpat-{x}",
    "npm_{x}",
    "x-api-key: {x}",
    "apikey={x}",
    "https://user:{x}@host.example/path",
    "SAMLResponse={x}",
    "https://app.example/callback?code={x}&state=1",
    "nonce={x}",
    "session_id={x}",
    "ssh-ed25519 AAAAC3Nza{x}",
    "SG.{x}.{x}",
    "AIza{x}",
    "{x}",
];

struct Canary {
    text: String,
    secret: String,
}

fn canaries(random: &mut StdRng) -> Vec<Canary> {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let secret = |random: &mut StdRng| -> String {
        let mut secret: String = (0..24)
            .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
            .collect();
        // As random ones are: letters and digits in no order.
        secret.insert_str(8, "7q2");
        secret
    };
    KINDS
        .iter()
        .map(|kind| {
            let secret = secret(random);
            Canary {
                text: kind.replace("{x}", &secret),
                secret,
            }
        })
        .collect()
}

/// A process whose every line is kept.
struct Watched {
    _child: Child,
    log: Arc<Mutex<String>>,
    first: String,
}

async fn watched(arguments: &[&str], settings: &[(&str, &str)]) -> Watched {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenantatlas"))
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env(
            "RUST_LOG",
            "debug,app=trace,graph=trace,ledger=trace,server=trace,worker=trace",
        )
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let log = Arc::new(Mutex::new(String::new()));
    let mut errors = BufReader::new(child.stderr.take().unwrap()).lines();
    let keep = Arc::clone(&log);
    tokio::spawn(async move {
        while let Ok(Some(line)) = errors.next_line().await {
            let mut log = keep.lock().unwrap();
            log.push_str(&line);
            log.push('\n');
        }
    });
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next_line().await.unwrap().unwrap_or_default();
    Watched {
        _child: child,
        log,
        first,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r09_forty_secrets_pushed_through_every_failure_are_nowhere() {
    let mut random = StdRng::seed_from_u64(number("FAULTS_SEED", 42));
    let canaries = canaries(&mut random);
    let database = TestDatabase::new().await;
    let world = World::new(database.owner().await, &database.web_url(), database.worker_url()).await;
    let worker = watched(
        &["worker"],
        &[
            ("WORKER_DATABASE_URL", &database.worker_url()),
            ("GRAPH_BASE_URL", &world.graph),
            ("GRAPH_LOGIN_URL", &world.graph),
            ("GRAPH_CLIENT_ID", "tenantatlas"),
            ("GRAPH_CLIENT_SECRET", &canaries[4].secret),
        ],
    )
    .await;
    assert_eq!(worker.first, "working");
    let web_url = database.web_url();
    let web = watched(&["web"], &[("WEB_DATABASE_URL", &web_url), ("ADDR", "127.0.0.1:0")]).await;
    let addr = web.first.strip_prefix("listening on http://").unwrap().parse().unwrap();
    let owner = Browser::signed_in(addr, "owner@northwind.example").await;
    let mut logs = String::new();
    for (at, canary) in canaries.iter().enumerate() {
        // Half a document is asked for again for half a minute, so not for each of them.
        through_graph(&world, canary, at < 2).await;
        through_the_web(&owner, canary).await;
        logs += &through_the_command_line(canary).await;
    }
    world.simulator.leak(None);
    logs += &panicked(&canaries).await;

    let failed = "select count(distinct reason_code) from (select reason_code from operation_runs union select reason_code from operation_run_items) met";
    assert!(world.count(failed).await >= 3, "the secrets were met in several ways");
    assert!(world.count("select count(*) from operation_runs").await >= 80);
    let pages = pages(&world.owner, &owner).await;
    logs += &worker.log.lock().unwrap();
    logs += &web.log.lock().unwrap();
    assert!(logs.len() > 10_000, "the log was not read");
    let secrets: Vec<&str> = canaries.iter().map(|canary| canary.secret.as_str()).collect();
    for secret in &secrets {
        for (place, text) in [("log", &logs), ("page", &pages)] {
            let line = text.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} is in a {place}");
        }
    }
    let told = in_tables(&world.owner, &secrets).await;
    assert_eq!(told, BTreeSet::new());

    // And the search would have found one.
    sqlx::query(
        "update operation_run_live set phase = $1 where run_id = (select run_id from operation_run_live limit 1)",
    )
    .bind(&canaries[0].text)
    .execute(&world.owner)
    .await
    .unwrap();
    let told = in_tables(&world.owner, &secrets).await;
    assert_eq!(told, ["public.operation_run_live".to_owned()].into());
}

/// A refusal of one type, half of another's JSON; then an expired token, and a sign-in that is refused.
async fn through_graph(world: &World, canary: &Canary, half: bool) {
    world.simulator.leak(Some(canary.text.clone()));
    let access = world.accesses_of("operator@northwind.example").await.remove(0);
    let types: BTreeSet<PolicyType> = [
        PolicyType::DeviceConfiguration,
        PolicyType::SettingsCatalogPolicy,
        PolicyType::DeviceCompliancePolicy,
    ]
    .into();
    let faults = if half {
        "deny=deviceCompliancePolicies,broken-json=configurationPolicies"
    } else {
        "deny=deviceCompliancePolicies"
    };
    world.simulator.set_faults(faults.parse().unwrap());
    let inputs = json!({ "types": types });
    world
        .start_what(
            &access,
            OperationType::InventorySync,
            inputs,
            ScopeReceipt::PolicyTypes { types },
        )
        .await;
    world.settled(Duration::from_mins(2)).await;
    world.simulator.set_faults("refuse-tokens".parse().unwrap());
    world.simulator.revoke_tokens();
    world
        .start_what(
            &access,
            OperationType::DirectoryGroupsSync,
            json!({}),
            ScopeReceipt::Groups,
        )
        .await;
    world.settled(Duration::from_mins(2)).await;
    world.simulator.set_faults("none".parse().unwrap());
}

/// Typed where it does not belong. What comes back to whoever typed it is not looked at.
async fn through_the_web(owner: &Browser, canary: &Canary) {
    let text = canary.text.as_str();
    let nobody = Browser {
        cookie: format!("__Host-session={}", canary.secret),
        ..owner.clone()
    };
    let fields = form(&[
        ("email", text),
        ("password", text),
        ("tenant", text),
        ("types[0]", text),
        ("idempotency_key", text),
        ("run", text),
        ("workspace", text),
        ("next", text),
        ("theme", text),
    ]);
    nobody.ask("POST", "/sign-in", "text/html", &fields).await.unwrap();
    let query = form(&[
        ("q", text),
        ("status", text),
        ("tenant", text),
        ("after", text),
        ("next", text),
    ]);
    for path in ["/admin/operations", "/sign-in"] {
        owner.get(&format!("{path}?{query}")).await.unwrap();
        nobody.get(&format!("{path}?{query}")).await.unwrap();
    }
    for (path, method) in server_fn_paths() {
        let (path, body) = if method == http::Method::GET {
            (format!("{path}?{fields}"), "")
        } else {
            (path.to_owned(), fields.as_str())
        };
        owner
            .ask(method.as_str(), &path, "application/json", body)
            .await
            .unwrap();
    }
    owner
        .ask("POST", "/session/workspace", "text/html", &fields)
        .await
        .unwrap();
}

/// In the place of a setting.
async fn through_the_command_line(canary: &Canary) -> String {
    let line = canary.text.replace('\n', " ");
    let url = format!("postgres://atlas:{}@127.0.0.1:1/atlas?sslmode=wrong", canary.secret);
    let mut said = String::new();
    for settings in [
        vec![("WEB_DATABASE_URL", line.as_str()), ("PUBLIC_URL", line.as_str())],
        vec![("WEB_DATABASE_URL", url.as_str())],
        vec![
            ("GRAPH_CLIENT_SECRET", line.as_str()),
            ("GRAPH_CLIENT_ID", "x"),
            ("GRAPH_BASE_URL", line.as_str()),
        ],
    ] {
        let command = if settings[0].0.starts_with("WEB") {
            "web"
        } else {
            "worker"
        };
        let output = Command::new(env!("CARGO_BIN_EXE_tenantatlas"))
            .arg(command)
            .env_clear()
            .env("ADDR", "127.0.0.1:0")
            .envs(settings)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        assert!(!output.status.success());
        said += &String::from_utf8_lossy(&output.stderr);
        said += &String::from_utf8_lossy(&output.stdout);
    }
    said
}

#[test]
#[ignore = "a process of the test above, not a test"]
fn a_panic() {
    let text = setting("FAULTS_PANIC").expect("started by the test above");
    server::logging::start(None).unwrap();
    for line in text.lines() {
        let thread = std::thread::spawn({
            let line = line.to_owned();
            move || panic!("{line}")
        });
        assert!(thread.join().is_err());
    }
}

/// What a process says whose tasks panic over secrets.
async fn panicked(canaries: &[Canary]) -> String {
    let text: Vec<String> = canaries.iter().map(|canary| canary.text.replace('\n', " ")).collect();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["canaries::a_panic", "--exact", "--ignored", "--nocapture"])
        .env("FAULTS_PANIC", text.join("\n"))
        .env_remove("RUST_LOG")
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.matches("a task panicked").count() >= canaries.len(), "{said}");
    said
}

/// Every page and function about the runs, as their workspace's owner sees them.
async fn pages(database: &PgPool, owner: &Browser) -> String {
    let runs: Vec<uuid::Uuid> = sqlx::query_scalar("select id from operation_runs order by id desc limit 12")
        .fetch_all(database)
        .await
        .unwrap();
    let tenant: uuid::Uuid = sqlx::query_scalar("select tenant_id from operation_runs limit 1")
        .fetch_one(database)
        .await
        .unwrap();
    let mut read = String::new();
    for (at, run) in runs.iter().enumerate() {
        for path in server::web::pages::paths() {
            if at == 0 || path.contains("{run}") {
                let path = path
                    .replace("{run}", &run.to_string())
                    .replace("{tenant}", &tenant.to_string());
                read += &owner.get(&path).await.unwrap().body;
            }
        }
        let query = form(&[
            ("run", &run.to_string()),
            ("ids", &run.to_string()),
            ("tenant", &tenant.to_string()),
        ]);
        for (path, method) in server_fn_paths() {
            if method == http::Method::GET {
                read += &owner
                    .ask("GET", &format!("{path}?{query}"), "application/json", "")
                    .await
                    .unwrap()
                    .body;
            }
        }
    }
    assert!(
        read.contains("permission.missing") || read.contains("graph."),
        "the runs were not seen"
    );
    read
}

/// The tables that hold any of the secrets in any column, as text or as bytes; the engine's as well.
async fn in_tables(owner: &PgPool, secrets: &[&str]) -> BTreeSet<String> {
    let tables = test_support::tables(owner).await;
    let mut needles: Vec<String> = secrets.iter().map(|secret| format!("%{secret}%")).collect();
    for secret in secrets {
        let hex: Vec<String> = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        needles.push(format!("%{}%", hex.concat()));
    }
    let mut told = BTreeSet::new();
    for table in tables {
        let sql = format!("select exists (select from {table} t where t::text like any ($1))");
        let found: bool = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(&needles)
            .fetch_one(owner)
            .await
            .unwrap();
        if found {
            told.insert(table);
        }
    }
    told
}
