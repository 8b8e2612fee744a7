//! Plans of the hub's statements on 200,000 skewed runs: which index is walked, and how many pages that takes. That they stay
//! as quick on ten million is measured by `make bench`.

use std::fmt::Write;
use std::sync::Arc;

use demo::bench::{self, Size};
use domain::cursor::{Cursor, RunCursor, RunKey};
use domain::filter::{RunFilter, Tab};
use domain::id::{RunId, UserId};
use ledger::Ledger;
use ledger::access::{self, Access};
use ledger::clock::{Clock, SystemClock};
use ledger::explain::{Explained, Statement, both_ways, explain};
use ledger::hub::SaturatedCountCache;
use ledger::hub::list::{self, Side};
use sqlx::PgPool;
use test_support::TestDatabase;
use tokio::sync::OnceCell;
use uuid::Uuid;

const SIZE: Size = Size {
    runs: 200_000,
    tenants: 200,
};

/// Pages a statement may look at. A page of fifty rows takes about 350 (each row: the run, its place in the primary key, its
/// tenant); reading the window of the largest workspace without an index takes tens of thousands.
const PAGES: u64 = 1_500;

struct Bench {
    web: Ledger,
    owner: PgPool,
    everything: Access,
    one_tenant: Access,
}

/// Seeding takes longer than all of the tests.
static DATABASE: OnceCell<TestDatabase> = OnceCell::const_new();

async fn seeded() -> TestDatabase {
    let database = TestDatabase::empty().await;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    assert!(bench::seed(&database.owner_url(), &clock, SIZE, |_| ()).await.unwrap());
    database
}

async fn bench() -> Bench {
    let database = DATABASE.get_or_init(seeded).await;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (web, owner) = (database.web(clock).await, database.owner().await);
    let workspace: Uuid = sqlx::query_scalar("select id from workspaces where slug = 'bench-0'")
        .fetch_one(&owner)
        .await
        .unwrap();
    let access = async |email: &str| {
        let user: Uuid = sqlx::query_scalar("select id from users where email = $1")
            .bind(email)
            .fetch_one(&owner)
            .await
            .unwrap();
        let member = access::for_workspace(&web, UserId(user), workspace.into())
            .await
            .unwrap();
        member.expect("a member").operations()
    };
    Bench {
        everything: access(bench::OWNER).await,
        one_tenant: access(bench::ENTITLED).await,
        web,
        owner,
    }
}

fn filter(query: &str) -> RunFilter {
    RunFilter::parse(query.split('&').filter_map(|pair| pair.split_once('=')))
}

/// Why a plan is not what the migration says it is; empty if it is.
fn wrong(plan: &Explained) -> String {
    let mut said = String::new();
    for node in plan.nodes() {
        let (kind, relation) = (&node["Node Type"], &node["Relation Name"]);
        let runs = relation == "operation_runs" || relation == "operation_run_tallies";
        if runs && kind.as_str().is_some_and(|kind| kind.contains("Seq Scan")) {
            let _ = write!(said, "{kind} of {relation}; ");
        }
        let thrown_away = node["Rows Removed by Filter"].as_u64().unwrap_or(0);
        // Walking past what does not match in the index itself is cheap; fetching rows to throw them away is not.
        let bearable = if kind == "Index Only Scan" { 15_000 } else { 2_000 };
        if runs && thrown_away > bearable {
            let _ = write!(
                said,
                "{thrown_away} rows looked at for nothing by {}; ",
                node["Index Name"]
            );
        }
    }
    if plan.buffers() > PAGES {
        let _ = write!(said, "{} pages; ", plan.buffers());
    }
    said
}

