//! The statements that are built when they are needed, as they are sent.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domain::cursor::{Cursor, DirectoryKey, NotificationKey, PolicyKey, RunKey};
use domain::filter::{RunFilter, Tab};
use domain::items::ItemFilter;
use domain::operation::OperationType;
use ledger::hub::poll::{self, Known};
use ledger::hub::{export, followed, list};
use ledger::notifications::{self, Which};
use ledger::permit::View;
use ledger::permit::key::{DirectorySync, InventorySync};
use ledger::run_page::detail;
use ledger::{directory, inventory, overview, role_definitions};
use test_support::{Entered, unchecked};

use super::listener;
use crate::support::World;

/// The dynamic statements that the functions below send. Fails if a place that builds one was not reached.
pub(super) async fn dynamic() -> BTreeSet<String> {
    // A database of its own, whose rows are what the ledger writes.
    let world = World::new().await;
    let access = world.access("consultant@partner.example", "Contoso").await;
    listener::start(&world.web, access.user).await;
    ask_everything(&world, &access).await;
    ask_notifications(&world, &access).await;
    let sent = listener::stop();
    for site in sites() {
        assert!(
            sent.iter().any(|sql| matches(sql, &site)),
            "no statement of the form `{site}` was sent: call what builds it in `ask_everything`"
        );
    }
    sent
}

async fn ask_everything(world: &World, access: &Entered) {
    let tenant = access.tenant.unwrap();
    let run = world.start_sync("Contoso").await;
    let cursor = Cursor(RunKey { at: 1, id: run });
    let some_id = run.to_string();
    let (here, other) = (tenant.to_string(), format!("!{tenant}"));
    for query in [
        vec![],
        vec![
            ("tenant", here.as_str()),
            ("type", "inventory.sync"),
            ("status", "queued,failed"),
            ("origin", "manual"),
            ("initiator", "me,system"),
        ],
        // Not `!` of status and initiator, which are written as `not (…)`: that no comparison restricts would make them false.
        vec![("tenant", other.as_str()), ("type", "!policy.sync"), ("origin", "!api")],
        vec![("q", "Conto"), ("from", "2020-01-01"), ("to", "2040-01-01")],
        vec![("q", some_id.as_str())],
        vec![("reason", "graph.throttled")],
        vec![("reason", "graph.throttled,none")],
    ] {
        // By creation and by completion; the others differ in a word.
        for tab in [Tab::All, Tab::Active, Tab::Failed] {
            let filter = RunFilter {
                tab,
                ..RunFilter::parse(query.iter().copied())
            };
            for side in [None, Some(list::Side::After(cursor))] {
                list::page(&world.web, &world.saturated, access, &filter, side)
                    .await
                    .unwrap();
            }
            let known = Known {
                rows: vec![(run, None)],
                newest: Some(cursor),
                newer: 0,
            };
            poll::poll(&world.web, &world.saturated, access, &filter, &known)
                .await
                .unwrap();
        }
    }
    let now = world.web.now();
    for after in [None, Some(cursor)] {
        export::batch(&world.web, access, &RunFilter::default(), after, now)
            .await
            .unwrap();
    }
    let mut tx = access.scope().begin(&world.web).await.unwrap();
    followed::active(&mut tx, access, now).await.unwrap();
    drop(tx);
    overview::load(&world.web, access).await.unwrap();
    // Items are counted where there are any.
    sqlx::query(
        "insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome, reason_code)
        select $1, 'policy', n::text, $2, $3, 'A policy', 'failed', 'graph.throttled' from generate_series(1, 3) n",
    )
    .bind(run.0)
    .bind(access.workspace.id.0)
    .bind(tenant.0)
    .execute(&world.owner)
    .await
    .unwrap();
    for (outcome, reason, after) in [("", "", ""), ("failed", "graph.throttled", "policy/1")] {
        let filter = ItemFilter::parse(outcome, reason, after);
        detail::find(&world.web, &unchecked(access, run), &filter)
            .await
            .unwrap();
    }
    let inventory = access.permit::<InventorySync, View>().unwrap();
    let mut tx = inventory.begin(&world.web).await.unwrap();
    list::latest(&mut tx, tenant, OperationType::InventorySync, world.web.now())
        .await
        .unwrap();
    let place = PolicyKey {
        name: String::new(),
        kind: String::new(),
        external_id: String::new(),
    };
    let place = Cursor(place);
    for (q, after) in [(None, None), (Some("a"), Some(&place))] {
        inventory::page(&mut tx, tenant, q, after).await.unwrap();
        inventory::count(&mut tx, tenant, q).await.unwrap();
    }
    let directory = access.permit::<DirectorySync, View>().unwrap();
    let mut tx = directory.begin(&world.web).await.unwrap();
    let place = DirectoryKey {
        name: String::new(),
        external_id: String::new(),
    };
    let place = Cursor(place);
    for (q, after) in [(None, None), (Some("a"), Some(&place))] {
        directory::groups(&mut tx, tenant, q, after).await.unwrap();
        directory::count_groups(&mut tx, tenant, q).await.unwrap();
        directory::count_missing_groups(&mut tx, tenant, q).await.unwrap();
        role_definitions::page(&mut tx, tenant, q, after).await.unwrap();
        role_definitions::count(&mut tx, tenant, q).await.unwrap();
        role_definitions::count_missing(&mut tx, tenant, q).await.unwrap();
    }
}

