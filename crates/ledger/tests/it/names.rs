//! Order and search of names in every list.

use std::fmt::Write;
use std::sync::Arc;

use domain::filter::{RunFilter, Tab};
use domain::id::TenantId;
use domain::names::search_key;
use ledger::clock::{Clock, SystemClock};
use ledger::hub::list;
use ledger::permit::{View, key};
use ledger::{directory, inventory, people};
use sqlx::AssertSqlSafe;

use crate::support::World;

const OPERATOR: &str = "operator@northwind.example";

/// Policies and groups of a tenant with these names, as a sync would have found them.
pub(crate) async fn write(world: &World, tenant: TenantId, names: &[String]) {
    let keys: Vec<String> = names.iter().map(|name| search_key(name)).collect();
    for sql in [
        "insert into inventory_items (tenant_id, policy_type, external_id, workspace_id, name, search_key, first_seen_at, last_seen_at, last_seen_run_id)
        select t.id, 'deviceConfiguration', 'id-' || lpad(n::text, 6, '0'), t.workspace_id, new.name, new.search_key, now(), now(), gen_random_uuid()
        from tenants t, unnest($2::text[], $3::text[]) with ordinality as new (name, search_key, n) where t.id = $1",
        "insert into directory_groups (tenant_id, external_id, workspace_id, name, search_key, group_type, security_enabled, mail_enabled, first_seen_at, last_seen_at, last_seen_run_id)
        select t.id, 'id-' || lpad(n::text, 6, '0'), t.workspace_id, new.name, new.search_key, 'security', true, false, now(), now(), gen_random_uuid()
        from tenants t, unnest($2::text[], $3::text[]) with ordinality as new (name, search_key, n) where t.id = $1",
    ] {
        sqlx::query(AssertSqlSafe(sql)).bind(tenant.0).bind(names).bind(&keys).execute(&world.owner).await.unwrap();
    }
}

/// All pages of both lists; they have to agree with each other and with their counts.
pub(crate) async fn found(world: &World, tenant: TenantId, search: Option<&str>) -> Vec<String> {
    let access = world.access(OPERATOR, "Contoso").await;
    let inventory_key = access.permit::<key::InventorySync, View>().unwrap();
    let mut tx = inventory_key.begin(&world.web).await.unwrap();
    let (mut policies, mut after) = (Vec::new(), None);
    loop {
        let page = inventory::page(&mut tx, tenant, search, after.as_ref()).await.unwrap();
        policies.extend(page.rows.into_iter().map(|row| row.name));
        let Some(next) = page.next else { break };
        after = Some(next.parse().unwrap());
    }
    let count_policies = inventory::count(&mut tx, tenant, search).await.unwrap();
    drop(tx);
    let directory_key = access.permit::<key::DirectorySync, View>().unwrap();
    let mut tx = directory_key.begin(&world.web).await.unwrap();
    let (mut groups, mut after) = (Vec::new(), None);
    loop {
        let page = directory::groups(&mut tx, tenant, search, after.as_ref())
            .await
            .unwrap();
        groups.extend(page.rows.into_iter().map(|row| row.name));
        let Some(next) = page.next else { break };
        after = Some(next.parse().unwrap());
    }
    assert_eq!(policies, groups, "two lists of names have one order");
    let counts = [
        count_policies,
        directory::count_groups(&mut tx, tenant, search).await.unwrap(),
    ];
    for count in counts {
        assert_eq!(count.count as usize, policies.len().min(1000), "{search:?}");
    }
    policies
}

fn owned<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).into()
}

