//! Who may reach what, in one query each (R11).

use domain::id::{RunId, TenantId};
use ledger::access;
use uuid::Uuid;

use crate::support::World;

#[tokio::test]
async fn r11_no_such_run_and_not_yours_are_the_same_answer() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    let random = RunId(Uuid::from_bytes(rand::random()));
    for (email, sees) in [
        ("owner@northwind.example", true),
        ("readonly@northwind.example", true),
        ("consultant@partner.example", true),
        ("operator-fabrikam@northwind.example", false),
        ("owner@tailspin.example", false),
        ("outsider@nowhere.example", false),
    ] {
        let user = world.user(email).await;
        assert_eq!(
            access::for_run(&world.web, user, run).await.unwrap().is_some(),
            sees,
            "{email}"
        );
        assert_eq!(
            access::for_run(&world.web, user, random).await.unwrap(),
            None,
            "{email}"
        );
    }
}

#[tokio::test]
async fn r11_entitlement_is_the_second_line() {
    let world = World::new().await;
    let restricted = world.user("operator-fabrikam@northwind.example").await;
    for (tenant, sees) in [("Fabrikam", true), ("Contoso", false), ("Woodgrove", false)] {
        let tenant = world.tenant(tenant).await;
        assert_eq!(
            access::for_tenant(&world.web, restricted, tenant)
                .await
                .unwrap()
                .is_some(),
            sees
        );
    }
    let nobody = TenantId(Uuid::from_bytes(rand::random()));
    assert_eq!(access::for_tenant(&world.web, restricted, nobody).await.unwrap(), None);
}

#[tokio::test]
async fn a_disabled_account_reaches_nothing() {
    let world = World::new().await;
    let run = world.start_sync("Contoso").await;
    let user = world.user("owner@northwind.example").await;
    assert!(access::for_run(&world.web, user, run).await.unwrap().is_some());
    sqlx::query("update users set disabled_at = created_at where id = $1")
        .bind(user.0)
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(access::for_run(&world.web, user, run).await.unwrap(), None);
}
