//! The second line of isolation: what the database shows whatever the statement says (R10).

use std::sync::Arc;

use ledger::clock::SystemClock;
use ledger::isolation::{EXEMPT, EXEMPT_PARTITIONS_OF};
use ledger::{Connect, Error, Ledger, Process, access};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool, Row};

use crate::support::World;

/// Tables with a policy, as schema and name.
async fn tables(owner: &PgPool) -> Vec<(String, bool, bool, i64)> {
    sqlx::query(
        "select n.nspname || '.' || c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
            c.relispartition as is_partition, (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') order by 1",
    )
    .fetch_all(owner)
    .await
    .unwrap()
    .into_iter()
    .map(|row| {
        (
            row.get("name"),
            row.get("forced"),
            row.get("is_partition"),
            row.get("policies"),
        )
    })
    .collect()
}

#[tokio::test]
async fn r10_every_table_has_a_forced_policy_or_a_reviewed_exemption() {
    let world = World::new().await;
    let all = tables(&world.owner).await;
    assert!(all.len() > 15);
    for (name, forced, is_partition, policies) in &all {
        let exempt = EXEMPT.iter().any(|(exempt, _)| {
            exempt
                .strip_suffix('*')
                .map_or_else(|| name == exempt, |schema| name.starts_with(schema))
        });
        let partition = *is_partition && EXEMPT_PARTITIONS_OF.iter().any(|parent| name.starts_with(parent));
        assert!(
            exempt || partition || (*forced && *policies > 0),
            "{name} has neither a forced policy nor an exemption"
        );
        assert!(
            !(exempt && *policies > 0),
            "{name} has a policy, so its exemption is out of date"
        );
    }
    for (exempt, why) in EXEMPT {
        assert!(
            exempt.ends_with('*') || all.iter().any(|(name, ..)| name == exempt),
            "{exempt} is not there any more"
        );
        assert!(why.len() > 10);
    }
    let granted: i64 = sqlx::query_scalar(
        "select count(*) from pg_class c where c.relispartition and (has_table_privilege('tenantatlas_web', c.oid, 'select')
            or has_table_privilege('tenantatlas_worker', c.oid, 'select'))",
    )
    .fetch_one(&world.owner)
    .await
    .unwrap();
    assert_eq!(granted, 0, "partitions are reached through their parent only");
}

/// Whatever names a tenant is a tenant's, so no exemption is good for it, and each of its policies for web and worker asks the
/// scope: for the tenant, for the person whose row it is, or for the system.
#[tokio::test]
async fn r10_every_table_with_a_tenant_is_forced_and_every_policy_of_it_asks_the_scope() {
    let world = World::new().await;
    let rows: Vec<(String, bool, bool, i64, Vec<String>)> = sqlx::query_as(
        "select n.nspname || '.' || c.relname, c.relrowsecurity and c.relforcerowsecurity, c.relispartition,
            (select count(*) from pg_policy p where p.polrelid = c.oid and not p.polroles @> array[c.relowner]),
            array(select p.polname || ': ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' / '
                    || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
                from pg_policy p where p.polrelid = c.oid and not p.polroles @> array[c.relowner])
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
            and exists (select from pg_attribute a where a.attrelid = c.oid and not a.attisdropped
                and a.attname in ('tenant_id', 'tenant_ids', 'source_tenant_id')) order by 1",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    assert!(rows.len() > 12, "{rows:?}");
    for (name, forced, is_partition, policies, expressions) in rows {
        if is_partition && EXEMPT_PARTITIONS_OF.iter().any(|parent| name.starts_with(parent)) {
            continue;
        }
        assert!(forced, "{name} names a tenant and has no forced row-level security");
        assert!(policies > 0, "{name} has no policy for web or worker");
        for expression in expressions {
            let asks = [
                "scope_sees_tenant(",
                "scope_user()",
                "scope_is_system()",
                // Members of a workspace see who its members are; and what is written for others is only bound to the workspace.
                "member_tenants_scope:",
                "notifications_scope: ",
            ];
            assert!(
                asks.iter().any(|asked| expression.contains(asked)),
                "{name}: {expression} opens it to whoever is in the workspace"
            );
        }
    }
}

#[tokio::test]
async fn r10_without_a_scope_nothing_is_visible() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    for (url, role) in [
        (world.database.web_url(), "web"),
        (world.database.worker_url(), "worker"),
    ] {
        let pool = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
        for (name, forced, is_partition, _) in tables(&world.owner).await {
            if !forced || is_partition {
                continue;
            }
            let seen = sqlx::query_scalar::<_, i64>(AssertSqlSafe(format!("select count(*) from {name}")))
                .fetch_one(&pool)
                .await;
            // Not granted at all is as good.
            assert!(matches!(seen, Ok(0) | Err(_)), "{role} sees {seen:?} rows of {name}");
        }
        // A scope ends with its transaction, also one that set it and rolled back.
        for end in ["commit", "rollback"] {
            let mut connection = pool.acquire().await.unwrap();
            for sql in [
                "begin".to_owned(),
                "select set_config('app.workspace_id', (select workspace_id::text from access_to_run(gen_random_uuid(), gen_random_uuid())), true)".to_owned(),
                "select set_config('app.tenants', '*', true), set_config('app.scope', 'system', true)".to_owned(),
                end.to_owned(),
            ] {
                sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await.unwrap();
            }
            let seen: i64 = sqlx::query_scalar("select count(*) from operation_runs")
                .fetch_one(&mut *connection)
                .await
                .unwrap();
            assert_eq!(seen, 0, "{role} after {end}");
        }
    }
}

