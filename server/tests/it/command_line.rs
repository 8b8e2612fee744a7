//! The binary: what it says when it cannot start, and that it stops.

use std::process::{Output, Stdio};
use std::time::Duration;

use ledger::testing::TestDatabase;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::proxy::Proxy;

fn tenantatlas(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantatlas"));
    command
        .args(arguments)
        .kill_on_drop(true)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in [
        "DATABASE_URL",
        "WEB_DATABASE_URL",
        "WORKER_DATABASE_URL",
        "TENANTATLAS_PRIVATE",
        "ADDR",
        "RUST_LOG",
        "WORKER_OPERATIONS",
    ] {
        command.env_remove(name);
    }
    command.env("ADDR", "127.0.0.1:0").envs(settings.iter().copied());
    command
}

/// Starts it, and asserts that it ends with exit code 1 and one last line, which is returned.
async fn refusal(arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let running = tenantatlas(arguments, settings).output();
    let Output { status, stderr, stdout } = tokio::time::timeout(Duration::from_secs(30), running)
        .await
        .unwrap()
        .unwrap();
    let text = String::from_utf8(stderr).unwrap();
    assert_eq!((status.code(), stdout.len()), (Some(1), 0), "{text}");
    text.lines().last().unwrap().to_owned()
}

async fn first_line(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await;
    line.unwrap().unwrap().unwrap_or_default()
}

async fn terminate(child: &mut Child) -> Option<i32> {
    let pid = child.id().unwrap().to_string();
    Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), child.wait())
        .await
        .unwrap()
        .unwrap()
        .code()
}

#[tokio::test]
async fn a_wrong_setting_is_one_line_that_names_it() {
    let url = "postgres://web:hunter2@127.0.0.1:9/x";
    for (arguments, settings, expected) in [
        (
            &["web"][..],
            &[("ADDR", "nonsense")][..],
            "tenantatlas: ADDR: expected an IP address and a port such as 127.0.0.1:3000",
        ),
        (
            &["web"],
            &[],
            "tenantatlas: WEB_DATABASE_URL: expected a PostgreSQL URL such as ",
        ),
        (
            &["web"],
            &[("WEB_DATABASE_URL", "mysql://u:hunter2@h/x")],
            "tenantatlas: WEB_DATABASE_URL: expected a PostgreSQL URL",
        ),
        (
            &["web"],
            &[("WEB_DATABASE_URL", url), ("PUBLIC_URL", "ops")],
            "tenantatlas: PUBLIC_URL: expected an address",
        ),
        (
            &["web"],
            &[("WEB_DATABASE_URL", url), ("TRUSTED_PROXIES", "x")],
            "tenantatlas: TRUSTED_PROXIES: expected networks",
        ),
        (
            &["worker"],
            &[("GRAPH_BASE_URL", "http://graph.example")],
            "tenantatlas: GRAPH_BASE_URL: expected an address such as https://",
        ),
        (&["worker"], &[], "tenantatlas: GRAPH_CLIENT_ID: expected"),
        (
            &["worker"],
            &[("WORKER_OPERATIONS", "inventory.sync,bogus")],
            "tenantatlas: WORKER_OPERATIONS: expected a comma list of operations that this release executes: inventory.sync, ",
        ),
        (
            &["serve"],
            &[
                ("WEB_DATABASE_URL", url),
                ("WORKER_DATABASE_URL", url),
                ("WORKER_OPERATIONS", "restore.execute"),
            ],
            "tenantatlas: WORKER_OPERATIONS: expected a comma list",
        ),
        (&["migrate"], &[], "tenantatlas: DATABASE_URL: expected"),
        (
            &["user", "erase", "x@y.example", "--yes"],
            &[],
            "tenantatlas: DATABASE_URL: expected",
        ),
        (
            &["user", "erase", "x@y.example"],
            &[("DATABASE_URL", url)],
            "tenantatlas: --yes: expected, because this cannot be undone",
        ),
        (&["web"], &[("RUST_LOG", "a=b=c")], "tenantatlas: RUST_LOG: expected"),
        (
            &["simulator", "--addr", "0.0.0.0:0"],
            &[],
            "tenantatlas: --addr: expected a loopback address",
        ),
        (
            &["simulator", "--faults", "gremlins"],
            &[],
            "tenantatlas: --faults: gremlins: expected",
        ),
    ] {
        let line = refusal(arguments, settings).await;
        assert!(
            line.starts_with(expected) && !line.contains("hunter2"),
            "{line}\nexpected: {expected}"
        );
    }
}

#[tokio::test]
async fn demo_mode_refuses_a_database_that_is_not_its_own() {
    let settings = [("DATABASE_URL", "postgres://owner:hunter2@127.0.0.1:9/production")];
    let line = refusal(&["serve", "--demo"], &settings).await;
    assert!(
        line.starts_with("tenantatlas: DATABASE_URL: expected a private database"),
        "{line}"
    );
}

#[tokio::test]
async fn a_database_that_refuses_ends_it_at_once() {
    let database = TestDatabase::new().await;
    let wrong_password = {
        let mut url = url::Url::parse(&database.web_url()).unwrap();
        url.set_password(Some("hunter2")).unwrap();
        url.to_string()
    };
    let line = refusal(&["web"], &[("WEB_DATABASE_URL", &wrong_password)]).await;
    assert!(
        line.starts_with("tenantatlas: WEB_DATABASE_URL: ") && line.contains("password authentication failed"),
        "{line}"
    );
    assert!(!line.contains("hunter2"), "{line}");
    let unknown = database.web_url().replace("/test_", "/no_such_");
    let line = refusal(&["web"], &[("WEB_DATABASE_URL", &unknown)]).await;
    assert!(
        line.starts_with("tenantatlas: WEB_DATABASE_URL: ") && line.contains("does not exist"),
        "{line}"
    );
}

