//! The cache of groups as pages read it, and schedules as they are shown.

use domain::cursor;
use domain::operation::OperationType;
use domain::status::FireOutcome;
use ledger::permit::View;
use ledger::permit::key::DirectorySync;
use ledger::{directory, role_definitions};

use crate::support::World;

/// Writes groups of a tenant, as a sync would have found them.
async fn write(world: &World, tenant: &str, names: &[String]) {
    sqlx::query(
        "insert into directory_groups (tenant_id, external_id, workspace_id, name, group_type, security_enabled, mail_enabled, first_seen_at, last_seen_at, last_seen_run_id, search_key)
        select t.id, 'id-' || n, t.workspace_id, new.name, 'security', true, false, now(), now(), gen_random_uuid(), new.search_key
        from tenants t, unnest($2::text[], $3::text[]) with ordinality as new (name, search_key, n) where t.name = $1",
    )
    .bind(tenant)
    .bind(names)
    .bind(names.iter().map(|name| domain::names::search_key(name)).collect::<Vec<_>>())
    .execute(&world.owner)
    .await
    .unwrap();
}

#[tokio::test]
async fn r20_groups_are_paged_and_searched_by_prefix_and_the_count_is_that_of_the_list() {
    let world = World::new().await;
    let mut names: Vec<String> = (0..250).map(|n| format!("Team {:03}", n / 2)).collect();
    names.extend(["ÄRZTE", "ärzte Nord", "a_b", "axb", "50% off", "\u{1f600} fans"].map(str::to_owned));
    write(&world, "Contoso", &names).await;
    write(&world, "Fabrikam", &["Team of Fabrikam".to_owned()]).await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let tenant = world.tenant("Contoso").await;

    let found = async |search: Option<&str>| {
        let mut tx = access
            .permit::<DirectorySync, View>()
            .unwrap()
            .begin(&world.web)
            .await
            .unwrap();
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = directory::groups(&mut tx, tenant, search, after.as_ref())
                .await
                .unwrap();
            assert!(page.rows.len() <= directory::PAGE);
            all.extend(page.rows.into_iter().map(|row| row.name));
            let Some(next) = page.next else { break };
            after = Some(next.parse().unwrap());
        }
        let count = directory::count_groups(&mut tx, tenant, search).await.unwrap();
        assert_eq!(
            (usize::try_from(count.count).unwrap(), count.more),
            (all.len(), false),
            "{search:?}"
        );
        all
    };
    let mut all = found(None).await;
    assert_eq!(
        all.len(),
        names.len(),
        "nothing is skipped, repeated, or somebody else's"
    );
    all.sort();
    names.sort();
    assert_eq!(all, names);
    assert_eq!(found(Some("team 12")).await.len(), 10);
    assert_eq!(found(Some("TEAM 000")).await, ["Team 000", "Team 000"]);
    assert_eq!(found(Some("ärz")).await.len(), 2);
    assert_eq!(found(Some("a_")).await, ["a_b"], "no character means anything else");
    assert_eq!(found(Some("50%")).await, ["50% off"]);
    assert_eq!(found(Some("%")).await.len(), 0);
    assert_eq!(found(Some("\u{1f600}")).await.len(), 1);
}

#[tokio::test]
async fn r10_groups_and_schedules_of_a_tenant_out_of_reach_are_nothing() {
    let world = World::new().await;
    write(&world, "Contoso", &["Secret".to_owned()]).await;
    let (contoso, fabrikam) = (world.tenant("Contoso").await, world.tenant("Fabrikam").await);
    let access = world.access("operator-fabrikam@northwind.example", "Fabrikam").await;
    let mut tx = access
        .permit::<DirectorySync, View>()
        .unwrap()
        .begin(&world.web)
        .await
        .unwrap();
    assert_eq!(directory::groups(&mut tx, contoso, None, None).await.unwrap().rows, []);
    assert_eq!(directory::count_groups(&mut tx, contoso, None).await.unwrap().count, 0);
    let kind = OperationType::DirectoryGroupsSync;
    assert_eq!(ledger::schedules::of_tenant(&mut tx, contoso, kind).await.unwrap(), []);
    drop(tx);
    assert!(
        ledger::access::for_tenant(&world.web, access.user, contoso)
            .await
            .unwrap()
            .is_none()
    );
    assert_ne!(contoso, fabrikam);
}

