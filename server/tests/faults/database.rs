//! A PostgreSQL that goes away under load.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::clock::{Clock, SystemClock};
use sqlx::postgres::PgPoolOptions;
use tokio::process::Command;

use crate::http::Browser;
use crate::program;
use crate::support::{World, number};

/// A PostgreSQL of the test's own, which it may stop as it likes.
struct Server {
    folder: PathBuf,
    port: u16,
    /// Whether we are root, and the server is not.
    root: bool,
}

#[expect(
    clippy::disallowed_methods,
    reason = "where PostgreSQL is comes from the environment of the tests"
)]
fn tool(name: &str) -> PathBuf {
    Path::new(&std::env::var("PG_BIN").expect("PG_BIN: run the tests through `.ci/postgres`")).join(name)
}

/// A folder that whoever PostgreSQL runs as can reach and owns: a temporary one may be closed to everybody but root, and may lie below
/// a folder that is.
async fn folder_of_postgres(root: bool) -> PathBuf {
    let name = format!("tenantatlas-faults-{:08x}", rand::random::<u32>());
    let mut tried = Vec::new();
    for base in [
        std::env::temp_dir(),
        PathBuf::from("/var/lib"),
        PathBuf::from("/var/tmp"),
    ] {
        let folder = base.join(&name);
        if let Err(error) = std::fs::create_dir(&folder) {
            tried.push(format!("{}: {error}", folder.display()));
            continue;
        }
        if !root {
            return folder;
        }
        let mut given = Command::new("chown");
        given.arg("postgres").arg(&folder);
        program::run("chown", given).await;
        let mut look = as_postgres(root, Path::new("test"));
        look.arg("-w").arg(&folder);
        match look.status().await {
            Ok(status) if status.success() => return folder,
            Ok(_) => tried.push(format!("{}: the user `postgres` cannot get there", folder.display())),
            Err(error) => tried.push(format!("setpriv: {error}")),
        }
        let _ = std::fs::remove_dir(&folder);
    }
    panic!("no folder for a PostgreSQL of the test's own:\n{}", tried.join("\n"));
}

/// As somebody PostgreSQL agrees to run as: it refuses root.
fn as_postgres(root: bool, tool: &Path) -> Command {
    let mut command = if root {
        let mut command = Command::new("setpriv");
        command
            .args([
                "--reuid=postgres",
                "--regid=postgres",
                "--init-groups",
                "--pdeathsig=KILL",
            ])
            .arg(tool);
        command
    } else {
        Command::new(tool)
    };
    // Where we are ourselves may be closed to it.
    command.current_dir("/");
    command
}

impl Server {
    async fn new() -> Self {
        let mut id = Command::new("id");
        id.arg("-u");
        let root = program::run("id", id).await.trim() == "0";
        let folder = folder_of_postgres(root).await;
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let server = Self { folder, port, root };
        let mut initdb = as_postgres(root, &tool("initdb"));
        initdb
            .args([
                "--auth=trust",
                "--username=postgres",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(server.data());
        program::run("initdb", initdb).await;
        server.start().await;
        server
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn control(&self, words: &[&str]) -> Command {
        let mut command = as_postgres(self.root, &tool("pg_ctl"));
        command
            .args(["-w", "-t", "180", "-D"])
            .arg(self.data())
            .arg("-l")
            .arg(self.log())
            .args(words);
        command
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    async fn start(&self) {
        let settings = format!(
            "-p {} -h 127.0.0.1 -c unix_socket_directories= -c max_connections=100",
            self.port
        );
        let start = self.control(&["-o", &settings, "start"]);
        program::left_alone("PostgreSQL's start", start, &self.log()).await;
    }

    async fn stop(&self, mode: &str) {
        let stop = self.control(&["-m", mode, "stop"]);
        program::left_alone("PostgreSQL's stop", stop, &self.log()).await;
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
    test_support::seed_people(&owner, &clock).await;

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
    let _ = std::fs::remove_dir_all(&server.folder);
}
