//! What the database refuses, whoever asks (R06, R19).

use sqlx::{AssertSqlSafe, PgPool};

use crate::support::World;

async fn refused(pool: &PgPool, sql: &str) -> String {
    let answer = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(pool).await;
    match answer {
        Err(sqlx::Error::Database(error)) => error.constraint().unwrap_or_else(|| error.message()).to_owned(),
        other => panic!("{sql}: {other:?}"),
    }
}

#[tokio::test]
async fn r06_the_database_refuses_every_move_backwards() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    let owner = &world.owner;
    let run = "update operation_runs set";
    assert_eq!(
        refused(owner, &format!("{run} status = 'completed'")).await,
        "operation_runs_ended_check"
    );
    assert_eq!(
        refused(owner, &format!("{run} outcome = 'failed'")).await,
        "operation_runs_ended_check"
    );
    assert_eq!(
        refused(owner, &format!("{run} status = 'running'")).await,
        "operation_runs_running_check"
    );
    assert_eq!(
        refused(owner, &format!("{run} status = 'paused'")).await,
        "operation_runs_transition"
    );
    for frozen in [
        "inputs = '{\"types\": []}'",
        "type = 'policy.sync'",
        "initiator_name = 'Somebody else'",
        "tenant_id = null",
    ] {
        assert_eq!(
            refused(owner, &format!("{run} {frozen}")).await,
            "operation_runs_frozen",
            "{frozen}"
        );
    }
    assert_eq!(
        refused(owner, &format!("{run} scope_receipt = '{{}}'")).await,
        "operation_runs_frozen"
    );
    assert_eq!(
        refused(owner, &format!("{run} epoch = 0")).await,
        "operation_runs_transition"
    );
    sqlx::query("update operation_runs set status = 'running', started_at = created_at")
        .execute(owner)
        .await
        .unwrap();
    assert_eq!(
        refused(owner, &format!("{run} status = 'queued'")).await,
        "operation_runs_transition"
    );
    sqlx::query("update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at")
        .execute(owner)
        .await
        .unwrap();
    for back in [
        "status = 'running', outcome = 'pending', completed_at = null",
        "outcome = 'failed'",
        "counts = '{\"processed\": 1}'",
    ] {
        assert_eq!(
            refused(owner, &format!("{run} {back}")).await,
            "operation_runs_final",
            "{back}"
        );
    }
    // What concerns keeping the row may change.
    sqlx::query("update operation_runs set retention_hold = true")
        .execute(owner)
        .await
        .unwrap();
}

#[tokio::test]
async fn r19_audit_entries_cannot_be_changed_even_by_the_owner() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    for sql in [
        "update audit_entries set actor_name = 'x'",
        "delete from audit_entries",
        "truncate audit_entries",
    ] {
        assert!(refused(&world.owner, sql).await.contains("append-only"), "{sql}");
    }
    assert_eq!(world.count("select count(*) from audit_entries").await, 1);
}