/// Filters of every kind, the rare values among them: those are what an index is for.
async fn filters(bench: &Bench) -> Vec<String> {
    let person: Uuid = sqlx::query_scalar("select id from users where email = 'operator7@bench.example'")
        .fetch_one(&bench.owner)
        .await
        .unwrap();
    let me = bench.everything.user;
    let tenants: Vec<Uuid> = sqlx::query_scalar(
        "select t.id from tenants t join workspaces w on w.id = t.workspace_id where w.slug = 'bench-0' order by t.id limit 3",
    )
    .fetch_all(&bench.owner)
    .await
    .unwrap();
    let run: Uuid = sqlx::query_scalar(
        "select r.id from operation_runs r join workspaces w on w.id = r.workspace_id where w.slug = 'bench-0' order by r.id limit 1 offset 100",
    )
    .fetch_one(&bench.owner)
    .await
    .unwrap();
    let tenant = tenants[0];
    let several = tenants.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
    let beginning = &run.to_string()[..13];
    let mut filters: Vec<String> = [
        "",
        "type=inventory.sync",
        "type=restore.execute",
        "type=restore.execute,backup_set.export",
        "type=!inventory.sync",
        "status=succeeded",
        "status=failed",
        "status=blocked",
        "status=blocked,failed,running",
        "status=!succeeded,failed",
        "status=queued",
        "origin=manual",
        "origin=api",
        "origin=import",
        "origin=!manual",
        "initiator=me",
        "initiator=system",
        "initiator=!me",
        "from=90d",
        "from=60d&to=50d",
        "q=tenant",
        "q=Tenant%201",
        "q=nothing%20of%20the%20kind",
        "status=succeeded,blocked",
        "status=!failed",
        "type=!drift.generate,policy.sync&status=failed",
        "initiator=me,system",
        "type=nonsense",
        "status=nonsense,failed",
    ]
    .map(|filter| filter.replace("%20", " "))
    .into();
    filters.extend([
        format!("tenant={tenant}"),
        format!("tenant={several}"),
        format!("tenant=!{tenant}"),
        format!("tenant={tenant}&type=restore.execute&status=failed"),
        format!("initiator={person}"),
        format!("initiator=me,{me}"),
        format!("initiator={person}&type=drift.generate"),
        format!("q={run}"),
        format!("q={beginning}"),
    ]);
    filters
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_list_and_count_walks_an_index_and_few_pages() {
    let bench = bench().await;
    let mut said = String::new();
    for query in filters(&bench).await {
        for (who, access) in [("everything", &bench.everything), ("one tenant", &bench.one_tenant)] {
            for tab in Tab::ALL {
                let filter = RunFilter { tab, ..filter(&query) };
                for statement in [Statement::Rows(None), Statement::Count(tab)] {
                    let plan = explain(&bench.web, access, &filter, statement).await.unwrap();
                    let wrong = wrong(&plan);
                    if !wrong.is_empty() {
                        let _ = writeln!(said, "?tab={}&{query} for {who}, {statement:?}: {wrong}", tab.as_str());
                    }
                }
            }
        }
    }
    assert!(said.is_empty(), "{said}");
}

/// However a list is walked, it is the list of its predicate, and the number above it is that of the list.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r20_walks_find_what_the_predicate_says_and_count_it() {
    let bench = bench().await;
    for query in filters(&bench).await {
        for access in [&bench.everything, &bench.one_tenant] {
            for tab in Tab::ALL {
                let filter = RunFilter { tab, ..filter(&query) };
                let [walked, plain] = both_ways(&bench.web, access, &filter).await.unwrap();
                assert_eq!(walked.1, plain.1, "?tab={}&{query}: count", tab.as_str());
                assert_eq!(walked.0, plain.0, "?tab={}&{query}: rows", tab.as_str());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deep_pages_polls_old_active_runs_and_the_overview_walk_an_index_and_few_pages() {
    let bench = bench().await;
    let (web, access) = (&bench.web, &bench.everything);
    let filter = RunFilter::default();
    let mut side = None;
    let mut newest = None;
    let mut visible: Vec<RunId> = Vec::new();
    for _ in 0..50 {
        let page = list::page(web, &SaturatedCountCache::default(), access, &filter, side)
            .await
            .unwrap();
        newest = newest.or_else(|| {
            page.rows
                .first()
                .map(|row| cursor(row.created_at.timestamp_micros(), row.id))
        });
        visible = page.rows.iter().map(|row| row.id).collect();
        side = Some(Side::After(page.older.expect("there are more pages").parse().unwrap()));
    }
    let newest = Side::Before(newest.expect("there are rows"));
    for statement in [
        Statement::Rows(side),
        Statement::Newer(newest),
        Statement::Pinned,
        Statement::FirstPage,
        Statement::Visible(&visible),
        Statement::Days,
        Statement::Causes,
    ] {
        let plan = explain(web, access, &filter, statement).await.unwrap();
        assert_eq!(wrong(&plan), "", "{statement:?}: {}", plan.text());
    }
}

fn cursor(at: i64, id: RunId) -> RunCursor {
    Cursor(RunKey { at, id })
}