#[tokio::test]
async fn r20_roles_are_paged_and_searched_by_prefix_and_those_of_a_tenant_out_of_reach_are_nothing() {
    let world = World::new().await;
    let mut names: Vec<String> = (0..120).map(|n| format!("Role {n:03}")).collect();
    names.push("Ämter".to_owned());
    sqlx::query(
        "insert into directory_role_definitions (tenant_id, external_id, workspace_id, name, search_key, built_in, enabled, first_seen_at, last_seen_at, last_seen_run_id, missing_since)
        select t.id, 'id-' || n, t.workspace_id, new.name, new.search_key, n % 2 = 0, true, now(), now(), gen_random_uuid(), case when n <= 20 then now() end
        from tenants t, unnest($1::text[], $2::text[]) with ordinality as new (name, search_key, n) where t.name = 'Contoso'",
    )
    .bind(&names)
    .bind(names.iter().map(|name| domain::names::search_key(name)).collect::<Vec<_>>())
    .execute(&world.owner)
    .await
    .unwrap();
    let tenant = world.tenant("Contoso").await;
    let found = async |email: &str, own: &str, search: Option<&str>| {
        let access = world.access(email, own).await;
        let permit = access.permit::<DirectorySync, View>().unwrap();
        let mut tx = permit.begin(&world.web).await.unwrap();
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = role_definitions::page(&mut tx, tenant, search, after.as_ref())
                .await
                .unwrap();
            assert!(page.rows.len() <= role_definitions::PAGE);
            all.extend(page.rows.into_iter().map(|row| row.name));
            let Some(next) = page.next else { break };
            after = cursor::read(&next).0;
            assert!(after.is_some(), "{next}");
        }
        let there = role_definitions::count(&mut tx, tenant, search).await.unwrap();
        let gone = role_definitions::count_missing(&mut tx, tenant, search).await.unwrap();
        assert_eq!(
            usize::try_from(there.count + gone.count).unwrap(),
            all.len(),
            "{search:?}"
        );
        (all, gone.count)
    };
    let operator = "operator@northwind.example";
    let (all, gone) = found(operator, "Contoso", None).await;
    assert_eq!((all.len(), gone), (121, 20));
    assert_eq!(all.first().map(String::as_str), Some("Ämter"), "in the order of names");
    assert_eq!(found(operator, "Contoso", Some("ROLE 11")).await.0.len(), 10);
    assert_eq!(found(operator, "Contoso", Some("amt")).await.0, ["Ämter"]);
    assert_eq!(found(operator, "Contoso", Some("%")).await.0.len(), 0);
    let elsewhere = found("operator-fabrikam@northwind.example", "Fabrikam", None).await;
    assert_eq!(elsewhere, (Vec::new(), 0), "of a tenant out of reach");
}

#[tokio::test]
async fn a_search_walks_the_index_under_row_level_security() {
    let world = World::new().await;
    let names: Vec<String> = (0..20_000).map(|n| format!("Group {n:05}")).collect();
    write(&world, "Contoso", &names).await;
    sqlx::query("analyze directory_groups")
        .execute(&world.owner)
        .await
        .unwrap();
    let access = world.access("operator@northwind.example", "Contoso").await;
    let tenant = world.tenant("Contoso").await;
    let mut tx = access
        .permit::<DirectorySync, View>()
        .unwrap()
        .begin(&world.web)
        .await
        .unwrap();
    let plan: Vec<String> = sqlx::query_scalar(
        "explain (costs off) select name from directory_groups where tenant_id = $1 and scope_sees_tenant(tenant_id)
        and search_key < 'group 1:' and search_key >= $2 order by name collate names, external_id limit 101",
    )
    .bind(tenant.0)
    .bind("group 19")
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    let plan = plan.join("\n");
    assert!(plan.contains("directory_groups_search_idx"), "{plan}");
    let condition = plan
        .lines()
        .find(|line| line.contains("Index Cond"))
        .unwrap_or_default();
    assert!(condition.contains("search_key"), "{plan}");
}

#[tokio::test]
async fn r04_fires_are_shown_newest_first_and_outlive_their_run() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    sqlx::query(
        "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, created_at)
        select gen_random_uuid(), workspace_id, id, 'directory.groups.sync', 'Nightly', '15 2 * * *', 'UTC', now() from tenants where name = 'Contoso'",
    )
    .execute(&world.owner)
    .await
    .unwrap();
    sqlx::query(
        "insert into schedule_fires (schedule_id, fire_at, workspace_id, tenant_id, outcome, run_id, recorded_at)
        select s.id, now() - f.days * interval '1 day', s.workspace_id, s.tenant_id, f.outcome, f.run, now()
        from schedules s, (values (1, 'merged', $1), (2, 'missed', null), (3, 'started', gen_random_uuid())) f (days, outcome, run)
        where s.name = 'Nightly'",
    )
    .bind(run.0)
    .execute(&world.owner)
    .await
    .unwrap();
    let access = world.access("operator@northwind.example", "Contoso").await;
    let mut tx = access
        .permit::<DirectorySync, View>()
        .unwrap()
        .begin(&world.web)
        .await
        .unwrap();
    let shown = ledger::schedules::of_tenant(
        &mut tx,
        world.tenant("Contoso").await,
        OperationType::DirectoryGroupsSync,
    )
    .await
    .unwrap();
    let nightly = shown.iter().find(|schedule| schedule.name == "Nightly").unwrap();
    let fires: Vec<_> = nightly.fires.iter().map(|fire| (fire.outcome, fire.run)).collect();
    assert_eq!(
        fires,
        [
            (FireOutcome::Merged, Some(run)),
            (FireOutcome::Missed, None),
            (FireOutcome::Started, None), // Its run is gone.
        ]
    );
}
