//! Authorization is checked again when the job begins (R15).

use domain::policy::PolicyType;
use domain::status::Outcome;
use sqlx::AssertSqlSafe;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn r15_what_was_lost_between_start_and_execution_blocks_the_run() {
    let world = World::new().await;
    let person = "(select id from users where email = 'operator@northwind.example')";
    let tenant = "(select id from tenants where name = 'Contoso')";
    let cases = [
        (
            format!("update members set role = 'readonly' where user_id = {person}"),
            "missing_capability",
        ),
        (
            format!("update members set all_tenants = false where user_id = {person}"),
            "initiator_not_entitled",
        ),
        (
            format!("delete from members where user_id = {person}"),
            "initiator_not_entitled",
        ),
        (
            format!("update users set disabled_at = created_at where id = {person}"),
            "initiator_missing",
        ),
        (
            format!("update tenants set status = 'archived' where id = {tenant}"),
            "tenant_not_operable",
        ),
    ];
    let repairs = [
        format!("update members set role = 'operator', all_tenants = true where user_id = {person}"),
        format!(
            "insert into members (workspace_id, user_id, role, created_at) select workspace_id, {person}, 'operator', created_at from tenants where id = {tenant} on conflict do nothing"
        ),
        format!("update users set disabled_at = null where id = {person}"),
        format!("update tenants set status = 'active' where id = {tenant}"),
    ];
    for (loss, reason) in cases {
        let access = world.access("operator@northwind.example", "Contoso").await;
        let run = world.start(&access, &[PolicyType::DeviceConfiguration]).await;
        sqlx::query(AssertSqlSafe(loss)).execute(&world.owner).await.unwrap();
        let worker = world.worker("one", &world.graph_url).await;
        let reader = world.access("owner@northwind.example", "Contoso").await;
        let found = world.ended(&reader, run).await;
        assert_eq!(
            (found.run.outcome, found.run.reason.as_deref()),
            (Outcome::Blocked, Some(reason))
        );
        assert_eq!(found.attempt, 0, "nothing was begun");
        worker.stop.cancel();
        for repair in &repairs {
            sqlx::query(AssertSqlSafe(repair.clone()))
                .execute(&world.owner)
                .await
                .unwrap();
        }
    }
    assert_eq!(world.simulator.graph_requests(), 0, "refused before any side effect");
    assert_eq!(
        world
            .count("select count(*) from notifications where kind = 'completed' and outcome = 'blocked'")
            .await,
        5
    );
    assert_eq!(
        world
            .count("select count(*) from audit_entries where action = 'run.completed' and outcome = 'blocked'")
            .await,
        5
    );
    assert_eq!(
        world
            .count("select count(*) from river.river_job where state not in ('completed', 'cancelled')")
            .await,
        0
    );
}

/// A newer web gives roles that this worker does not know: what they may do, another one can tell.
#[tokio::test(flavor = "multi_thread")]
async fn r23_a_run_of_somebody_with_a_role_of_tomorrow_is_left_for_who_knows_it() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let run = world.start(&access, &[PolicyType::DeviceConfiguration]).await;
    let become_role = async |role: &str| {
        sqlx::query("update members set role = $1 where user_id = (select id from users where email = 'operator@northwind.example')")
            .bind(role)
            .execute(&world.owner)
            .await
            .unwrap();
    };
    sqlx::query("alter table members drop constraint members_role_check")
        .execute(&world.owner)
        .await
        .unwrap();
    become_role("auditor").await;
    let worker = world.worker("one", &world.graph_url).await;
    let looked_at = "select count(*) from river.river_job where (metadata ->> 'snoozes')::integer >= 2";
    let looking = tokio::time::timeout(std::time::Duration::from_mins(1), async {
        while world.count(looked_at).await == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    });
    looking.await.expect("it was fetched, and given back, twice");
    let queued = "select count(*) from operation_runs where status = 'queued' and attempt = 0";
    assert_eq!(world.count(queued).await, 1);
    assert_eq!(world.simulator.graph_requests(), 0);
    become_role("operator").await;
    let reader = world.access("owner@northwind.example", "Contoso").await;
    assert_eq!(world.ended(&reader, run).await.run.outcome, Outcome::Succeeded);
    worker.stop.cancel();
}

/// What foreign keys exclude is refused all the same: a restored or repaired database may be without them.
#[tokio::test(flavor = "multi_thread")]
async fn r15_a_run_whose_tenant_is_gone_or_elsewhere_is_blocked() {
    for (loss, reason) in [
        ("delete from tenants where name = 'Contoso'", "tenant_missing"),
        (
            "update tenants set workspace_id = (select id from workspaces where slug = 'tailspin') where name = 'Contoso'",
            "workspace_mismatch",
        ),
    ] {
        let world = World::new().await;
        let access = world.access("operator@northwind.example", "Contoso").await;
        let reader = world.access("owner@northwind.example", "Contoso").await;
        let run = world.start(&access, &[PolicyType::DeviceConfiguration]).await;
        let refused = sqlx::query(loss).execute(&world.owner).await.unwrap_err();
        assert!(
            refused
                .as_database_error()
                .is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation),
            "{refused}"
        );

        sqlx::query(
            "do $$ declare key record; begin
                for key in select conrelid::regclass as of, conname from pg_constraint
                    where confrelid = 'tenants'::regclass and contype = 'f' and conparentid = 0 loop
                    execute format('alter table %s drop constraint %I', key.of, key.conname);
                end loop;
            end $$",
        )
        .execute(&world.owner)
        .await
        .unwrap();
        sqlx::query(loss).execute(&world.owner).await.unwrap();
        let worker = world.worker("one", &world.graph_url).await;
        let found = world.ended(&reader, run).await;
        assert_eq!(
            (found.run.outcome, found.run.reason.as_deref()),
            (Outcome::Blocked, Some(reason))
        );
        assert_eq!(found.attempt, 0, "nothing was begun");
        assert_eq!(world.simulator.graph_requests(), 0, "refused before any side effect");
        worker.stop.cancel();
    }
}
