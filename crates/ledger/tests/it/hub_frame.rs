//! What the hub offers beside its list: people to filter by, and the runs that somebody waits for.

use ledger::hub::followed;
use ledger::people;

use crate::support::World;

const OPERATOR: &str = "operator@northwind.example";

#[tokio::test]
async fn r10_people_are_offered_who_started_something_the_viewer_may_see() {
    let world = World::new().await;
    let offered = async |email: &str, tenant: &str| {
        let access = world.access(email, tenant).await;
        let mut tx = access.scope().begin(&world.web).await.unwrap();
        let people = people::initiators(&mut tx, &access).await.unwrap();
        people.into_iter().map(|person| person.name).collect::<Vec<_>>()
    };
    let fabrikam = ("operator-fabrikam@northwind.example", "Fabrikam");
    assert!(offered(fabrikam.0, fabrikam.1).await.is_empty());
    world.start_sync("Contoso").await;
    assert_eq!(offered(OPERATOR, "Contoso").await.len(), 1);
    assert!(
        offered(fabrikam.0, fabrikam.1).await.is_empty(),
        "of a tenant that is not theirs"
    );
    assert!(offered("owner@tailspin.example", "Woodgrove").await.is_empty());
    world.start_sync("Fabrikam").await;
    assert_eq!(
        offered(fabrikam.0, fabrikam.1).await,
        offered(OPERATOR, "Contoso").await
    );
}

#[tokio::test]
async fn one_waits_for_what_one_has_started_or_joined_while_it_is_active() {
    let world = World::new().await;
    let waited = async |email: &str| {
        let access = world.access(email, "Contoso").await;
        let mut tx = access.scope().begin(&world.web).await.unwrap();
        followed::active(&mut tx, &access, world.web.now()).await.unwrap()
    };
    let run = world.start_sync("Contoso").await;
    assert_eq!(waited(OPERATOR).await, [run]);
    assert!(waited("manager@northwind.example").await.is_empty());
    let manager = world.access("manager@northwind.example", "Contoso").await;
    let same = crate::support::sync(&manager, domain::policy::PolicyType::DeviceCompliancePolicy);
    test_support::start(&world.web, &manager, &same).await.unwrap();
    assert_eq!(waited("manager@northwind.example").await, [run]);
    sqlx::query("update operation_runs set status = 'completed', outcome = 'failed', completed_at = created_at")
        .execute(&world.owner)
        .await
        .unwrap();
    assert!(waited(OPERATOR).await.is_empty());
}
