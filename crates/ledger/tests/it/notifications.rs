//! Notifications as a person sees them (R08).

use domain::id::UserId;
use ledger::notifications::{self, Cursor, Which};

use crate::support::World;

/// Notifications of ends of a person's runs, `n` of each: type, tenant, outcome, reason, hours ago. Each is a minute older than the last.
async fn write(
    world: &World,
    user: UserId,
    n: i32,
    (kind, tenant, outcome, reason, hours): (&str, &str, &str, Option<&str>, i32),
) {
    sqlx::query(
        "insert into notifications (id, user_id, workspace_id, tenant_id, run_id, kind, type, target, outcome, reason_code, created_at)
        select (left(uuid_at(at)::text, 19) || right(gen_random_uuid()::text, 17))::uuid, $1, t.workspace_id, t.id, gen_random_uuid(), 'completed', $3, t.name, $5, $6, at
        from tenants t, generate_series(1, $2) n, lateral (select date_trunc('day', $8) + interval '12 hours' - make_interval(hours => $7, mins => n) as at) a
        where t.name = $4",
    )
    .bind(user.0)
    .bind(n)
    .bind(kind)
    .bind(tenant)
    .bind(outcome)
    .bind(reason)
    .bind(hours)
    .bind(world.web.now())
    .execute(&world.owner)
    .await
    .unwrap();
}

