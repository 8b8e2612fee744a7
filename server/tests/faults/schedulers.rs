//! Scheduler processes that race for the same fires and are killed while they do (R04).
//!
//! The processes run the scheduler of the product, by a clock in a file: time is what this is about, and the product has no
//! setting for it. This program is started again as each of them, as [`a_scheduler`].

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use ledger::clock::Clock;
use ledger::{Connect, DatabaseRole, Ledger};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::PgPool;
use test_support::TestDatabase;
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use crate::program;
use crate::support::{number, setting};

/// Shows what a file says.
#[derive(Debug)]
struct FileClock(PathBuf);

impl Clock for FileClock {
    fn now(&self) -> DateTime<Utc> {
        let text = std::fs::read_to_string(&self.0).unwrap();
        DateTime::from_timestamp_micros(text.parse().unwrap()).unwrap()
    }
}

fn set(clock: &Path, now: DateTime<Utc>) {
    let next = clock.with_extension("next");
    std::fs::write(&next, now.timestamp_micros().to_string()).unwrap();
    // At once: nobody reads half of it.
    std::fs::rename(next, clock).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "a process of the test below, not a test"]
async fn a_scheduler() {
    let url = setting("FAULTS_SCHEDULER_URL").expect("started by the test below");
    let clock = setting("FAULTS_SCHEDULER_CLOCK").expect("started by the test below");
    let connect = Connect {
        url: &url,
        role: DatabaseRole::Worker,
        max_connections: 2,
        clock: Arc::new(FileClock(clock.into())),
    };
    let ledger = Ledger::connect(connect).await.unwrap();
    // Its standard input ends with the test that started it.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    println!("scheduling");
    worker::scheduler::run(ledger, CancellationToken::new()).await;
}

async fn scheduler(url: &str, clock: &Path) -> Child {
    let mut scheduler = Command::new(std::env::current_exe().unwrap());
    scheduler
        .args(["schedulers::a_scheduler", "--exact", "--ignored", "--nocapture"])
        .env("FAULTS_SCHEDULER_URL", url)
        .env("FAULTS_SCHEDULER_CLOCK", clock)
        .stdin(Stdio::piped());
    program::start("a scheduler", scheduler, "scheduling").await.0
}

async fn count(owner: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(owner).await.unwrap()
}

/// Waits until every fire up to a moment is recorded.
async fn served(owner: &PgPool, now: DateTime<Utc>) {
    let behind = async || -> i64 {
        sqlx::query_scalar("select count(*) from schedules where next_fire_at <= $1")
            .bind(now)
            .fetch_one(owner)
            .await
            .unwrap()
    };
    let mut waited = 0;
    while behind().await > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        waited += 1;
        assert!(waited < 12_000, "nobody serves the schedules that are due at {now}");
    }
}

/// What the workers would do: end what was started, so that the next fire makes a run of its own.
async fn end_all(owner: &PgPool) {
    for sql in [
        "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at where status <> 'completed'",
        "delete from river.river_job",
    ] {
        sqlx::query(sql).execute(owner).await.unwrap();
    }
}

/// What retention does when the runs are old enough.
async fn prune(owner: &PgPool) {
    sqlx::query("delete from operation_runs where status = 'completed'")
        .execute(owner)
        .await
        .unwrap();
}