#[tokio::test]
async fn case_inventory_order() {
    let world = World::new().await;
    let tenant = world.tenant("Contoso").await;
    let mut names = owned([
        "Beta",
        "Zulu 2",
        "alpha",
        "zulu",
        "Écran",
        "Policy 10",
        "Policy 2",
        "policy 2",
    ]);
    write(&world, tenant, &names).await;
    names = found(&world, tenant, None).await;
    let expected = [
        "alpha",
        "Beta",
        "Écran",
        "policy 2",
        "Policy 2",
        "Policy 10",
        "zulu",
        "Zulu 2",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn pages_of_names_put_together_are_the_whole_list() {
    let world = World::new().await;
    let tenant = world.tenant("Contoso").await;
    // Equal names, names that differ in spaces, marks, width and case only, and in places where a page ends.
    let mut names = Vec::new();
    for n in 0..60 {
        for form in [
            "Policy",
            "policy",
            "Pölicy",
            "P\u{6f}\u{308}licy",
            "\u{ff30}olicy",
            "Policy ",
            "Policy  x",
        ] {
            names.push(format!(
                "{form}{}",
                if n % 7 == 0 { String::new() } else { format!(" {n}") }
            ));
        }
    }
    write(&world, tenant, &names).await;
    let mut all = found(&world, tenant, None).await;
    let by_database: Vec<String> =
        sqlx::query_scalar("select name from inventory_items order by name collate names, policy_type, external_id")
            .fetch_all(&world.owner)
            .await
            .unwrap();
    assert_eq!(all, by_database);
    all.sort();
    names.sort();
    assert_eq!(all, names, "nothing is skipped or repeated");
}

#[tokio::test]
async fn names_are_found_however_they_are_written() {
    let world = World::new().await;
    let tenant = world.tenant("Contoso").await;
    write(
        &world,
        tenant,
        &owned([
            "Straße Nord",
            "STRASSE Süd",
            "Écran",
            "E\u{301}cran 2",
            "\u{ff30}\u{ff4f}\u{ff4c}\u{ff49}\u{ff43}\u{ff59} wide",
            "\u{131}stanbul",
            "\u{130}zmir",
            "Double  space",
            "Double space",
            "Trailing space ",
            " Leading space",
            "50% off",
            "a_b",
            "axb",
        ]),
    )
    .await;
    for (typed, expected) in [
        ("strasse", 2),
        ("STRASSE", 2),
        ("straße", 2),
        ("ecran", 2),
        ("\u{c9}CRAN", 2),
        ("E\u{301}cran", 2),
        ("policy w", 1),
        ("\u{ff30}\u{ff2f}\u{ff2c}", 1),
        ("istanbul", 1),
        ("ISTANBUL", 1),
        ("\u{131}stan", 1),
        ("izmir", 1),
        ("Double  space", 2),
        ("Double space", 2),
        ("Trailing space ", 1),
        (" Leading", 1),
        ("Leading", 1),
        ("50%", 1),
        ("%", 0),
        ("a_", 1),
        ("space", 0),
    ] {
        assert_eq!(found(&world, tenant, Some(typed)).await.len(), expected, "{typed:?}");
    }
    assert_eq!(
        found(&world, tenant, Some(" \u{200b} ")).await.len(),
        14,
        "nothing was asked for"
    );
}

/// Names as public baselines have them, copied whole, as a page would show them, and their beginnings.
#[tokio::test]
async fn pasted_real_names_are_found() {
    const NAMES: &str = "Baseline  - Windows AI - Paint Generative Fill\nBaseline -  WHFB Exclude Security Devices TPM 1.2 -1 \n\
        Android Enterprise Basic Data Protection v1.6\n[UPDATE] Edge – Zusätzliche Einstellungen\nWin - OIB - SC - Microsoft Edge - U - Password Management - v3.1\n\
        macOS 14 – FileVault (Größe ≥ 10 GB)\nCA001: Require multi-factor authentication for admins\n\u{a0}iOS/iPadOS : Passcode\u{2003}rules\nBitLocker® „Standard“";
    let world = World::new().await;
    let tenant = world.tenant("Contoso").await;
    let names: Vec<String> = NAMES.split('\n').map(str::to_owned).collect();
    write(&world, tenant, &names).await;
    for name in &names {
        let as_shown = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let beginning: String = name.chars().take(12).collect();
        for typed in [name.clone(), as_shown, name.to_uppercase(), beginning] {
            assert!(found(&world, tenant, Some(&typed)).await.contains(name), "{typed:?}");
        }
    }
}

#[tokio::test]
async fn tenants_and_people_are_in_the_same_order() {
    let world = World::new().await;
    for (from, to) in [("Contoso", "Écran 10"), ("Fabrikam", "écran 2"), ("Adatum", "zulu")] {
        sqlx::query("update tenants set name = $2 where name = $1")
            .bind(from)
            .bind(to)
            .execute(&world.owner)
            .await
            .unwrap();
    }
    let access = world.access(OPERATOR, "zulu").await;
    for (email, name) in [
        (OPERATOR, "émile"),
        ("manager@northwind.example", "Zoe"),
        ("owner@northwind.example", "Élan"),
    ] {
        sqlx::query("update users set name = $2 where email = $1")
            .bind(email)
            .bind(name)
            .execute(&world.owner)
            .await
            .unwrap();
        sqlx::query(
            "insert into operation_run_initiators (workspace_id, user_id) select $1, id from users where email = $2",
        )
        .bind(access.workspace.id.0)
        .bind(email)
        .execute(&world.owner)
        .await
        .unwrap();
    }
    let mut tx = access.scope().begin(&world.web).await.unwrap();
    let tenants = people::tenants(&mut tx, access.workspace.id).await.unwrap();
    let names: Vec<_> = tenants.iter().map(|tenant| tenant.name.as_str()).collect();
    assert_eq!(names, ["écran 2", "Écran 10", "zulu"]);
    let people = people::initiators(&mut tx, &access).await.unwrap();
    let names: Vec<_> = people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Élan", "émile", "Zoe"]);
}

/// At 40,000 names of a tenant, for somebody who is not entitled to all tenants: the policy then asks of each row.
#[tokio::test]
async fn lists_of_names_walk_their_index_under_row_level_security() {
    let world = World::new().await;
    let tenant = world.tenant("Fabrikam").await;
    let names: Vec<String> = (0..40_000).map(|n| format!("Policy {n}")).collect();
    write(&world, tenant, &names).await;
    for table in ["inventory_items", "directory_groups"] {
        sqlx::query(AssertSqlSafe(format!("analyze {table}")))
            .execute(&world.owner)
            .await
            .unwrap();
    }
    let access = world.access("operator-fabrikam@northwind.example", "Fabrikam").await;
    let mut tx = access.scope().begin(&world.web).await.unwrap();
    let visible = "((select scope_sees_every_tenant()) or scope_sees_tenant(tenant_id))";
    for (table, columns, index) in [
        (
            "inventory_items",
            "name collate names, policy_type, external_id",
            "inventory_items_order_idx",
        ),
        (
            "directory_groups",
            "name collate names, external_id",
            "directory_groups_order_idx",
        ),
    ] {
        let places = if table == "inventory_items" {
            "('Policy 20000', '', '')"
        } else {
            "('Policy 20000', '')"
        };
        for (condition, index) in [
            (String::new(), index.to_owned()),
            (format!("and ({columns}) > {places}"), index.to_owned()),
            (
                "and search_key < 'policy 123:' and search_key >= 'policy 1234'".to_owned(),
                index.replace("order", "search"),
            ),
        ] {
            let plan: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
                "explain (costs off) select name from {table} where tenant_id = '{tenant}' and {visible} {condition} order by {columns} limit 101"
            )))
            .fetch_all(&mut *tx)
            .await
            .unwrap();
            let plan = plan.iter().fold(String::new(), |mut text, line| {
                let _ = writeln!(text, "{line}");
                text
            });
            assert!(plan.contains(&index), "{condition}\n{plan}");
            let walked = plan
                .lines()
                .find(|line| line.contains("Index Cond"))
                .unwrap_or_default();
            assert!(condition.is_empty() || walked.contains('>'), "{condition}\n{plan}");
            assert!(
                condition.contains("search_key") || !plan.contains("Sort"),
                "{condition}\n{plan}"
            );
        }
    }
}