#[tokio::test]
async fn r10_a_scope_shows_its_workspace_and_its_tenants_whatever_the_statement_says() {
    let world = World::new().await;
    for tenant in ["Contoso", "Fabrikam", "Adatum"] {
        world.start_sync(tenant).await;
    }
    let tailspin = world.access("owner@tailspin.example", "Woodgrove").await;
    let what = crate::support::sync(&tailspin, domain::policy::PolicyType::DeviceConfiguration);
    test_support::start(&world.web, &tailspin, &what).await.unwrap();
    for (email, tenant, expected) in [
        ("operator@northwind.example", "Contoso", 3),
        ("operator-fabrikam@northwind.example", "Fabrikam", 1),
        ("owner@tailspin.example", "Woodgrove", 1),
        ("consultant@partner.example", "Woodgrove", 1),
    ] {
        let access = world.access(email, tenant).await;
        let mut tx = access.scope().begin(&world.web).await.unwrap();
        for table in [
            "operation_runs",
            "operation_run_live",
            "operation_run_events",
            "audit_entries",
        ] {
            // Every predicate removed: this is what a forgotten `where` would read.
            let sql = format!("select count(distinct tenant_id) from {table}");
            let seen: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(&mut *tx)
                .await
                .unwrap();
            assert_eq!(seen, expected, "{email} in {table}");
        }
    }
}

#[tokio::test]
async fn r10_the_web_cannot_claim_to_be_the_system() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect(&world.database.web_url())
        .await
        .unwrap();
    let mut connection = pool.acquire().await.unwrap();
    sqlx::query("select set_config('app.scope', 'system', false)")
        .execute(&mut *connection)
        .await
        .unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from operation_runs")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(seen, 0);
}

#[tokio::test]
async fn r10_processes_refuse_to_run_as_who_sees_everything() {
    let world = World::new().await;
    let url = world.database.owner_url();
    let connect = Connect {
        url: &url,
        process: Process::Web,
        max_connections: 1,
        clock: Arc::new(SystemClock),
    };
    let refused = Ledger::connect(connect).await.unwrap_err();
    assert!(
        matches!(&refused, Error::WrongRole(why) if why.contains("owns the tables")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn r10_a_cancelled_request_leaves_no_transaction_and_no_settings_behind() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let web = world.database.ledger(Process::Web, Arc::new(SystemClock), 2).await;
    for wait in 0..60_u64 {
        // Dropped at a different point of begin, settings and statement each time.
        let request = async {
            let mut tx = access.scope().begin(&web).await.unwrap();
            sqlx::query("select pg_sleep(0.002)").execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
        };
        let _ = tokio::time::timeout(std::time::Duration::from_micros(wait * 70), request).await;
        // A look-up outside of any scope must see a clean connection, whichever it gets.
        assert!(
            access::for_workspace(&web, access.user, access.workspace.id)
                .await
                .unwrap()
                .is_some()
        );
    }
    // As the same role: what a session is doing, others are not told.
    let watcher = PgPoolOptions::new()
        .max_connections(1)
        .connect(&world.database.web_url())
        .await
        .unwrap();
    let open = async || -> i64 {
        sqlx::query_scalar(
            "select count(*) from pg_stat_activity where datname = current_database() and usename = current_user
                and pid <> pg_backend_pid() and state like 'idle in transaction%'",
        )
        .fetch_one(&watcher)
        .await
        .unwrap()
    };
    // The last of them may still be rolling back.
    let mut patience = 500;
    while open().await > 0 && patience > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        patience -= 1;
    }
    assert_eq!(open().await, 0);
    let _one = access.scope().begin(&web).await.unwrap();
    assert_eq!(open().await, 1, "the watcher would have seen it");
}
