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