/// Runs found by `q`, in the tabs that walk by the target and in one that looks at it on the way; each agrees with its count.
async fn runs_found(world: &World, q: &str) -> usize {
    let access = world.access(OPERATOR, "Contoso").await;
    let of_tab = async |tab| {
        let filter = RunFilter {
            tab,
            ..RunFilter::parse([("q", q)])
        };
        let page = list::page(&world.web, &world.saturated, &access, &filter, None)
            .await
            .unwrap();
        page.rows.len()
    };
    let all = of_tab(Tab::All).await;
    assert_eq!(of_tab(Tab::Active).await, all, "{q:?}: every run is active");
    all
}

#[tokio::test]
async fn runs_are_found_by_their_target_however_it_is_written() {
    let world = World::new().await;
    for (from, to) in [("Contoso", "Straße  Écran"), ("Fabrikam", "\u{ff26}abrikam \u{131}x")] {
        sqlx::query("update tenants set name = $2 where name = $1")
            .bind(from)
            .bind(to)
            .execute(&world.owner)
            .await
            .unwrap();
        world.start_sync(to).await;
    }
    sqlx::query("update tenants set name = 'Contoso' where name like 'Stra%'")
        .execute(&world.owner)
        .await
        .unwrap();
    for (q, expected) in [
        ("strasse", 1),
        ("STRASSE ECRAN", 1),
        ("Straße  E\u{301}cran", 1),
        ("  straße", 1),
        ("fabrikam ix", 1),
        ("FABRIKAM I", 1),
        ("écran", 0),
        ("contoso", 0),
    ] {
        assert_eq!(runs_found(&world, q).await, expected, "{q:?}");
    }
    let keys: Vec<String> = sqlx::query_scalar("select search_key from operation_run_targets order by 1")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!(keys, ["fabrikam ix", "strasse ecran"], "as Rust makes them");
}