#[tokio::test]
async fn r10_the_owner_cannot_run_the_web() {
    let database = TestDatabase::new().await;
    let line = refusal(&["web"], &[("WEB_DATABASE_URL", &database.owner_url())]).await;
    assert!(
        line.starts_with("tenantatlas: WEB_DATABASE_URL: ") && line.contains("row-level security would not hold"),
        "{line}"
    );
}

#[tokio::test]
async fn c07_a_database_that_is_behind_ends_it_in_one_line_that_says_what_to_do() {
    let database = TestDatabase::new().await;
    let behind = "delete from _sqlx_migrations where version = 20261121000062";
    sqlx::query(behind).execute(&database.owner().await).await.unwrap();
    for (command, name, url) in [
        ("web", "WEB_DATABASE_URL", database.web_url()),
        ("scheduler", "WORKER_DATABASE_URL", database.worker_url()),
    ] {
        let line = refusal(&[command], &[(name, &url)]).await;
        assert!(
            line.starts_with(&format!(
                "tenantatlas: {name}: the database is not migrated: 1 of this release's"
            )) && line.contains("run `tenantatlas migrate`"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_port_in_use_is_said_before_anything_else() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    // Nothing listens for the database: it is not even asked.
    let line = refusal(
        &["web"],
        &[("ADDR", &addr), ("WEB_DATABASE_URL", "postgres://w:w@127.0.0.1:9/x")],
    )
    .await;
    assert!(
        line.starts_with(&format!("tenantatlas: ADDR: {addr} is in use by another process")),
        "{line}"
    );
}

#[tokio::test]
async fn a_database_that_is_down_at_start_is_waited_for() {
    let database = TestDatabase::new().await;
    let mut url = url::Url::parse(&database.web_url()).unwrap();
    let server = (
        url.host_str().unwrap().parse::<std::net::IpAddr>().unwrap(),
        url.port().unwrap_or(5432),
    );
    let mut proxy = Proxy::to(server.into()).await;
    proxy.cut().await;
    url.set_port(Some(proxy.addr.port())).unwrap();
    let mut child = tenantatlas(&["web"], &[("WEB_DATABASE_URL", url.as_str())])
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = tokio::time::timeout(Duration::from_secs(20), log.next_line())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(
        said.contains("WEB_DATABASE_URL: the database does not answer; trying again"),
        "{said}"
    );
    proxy.mend().await;
    let line = first_line(&mut child).await;
    assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
    assert_eq!(terminate(&mut child).await, Some(0));
}

#[tokio::test]
async fn the_simulator_says_where_it_listens_and_stops_when_told() {
    let mut child = tenantatlas(&["simulator", "--addr", "127.0.0.1:0", "--policies", "5"], &[])
        .spawn()
        .unwrap();
    assert!(
        first_line(&mut child)
            .await
            .starts_with("listening on http://127.0.0.1:")
    );
    assert_eq!(terminate(&mut child).await, Some(0));
}

#[tokio::test]
async fn each_command_has_help() {
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["web", "--help"],
        &["worker", "--help"],
        &["scheduler", "--help"],
        &["migrate", "--help"],
        &["user", "--help"],
        &["user", "erase", "--help"],
        &["demo", "seed", "--help"],
        &["simulator", "--help"],
    ] {
        let output = tenantatlas(arguments, &[("DATABASE_URL", "postgres://o:hunter2@h/x")])
            .output()
            .await
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains("Usage: tenantatlas"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn a_person_is_erased_by_command_once_and_nothing_is_done_without_yes() {
    const MANAGER: &str = "manager@northwind.example";
    let database = TestDatabase::new().await;
    let owner = database.owner().await;
    let url = database.owner_url();
    let settings = [("DATABASE_URL", url.as_str())];
    let there = async || -> i64 {
        sqlx::query_scalar("select count(*) from users where email = $1")
            .bind(MANAGER)
            .fetch_one(&owner)
            .await
            .unwrap()
    };
    let line = refusal(&["user", "erase", MANAGER], &settings).await;
    assert!(
        line.ends_with("nothing was changed") && line.contains("--yes"),
        "{line}"
    );
    assert_eq!(there().await, 1);
    let line = refusal(&["user", "erase", "nobody@northwind.example", "--yes"], &settings).await;
    assert_eq!(
        line,
        "tenantatlas: nobody has the address nobody@northwind.example; nothing was changed"
    );

    let output = tenantatlas(&["user", "erase", "Manager@Northwind.example", "--yes"], &settings)
        .output()
        .await
        .unwrap();
    let (said, failed) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(output.status.success(), "{failed}");
    assert_eq!(said, "erased; 0 sessions ended, on record in 1 workspaces\n");
    assert_eq!(there().await, 0);
    let line = refusal(&["user", "erase", MANAGER, "--yes"], &settings).await;
    assert!(line.contains("nobody has the address"), "{line}");
    // Who may not do it: the web's role, and a database that is behind.
    let web = database.web_url();
    let line = refusal(
        &["user", "erase", "operator@northwind.example", "--yes"],
        &[("DATABASE_URL", &web)],
    )
    .await;
    assert!(line.starts_with("tenantatlas: DATABASE_URL: "), "{line}");
    let last = tenantatlas(&["user", "erase", "owner@northwind.example", "--yes"], &settings)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(last.stdout).unwrap();
    assert!(said.ends_with("Northwind has no owner any more\n"), "{said}");
}