async fn arrange(owner: &PgPool, schedules: i64, first: DateTime<Utc>) {
    sqlx::query("delete from schedules").execute(owner).await.unwrap();
    sqlx::query(
        "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, inputs, next_fire_at, created_at)
        select gen_random_uuid(), t.workspace_id, t.id, 'directory.groups.sync', 'every minute ' || n, '* * * * *', 'UTC',
            jsonb_build_object('n', n), $2, $2
        from generate_series(1, $1) n join (select *, row_number() over (order by name) - 1 as at from tenants) t on t.at = n % 4",
    )
    .bind(schedules)
    .bind(first)
    .execute(owner)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn r04_scheduler_processes_killed_at_random_record_every_fire_once_also_after_pruning() {
    let processes = number("FAULTS_SCHEDULERS", 3);
    let schedules = i64::try_from(number("FAULTS_SCHEDULES", 10)).unwrap();
    let times = i64::try_from(number("FAULTS_FIRES", 20)).unwrap();
    let seed = number("FAULTS_SEED", 42);
    let mut random = StdRng::seed_from_u64(seed);
    let database = TestDatabase::new().await;
    let (owner, url) = (database.owner().await, database.worker_url());
    let folder = std::env::temp_dir().join(format!("tenantatlas-clock-{:08x}", rand::random::<u32>()));
    std::fs::create_dir(&folder).unwrap();
    let clock = folder.join("now");
    let start: DateTime<Utc> = "2030-01-01T00:00:00Z".parse().unwrap();
    // Always a moment before the next fire: whoever sleeps until then sleeps for the shortest time, and all of them race.
    let just_before = |n: i64| start + TimeDelta::minutes(n) - TimeDelta::milliseconds(10);
    arrange(&owner, schedules, start).await;
    set(&clock, just_before(0));
    let mut running = Vec::new();
    for _ in 0..processes {
        running.push(scheduler(&url, &clock).await);
    }
    let (mut due, mut kills) = (0, 0);
    while due < times {
        // Mostly the next fire; sometimes so many at once that the older ones are too late.
        let step = if random.random_bool(0.02) { 13 } else { 1 };
        due = (due + step).min(times);
        set(&clock, just_before(due));
        if random.random_bool(0.6) {
            tokio::time::sleep(Duration::from_micros(random.random_range(0..60_000))).await;
            let victim = random.random_range(0..running.len());
            running[victim].kill().await.unwrap();
            running[victim] = scheduler(&url, &clock).await;
            kills += 1;
        }
        served(&owner, just_before(due)).await;
        end_all(&owner).await;
        if random.random_bool(0.1) {
            prune(&owner).await;
        }
    }
    assert_every_fire_once(&owner, schedules * times).await;
    let started = count(&owner, "select count(*) from schedule_fires where outcome = 'started'").await;
    let missed = count(&owner, "select count(*) from schedule_fires where outcome = 'missed'").await;

    // Without any of their runs, and with processes that remember nothing, no fire time opens again.
    prune(&owner).await;
    for child in &mut running {
        child.kill().await.unwrap();
        *child = scheduler(&url, &clock).await;
    }
    set(&clock, just_before(times + 1));
    served(&owner, just_before(times + 1)).await;
    assert_every_fire_once(&owner, schedules * (times + 1)).await;
    assert_eq!(
        count(&owner, "select count(*) from operation_runs").await,
        schedules,
        "the runs of the last fire alone"
    );
    println!(
        "{processes} schedulers, {schedules} schedules, {times} fire times, seed {seed}: {kills} killed, {started} fires started, {missed} missed"
    );
    drop(running);
    let _ = std::fs::remove_dir_all(folder);
    database.remove().await;
}

async fn assert_every_fire_once(owner: &PgPool, expected: i64) {
    assert_eq!(count(owner, "select count(*) from schedule_fires").await, expected);
    // No gap and nothing beyond: one a minute, from the first.
    let gaps = "select count(*) from (
        select fire_at - lag(fire_at) over (partition by schedule_id order by fire_at) as since from schedule_fires) f where since <> interval '1 minute'";
    assert_eq!(count(owner, gaps).await, 0);
    // Each with a run of its own, which the audit entries remember when it is gone.
    let started = count(owner, "select count(*) from schedule_fires where outcome = 'started'").await;
    assert!(started > 0);
    let runs = "select count(distinct run_id) from schedule_fires where outcome = 'started'";
    assert_eq!(count(owner, runs).await, started);
    let queued =
        "select count(distinct resource_id) from audit_entries where action = 'run.queued' and actor_type = 'schedule'";
    assert_eq!(count(owner, queued).await, started);
    let entries = "select count(*) from audit_entries where action = 'run.queued'";
    assert_eq!(count(owner, entries).await, started);
}
