//! What the database refuses, whoever asks (R06, R19).

use domain::status::{Outcome, RunStatus};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sqlx::{AssertSqlSafe, Connection, PgPool};

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

/// What somebody tries to make of a run.
type Command = (RunStatus, Outcome, i32);

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let command = (
        prop::sample::select(RunStatus::ALL),
        prop::sample::select(Outcome::ALL),
        -1..2_i32,
    );
    prop::collection::vec(command, 1..12)
}

#[tokio::test]
async fn r06_no_sequence_of_commands_gets_past_the_database() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    let mut connection = world.owner.acquire().await.unwrap();
    let mut runner = TestRunner::deterministic();
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..150 {
        let sequence = commands().new_tree(&mut runner).unwrap().current();
        let mut tx = connection.begin().await.unwrap();
        let mut now = (RunStatus::Queued, Outcome::Pending);
        for &(status, outcome, epochs) in &sequence {
            let mut attempt = tx.begin().await.unwrap();
            let answer = sqlx::query(
                "update operation_runs set status = $1, outcome = $2, epoch = epoch + $3,
                    started_at = case when $1 = 'running' then coalesce(started_at, created_at) else started_at end,
                    completed_at = case when $1 = 'completed' then created_at end",
            )
            .bind(status.as_str())
            .bind(outcome.as_str())
            .bind(epochs)
            .execute(&mut *attempt)
            .await;
            if answer.is_ok() {
                attempt.commit().await.unwrap();
            } else {
                attempt.rollback().await.unwrap();
            }
            let moves = now.0.may_become(status) || (now.0 == status && status.is_active());
            let allowed = moves && epochs >= 0 && (outcome == Outcome::Pending) == status.is_active();
            let same = (status, outcome, epochs) == (now.0, now.1, 0);
            assert!(
                answer.is_ok() == allowed || same,
                "{now:?} to {:?} in {sequence:?}: {answer:?}",
                (status, outcome, epochs)
            );
            if allowed {
                now = (status, outcome);
                accepted += 1;
            } else {
                refused += 1;
            }
        }
        tx.rollback().await.unwrap();
    }
    assert!(
        accepted > 100 && refused > 300,
        "{accepted} accepted, {refused} refused"
    );
}
