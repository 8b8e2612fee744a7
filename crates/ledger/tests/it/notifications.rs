//! Notifications as a person sees them (R08).

use ledger::notifications;

use crate::support::World;

#[tokio::test]
async fn r08_what_access_was_lost_to_is_not_shown_any_more() {
    let world = World::new().await;
    let fabrikam = world.access("operator-fabrikam@northwind.example", "Fabrikam").await;
    let what = crate::support::sync(&fabrikam, domain::policy::PolicyType::DeviceConfiguration);
    let run = ledger::runs::start::start(&world.web, &fabrikam, &what)
        .await
        .unwrap()
        .run();
    let list = async || notifications::list(&world.web, fabrikam.user, None, 10).await.unwrap();
    let unread = async || notifications::unread(&world.web, fabrikam.user).await.unwrap().count;

    let shown = list().await;
    assert_eq!(shown.iter().map(|row| row.run).collect::<Vec<_>>(), [run]);
    assert_eq!(unread().await, 1);

    sqlx::query("delete from member_tenants where user_id = $1")
        .bind(fabrikam.user.0)
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(list().await, []);
    assert_eq!(unread().await, 0, "the count is that of the list (R20)");

    sqlx::query("update members set all_tenants = true where user_id = $1")
        .bind(fabrikam.user.0)
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(list().await.len(), 1);

    // Nobody else's can be marked.
    let other = world.user("owner@northwind.example").await;
    notifications::mark_read(&world.web, other, Some(shown[0].id))
        .await
        .unwrap();
    assert_eq!(unread().await, 1);
    notifications::mark_read(&world.web, fabrikam.user, Some(shown[0].id))
        .await
        .unwrap();
    assert_eq!(unread().await, 0);
}