/// All entries, page by page: label, how many runs, how many unread.
async fn read(world: &World, user: UserId) -> Vec<(String, u32, u32)> {
    let (mut all, mut after) = (Vec::new(), None::<Cursor>);
    loop {
        let (entries, next) = notifications::entries(&world.web, user, after, 2).await.unwrap();
        assert!(entries.len() <= 2);
        all.extend(entries.into_iter().map(|entry| {
            let unread = u32::from(!entry.newest.read);
            let what = format!("{} {}", entry.newest.operation, entry.newest.reason.unwrap_or_default());
            entry.group.map_or((what.clone(), 1, unread), |group| {
                let listed = group.rows.len().min(notifications::MEMBERS_SHOWN);
                assert_eq!(
                    usize::try_from(group.size.count)
                        .unwrap()
                        .min(notifications::MEMBERS_SHOWN),
                    listed
                );
                (what, group.size.count, group.unread.count)
            })
        }));
        after = next;
        if after.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn r08_what_access_was_lost_to_is_not_shown_any_more() {
    let world = World::new().await;
    let fabrikam = world.access("operator-fabrikam@northwind.example", "Fabrikam").await;
    let what = crate::support::sync(&fabrikam, domain::policy::PolicyType::DeviceConfiguration);
    let run = test_support::start(&world.web, &fabrikam, &what).await.unwrap().run();
    let list = async || {
        let (entries, _) = notifications::entries(&world.web, fabrikam.user, None, 10)
            .await
            .unwrap();
        entries.into_iter().map(|entry| entry.newest).collect::<Vec<_>>()
    };
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
    notifications::mark_read(&world.web, other, Which::One(shown[0].id))
        .await
        .unwrap();
    assert_eq!(unread().await, 1);
    notifications::mark_read(&world.web, fabrikam.user, Which::One(shown[0].id))
        .await
        .unwrap();
    assert_eq!(unread().await, 0);
}

#[tokio::test]
async fn one_cause_of_one_day_is_one_entry_however_the_pages_fall() {
    let world = World::new().await;
    let user = world.user("operator@northwind.example").await;
    let throttled = Some("graph.throttled");
    write(&world, user, 60, ("inventory.sync", "Contoso", "failed", throttled, 0)).await;
    write(&world, user, 3, ("inventory.sync", "Fabrikam", "failed", throttled, 2)).await;
    // Not of that cause: another outcome, operation, reason, none, another day; and too few.
    write(
        &world,
        user,
        1,
        ("inventory.sync", "Contoso", "partially_succeeded", throttled, 3),
    )
    .await;
    write(&world, user, 2, ("policy.sync", "Contoso", "failed", throttled, 3)).await;
    write(
        &world,
        user,
        1,
        ("inventory.sync", "Contoso", "failed", Some("worker.lost"), 4),
    )
    .await;
    write(&world, user, 4, ("inventory.sync", "Contoso", "succeeded", None, 5)).await;
    write(&world, user, 3, ("inventory.sync", "Contoso", "failed", throttled, 24)).await;

    let (sync, policy) = (
        "inventory.sync graph.throttled".to_owned(),
        "policy.sync graph.throttled".to_owned(),
    );
    let lost = ("inventory.sync worker.lost".to_owned(), 1, 1);
    let succeeded = ("inventory.sync ".to_owned(), 1, 1);
    let mut expected = vec![(sync.clone(), 63, 63), (sync.clone(), 1, 1)];
    expected.extend(vec![(policy, 1, 1); 2]);
    expected.push(lost);
    expected.extend(vec![succeeded; 4]);
    expected.push((sync, 3, 3));
    // Within an hour the order is by minutes, which is not of interest here.
    let sorted = |mut entries: Vec<(String, u32, u32)>| {
        entries.sort();
        entries
    };
    let shown = read(&world, user).await;
    assert_eq!(shown[0], expected[0], "newest first");
    assert_eq!(shown.last(), expected.last(), "another day is another group");
    assert_eq!(sorted(shown.clone()), sorted(expected));
    let unread = notifications::unread(&world.web, user).await.unwrap();
    assert_eq!(
        shown.iter().map(|(.., unread)| unread).sum::<u32>(),
        unread.count,
        "R20: the count is that of the list"
    );
}

#[tokio::test]
async fn what_is_marked_is_what_was_shown() {
    let world = World::new().await;
    let user = world.user("operator@northwind.example").await;
    let throttled = ("inventory.sync", "Contoso", "failed", Some("graph.throttled"));
    let at = |hours| (throttled.0, throttled.1, throttled.2, throttled.3, hours);
    write(&world, user, 3, at(2)).await;
    write(&world, user, 3, at(26)).await;
    let (shown, _) = notifications::entries(&world.web, user, None, 10).await.unwrap();
    assert_eq!(shown.len(), 2);
    // One more of the cause comes before the button is pressed.
    write(&world, user, 1, at(1)).await;
    let unread = async || notifications::unread(&world.web, user).await.unwrap().count;
    notifications::mark_read(&world.web, user, Which::Group(shown[0].newest.id))
        .await
        .unwrap();
    assert_eq!(unread().await, 4, "the new one, and the group of the day before");
    let (now, _) = notifications::entries(&world.web, user, None, 10).await.unwrap();
    let group = now[0].group.clone().unwrap();
    assert_eq!((group.size.count, group.unread.count), (4, 1));

    notifications::mark_read(&world.web, user, Which::Until(Some(shown[0].newest.id)))
        .await
        .unwrap();
    assert_eq!(unread().await, 1);
    let other = world.user("manager@northwind.example").await;
    notifications::mark_read(&world.web, other, Which::Group(now[0].newest.id))
        .await
        .unwrap();
    notifications::mark_read(&world.web, other, Which::Until(None))
        .await
        .unwrap();
    assert_eq!(unread().await, 1, "nobody else's");
    assert_eq!(
        notifications::newest(&world.web, user).await.unwrap(),
        Some(now[0].newest.id)
    );
    notifications::mark_read(&world.web, user, Which::Until(None))
        .await
        .unwrap();
    assert_eq!(unread().await, 0);
}

#[tokio::test]
async fn r08_without_the_key_of_the_operation_nothing_of_it_is_shown_counted_or_marked() {
    let world = World::new().await;
    let user = world.user("manager@northwind.example").await;
    write(
        &world,
        user,
        3,
        ("retention.prune", "Contoso", "failed", Some("permission.missing"), 1),
    )
    .await;
    write(&world, user, 1, ("inventory.sync", "Contoso", "succeeded", None, 2)).await;
    write(&world, user, 1, ("from.tomorrow", "Contoso", "succeeded", None, 3)).await;
    let unread = async || notifications::unread(&world.web, user).await.unwrap().count;
    let become_role = async |role: &str| {
        sqlx::query("update members set role = $2 where user_id = $1")
            .bind(user.0)
            .bind(role)
            .execute(&world.owner)
            .await
            .unwrap();
    };
    become_role("owner").await;
    assert_eq!(unread().await, 5, "a type that nobody knows is the owner's");
    become_role("operator").await;
    assert_eq!(read(&world, user).await, [("inventory.sync ".to_owned(), 1, 1)]);
    assert_eq!(unread().await, 1);
    notifications::mark_read(&world.web, user, Which::Until(None))
        .await
        .unwrap();
    become_role("owner").await;
    assert_eq!(unread().await, 4, "what was not shown was not marked");
    assert_eq!(read(&world, user).await.len(), 3);
}