/// The release before writes names and no keys, and renames without touching the key that is there.
#[tokio::test]
async fn names_written_by_others_are_found_too() {
    let world = World::new().await;
    let tenant = world.tenant("Contoso").await;
    write(&world, tenant, &owned(["Old name"])).await;
    for sql in [
        "update inventory_items set name = 'Größe  2'",
        "update directory_groups set name = 'Größe  2'",
        "insert into inventory_items (tenant_id, policy_type, external_id, workspace_id, name, first_seen_at, last_seen_at, last_seen_run_id)
        select tenant_id, policy_type, 'other', workspace_id, 'Another', now(), now(), gen_random_uuid() from inventory_items",
        "insert into directory_groups (tenant_id, external_id, workspace_id, name, group_type, security_enabled, mail_enabled, first_seen_at, last_seen_at, last_seen_run_id)
        select tenant_id, 'other', workspace_id, 'Another', 'security', true, false, now(), now(), gen_random_uuid() from directory_groups",
    ] {
        sqlx::query(sql).execute(&world.owner).await.unwrap();
    }
    assert_eq!(found(&world, tenant, Some("another")).await, ["Another"]);
    assert_eq!(found(&world, tenant, Some("grosse 2")).await, ["Größe  2"]);
    assert_eq!(found(&world, tenant, Some("old")).await.len(), 0);
}

/// Who writes runs without Rust, as the release before does, is found too; where SQL's key differs, migrating sets it right.
#[tokio::test]
async fn targets_written_by_others_are_found_and_set_right() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    for (n, target) in ["Größe  É", "\u{ff30}olicy", "\u{131}stanbul \u{200b}x"]
        .iter()
        .enumerate()
    {
        sqlx::query(
            "insert into operation_runs (id, workspace_id, tenant_id, type, origin, identity, identity_exclusive, target, target_scope, priority,
                initiator_name, correlation_id, created_at)
            select gen_random_uuid(), workspace_id, tenant_id, type, origin, sha256($2::text::bytea), false, $3, target_scope, 1, 'x', gen_random_uuid(), created_at
            from operation_runs where id = $1",
        )
        .bind(run.0)
        .bind(n.to_string())
        .bind(target)
        .execute(&world.owner)
        .await
        .unwrap();
    }
    assert_eq!(runs_found(&world, "grösse e").await, 1);
    assert_eq!(runs_found(&world, "policy").await, 1);
    assert_eq!(runs_found(&world, "istanbul x").await, 0, "SQL does not know all");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    ledger::migrate::run(&world.database.owner_url(), &clock).await.unwrap();
    assert_eq!(runs_found(&world, "istanbul x").await, 1);
}