/// What arranges tests and measures, and is no part of what answers anybody.
const TOOLS: [&str; 2] = ["testing.rs", "explain.rs"];

/// The notifications of a person: a page of them, the next one, one group, and what marks them.
async fn ask_notifications(world: &World, access: &Entered) {
    sqlx::query(
        "insert into notifications (id, user_id, workspace_id, tenant_id, run_id, kind, type, target, outcome, reason_code, created_at)
        select gen_random_uuid(), $1, $2, $3, gen_random_uuid(), 'completed', 'inventory.sync', 'Contoso', 'failed', 'graph.throttled', $4
        from generate_series(1, 10)",
    )
    .bind(access.user.0)
    .bind(access.workspace.id.0)
    .bind(access.tenant.unwrap().0)
    .bind(world.web.now())
    .execute(&world.owner)
    .await
    .unwrap();
    let (web, user) = (&world.web, access.user);
    let page = notifications::entries(web, user, None, 5).await.unwrap();
    let shown = page.rows[0].newest.id;
    let place = Cursor(NotificationKey { at: 1, id: shown });
    notifications::entries(web, user, Some(place), 5).await.unwrap();
    notifications::newest(web, user).await.unwrap();
    notifications::unread(web, user).await.unwrap();
    for which in [
        Which::One(shown),
        Which::Group(shown),
        Which::Until(Some(shown)),
        Which::Until(None),
    ] {
        notifications::mark_read(web, user, which).await.unwrap();
    }
}

/// How every dynamic statement of the source begins. Unchecked static ones have no place there.
fn sites() -> BTreeSet<String> {
    fn walk(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            if TOOLS.iter().any(|file| path.ends_with(file)) {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let product = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            for unchecked in ["sqlx::query(", "sqlx::query_as(", "sqlx::query_scalar(", "raw_sql("] {
                assert!(
                    !product.contains(unchecked),
                    "{}: `{unchecked}` is not checked",
                    path.display()
                );
            }
            for made in ["QueryBuilder::new(", "QueryBuilder::<Postgres>::new("] {
                for rest in product.split(made).skip(1) {
                    let begins = rest.split('"').nth(1).unwrap();
                    found.insert(begins.to_owned());
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() >= 5, "{found:?}");
    found
}

/// Whether a statement begins as the source says, where `{…}` stands for anything.
fn matches(sql: &str, site: &str) -> bool {
    let mut rest = sql;
    for (at, part) in site.split(['{', '}']).step_by(2).enumerate() {
        rest = match rest.find(part) {
            Some(0) => &rest[part.len()..],
            Some(found) if at > 0 => &rest[found + part.len()..],
            _ => return false,
        };
    }
    true
}
