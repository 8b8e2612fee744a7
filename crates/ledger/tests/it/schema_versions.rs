//! A database that is behind the release, and one that is ahead of it (R23).

use std::sync::Arc;

use ledger::clock::{Clock, SystemClock};
use ledger::{Connect, DatabaseRole, Error, Ledger};
use test_support::TestDatabase;

async fn connect(database: &TestDatabase) -> ledger::Result<Ledger> {
    let url = database.web_url();
    let connect = Connect {
        url: &url,
        role: DatabaseRole::Web,
        max_connections: 2,
        clock: Arc::new(SystemClock),
    };
    Ledger::connect(connect).await
}

async fn refusal(database: &TestDatabase) -> String {
    match connect(database).await {
        Err(Error::NotMigrated(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn c07_a_database_without_one_of_the_migrations_is_refused_and_told_what_to_do() {
    let database = TestDatabase::new().await;
    let owner = database.owner().await;
    let ready = connect(&database).await.unwrap();
    // The newest, and one in the middle that a branch of long ago brought late.
    for pick in ["max(version)", "min(version) filter (where version > 20261121000005)"] {
        let sql = format!(
            "delete from _sqlx_migrations where version = (select {pick} from _sqlx_migrations) returning version, description, checksum, execution_time"
        );
        let (version, description, checksum, time): (i64, String, Vec<u8>, i64) =
            sqlx::query_as(sqlx::AssertSqlSafe(sql))
                .fetch_one(&owner)
                .await
                .unwrap();
        let why = refusal(&database).await;
        assert!(
            why.starts_with("1 of this release's migrations are missing") && why.contains(&version.to_string()),
            "{why}"
        );
        assert!(why.contains("tenantatlas migrate"), "{why}");
        assert!(
            matches!(ready.ready().await, Err(Error::NotMigrated(_))),
            "nor is it ready any more"
        );
        sqlx::query(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values ($1, $2, true, $3, $4)",
        )
        .bind(version)
        .bind(description)
        .bind(checksum)
        .bind(time)
        .execute(&owner)
        .await
        .unwrap();
        connect(&database).await.unwrap();
    }
    // One that failed half-way, and the engine's.
    sqlx::query(
        "update _sqlx_migrations set success = false where version = (select min(version) from _sqlx_migrations)",
    )
    .execute(&owner)
    .await
    .unwrap();
    assert!(refusal(&database).await.contains("1 of this release's"));
    sqlx::query("update _sqlx_migrations set success = true")
        .execute(&owner)
        .await
        .unwrap();
    sqlx::query("delete from river.river_migration where version = (select max(version) from river.river_migration)")
        .execute(&owner)
        .await
        .unwrap();
    assert!(refusal(&database).await.contains("job engine"));
}

#[tokio::test]
async fn c07_a_database_of_before_there_were_versions_is_refused() {
    let database = TestDatabase::new().await;
    sqlx::query("drop function schema_versions()")
        .execute(&database.owner().await)
        .await
        .unwrap();
    let why = refusal(&database).await;
    assert!(
        why.contains("older release") && why.contains("tenantatlas migrate"),
        "{why}"
    );
}

#[tokio::test]
async fn r23_a_database_of_a_newer_release_is_accepted_and_its_migrations_are_left_alone() {
    let database = TestDatabase::new().await;
    let owner = database.owner().await;
    for sql in [
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (20991231000000, 'of tomorrow', true, 'x', 1)",
        "insert into river.river_migration (line, version) values ('main', 999)",
    ] {
        sqlx::query(sql).execute(&owner).await.unwrap();
    }
    connect(&database).await.unwrap().ready().await.unwrap();
    // An all-in-one process of this release migrates at its start.
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    ledger::migrate::run(&database.owner_url(), &clock).await.unwrap();
    let kept: i64 = sqlx::query_scalar("select count(*) from _sqlx_migrations where version = 20991231000000")
        .fetch_one(&owner)
        .await
        .unwrap();
    assert_eq!(kept, 1);
}
