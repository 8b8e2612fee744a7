//! A PostgreSQL that goes away under load.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::clock::{Clock, SystemClock};
use sqlx::postgres::PgPoolOptions;
use tokio::process::Command;

use crate::http::Browser;
use crate::support::{World, number};

/// A PostgreSQL of the test's own, which it may stop as it likes.
struct Server {
    data: PathBuf,
    port: u16,
}

#[expect(
    clippy::disallowed_methods,
    reason = "where PostgreSQL is comes from the environment of the tests"
)]
fn tool(name: &str) -> PathBuf {
    Path::new(&std::env::var("PG_BIN").expect("PG_BIN: run the tests through `.ci/postgres`")).join(name)
}

impl Server {
    /// As somebody PostgreSQL agrees to run as: it refuses root.
    fn command(tool_name: &str) -> Command {
        let root = std::process::Command::new("id")
            .arg("-u")
            .output()
            .is_ok_and(|id| id.stdout == b"0\n");
        let mut command = if root {
            Command::new("setpriv")
        } else {
            Command::new(tool(tool_name))
        };
        if root {
            command
                .args([
                    "--reuid=postgres",
                    "--regid=postgres",
                    "--init-groups",
                    "--pdeathsig=KILL",
                ])
                .arg(tool(tool_name));
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/tmp");
        command
    }

    async fn new() -> Self {
        let data = std::env::temp_dir().join(format!("tenantatlas-faults-{:08x}", rand::random::<u32>()));
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let made = Self::command("initdb")
            .args(["--auth=trust", "--username=postgres", "--no-sync", "-D"])
            .arg(&data)
            .status()
            .await
            .unwrap();
        assert!(made.success(), "initdb failed");
        let server = Self { data, port };
        server.start().await;
        server
    }

    async fn start(&self) {
        let port = format!(
            "-p {} -h 127.0.0.1 -c unix_socket_directories= -c max_connections=100",
            self.port
        );
        let started = Self::command("pg_ctl")
            .args(["-w", "-D"])
            .arg(&self.data)
            .args(["-o", &port, "start"])
            .status()
            .await
            .unwrap();
        assert!(started.success(), "PostgreSQL did not start");
    }

    async fn stop(&self, mode: &str) {
        let stopped = Self::command("pg_ctl")
            .args(["-w", "-m", mode, "-D"])
            .arg(&self.data)
            .arg("stop")
            .status()
            .await
            .unwrap();
        assert!(stopped.success(), "PostgreSQL did not stop");
    }

    fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/{database}", self.port)
    }
}

const PAGE: &str = "/admin/operations";

/// Asks the web for as long as the database is away: a page, a function and the probes. Answers how often it was refused.
async fn refusals(browser: &Browser, away: Duration) -> usize {
    let begun = Instant::now();
    let mut refused = 0;
    loop {
        for (path, accept) in [(PAGE, "text/html"), ("/_fn/runs", "application/json")] {
            let answer = browser.ask("GET", path, accept, "").await.unwrap();
            assert_eq!(answer.status, 503, "{path}: {answer:?}");
            let wait: u32 = answer.header("retry-after").expect("Retry-After").parse().unwrap();
            assert!(wait > 0);
            refused += 1;
        }
        assert_eq!(
            browser.get("/healthz").await.unwrap().status,
            200,
            "the process itself is well"
        );
        assert_eq!(browser.get("/readyz").await.unwrap().status, 503);
        if begun.elapsed() >= away {
            return refused;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_a_database_that_stops_and_one_that_crashes_lose_nothing() {
    let away = Duration::from_secs(number("FAULTS_AWAY_SECONDS", 5));
    let server = Server::new().await;
    let admin = PgPoolOptions::new()
        .max_connections(1)
        .connect(&server.url("postgres", "postgres"))
        .await
        .unwrap();
    for sql in [
        "create role tenantatlas_owner login",
        "create role tenantatlas_web login",
        "create role tenantatlas_worker login",
        "create database tenantatlas owner tenantatlas_owner",
    ] {
        sqlx::query(sql).execute(&admin).await.unwrap();
    }
    drop(admin);
    let owner = server.url("tenantatlas_owner", "tenantatlas");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    ledger::migrate::run(&owner, &clock).await.unwrap();
    ledger::testing::seed_people(&owner, &clock).await;

    let pool = PgPoolOptions::new().max_connections(4).connect(&owner).await.unwrap();
    let world = World::new(
        pool,
        &server.url("tenantatlas_web", "tenantatlas"),
        server.url("tenantatlas_worker", "tenantatlas"),
    )
    .await;
    let accesses = world.accesses().await;
    let _workers = [world.worker().await, world.worker().await];
    let (_web, addr) = world.web_process().await;
    let browser = Browser::signed_in(addr, "operator@northwind.example").await;
    let mut refused = 0;
    for mode in ["fast", "immediate"] {
        world.start_mixed(&accesses).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(browser.get(PAGE).await.unwrap().status, 200);
        server.stop(mode).await;
        refused += refusals(&browser, away).await;
        server.start().await;
        // Started while it comes back, as a person would.
        world.start(&accesses[0]).await;
        // Pooled connections that are gone are noticed by using them, so the first answers may still be refusals.
        let again = Instant::now();
        while browser.get(PAGE).await.unwrap().status != 200 {
            assert!(
                again.elapsed() < Duration::from_mins(1),
                "the web does not come back by itself"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        println!("{mode}: the web answered {:?} after the start", again.elapsed());
        world.settled(Duration::from_mins(2)).await;
    }
    println!("PostgreSQL away for 2 × {away:?}: {refused} requests were answered with 503");
    world.assert_true_ledger().await;
    server.stop("immediate").await;
    let _ = std::fs::remove_dir_all(&server.data);
}
