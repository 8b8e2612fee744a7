//! Saved views, and who is offered as "started by".

use domain::filter::RunFilter;
use domain::id::ViewId;
use domain::name::Name;
use domain::view::SavedView;
use ledger::Ledger;
use ledger::hub::saved_views::{self, MOST, MOST_SHARED_CHANGES, NewView, Saved};
use test_support::Entered;

use crate::support::World;

const OPERATOR: &str = "operator@northwind.example";

async fn views(ledger: &Ledger, access: &Entered) -> Vec<SavedView> {
    let mut tx = access.scope().begin(ledger).await.unwrap();
    saved_views::list(&mut tx, access).await.unwrap()
}

async fn names(ledger: &Ledger, access: &Entered) -> Vec<String> {
    views(ledger, access).await.into_iter().map(|view| view.name).collect()
}

fn called(name: &str) -> Name {
    Name::new(name).unwrap()
}

async fn save(world: &World, access: &Entered, name: &str, query: &str, shared: bool) -> Saved {
    let pairs: Vec<_> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let filter = RunFilter::parse(pairs);
    let name = called(name);
    let view = NewView {
        name: &name,
        filter: &filter,
        query,
        shared,
    };
    saved_views::create(&world.web, access, &view).await.unwrap()
}

async fn id_of(world: &World, access: &Entered, name: &str) -> ViewId {
    let all = views(&world.web, access).await;
    all.into_iter().find(|view| view.name == name).unwrap().id
}

#[tokio::test]
async fn r10_a_view_is_seen_by_its_author_and_if_shared_by_whoever_may_see_what_it_names() {
    let world = World::new().await;
    let author = world.access("owner@northwind.example", "Contoso").await;
    let contoso = world.tenant("Contoso").await;
    let fabrikam = world.tenant("Fabrikam").await;
    for (name, query, shared) in [
        ("private", String::new(), false),
        ("everything", "status=failed".to_owned(), true),
        ("of Contoso", format!("tenant={contoso}"), true),
        ("but Contoso", format!("tenant=!{contoso}"), true),
        ("of Fabrikam", format!("tenant={fabrikam}"), true),
        ("of cleaning up", "type=retention.prune".to_owned(), true),
    ] {
        assert_eq!(save(&world, &author, name, &query, shared).await, Saved::Done);
    }
    for (email, tenant, expected) in [
        (
            "owner@northwind.example",
            "Contoso",
            &[
                "but Contoso",
                "everything",
                "of cleaning up",
                "of Contoso",
                "of Fabrikam",
                "private",
            ][..],
        ),
        (
            OPERATOR,
            "Contoso",
            &["but Contoso", "everything", "of Contoso", "of Fabrikam"],
        ),
        (
            "operator-fabrikam@northwind.example",
            "Fabrikam",
            &["everything", "of Fabrikam"],
        ),
        ("owner@tailspin.example", "Woodgrove", &[]),
    ] {
        let access = world.access(email, tenant).await;
        assert_eq!(names(&world.web, &access).await, expected, "{email}");
        // What a forgotten predicate would read: the types are the ledger's own rule, the rest the database's as well.
        let mut tx = access.scope().begin(&world.web).await.unwrap();
        let raw: Vec<String> =
            sqlx::query_scalar("select name from saved_views where types = '{}' order by lower(name)")
                .fetch_all(&mut *tx)
                .await
                .unwrap();
        let expected: Vec<_> = expected.iter().filter(|name| **name != "of cleaning up").collect();
        assert_eq!(raw.iter().collect::<Vec<_>>(), expected, "{email}, without a predicate");
    }
    let reader = views(&world.web, &world.access(OPERATOR, "Contoso").await).await;
    assert!(reader.iter().all(|view| !view.own && view.shared));
    assert_eq!(reader[0].query, format!("tenant=!{contoso}"));
}

#[tokio::test]
async fn r11_nobody_else_changes_a_view_and_nobody_learns_that_it_is_there() {
    let world = World::new().await;
    let author = world.access("owner@northwind.example", "Contoso").await;
    save(&world, &author, "shared", "status=failed", true).await;
    save(&world, &author, "private", "status=failed", false).await;
    let nothing: ViewId = "0199f0a4-7c00-7000-8000-000000000001".parse().unwrap();
    for email in [OPERATOR, "manager@northwind.example"] {
        let other = world.access(email, "Contoso").await;
        for id in [
            id_of(&world, &author, "shared").await,
            id_of(&world, &author, "private").await,
            nothing,
        ] {
            let changed = saved_views::change(&world.web, &other, id, &called("taken over"), true)
                .await
                .unwrap();
            let deleted = saved_views::delete(&world.web, &other, id).await.unwrap();
            assert_eq!((changed, deleted), (Saved::NotFound, Saved::NotFound));
        }
    }
    assert_eq!(names(&world.web, &author).await, ["private", "shared"]);
    assert_eq!(
        world
            .count("select count(*) from audit_entries where action like 'saved_view.%'")
            .await,
        1
    );
}

#[tokio::test]
async fn c16_owners_remove_what_is_shared_also_of_who_has_left_and_nobody_else_does() {
    let world = World::new().await;
    let author = world.access(OPERATOR, "Contoso").await;
    for (name, query, shared) in [
        ("of one who left", "status=failed", true),
        ("of connections", "type=provider.check", true),
        ("private", "status=failed", false),
    ] {
        save(&world, &author, name, query, shared).await;
    }
    let ids = [
        id_of(&world, &author, "of one who left").await,
        id_of(&world, &author, "of connections").await,
        id_of(&world, &author, "private").await,
    ];
    sqlx::query("delete from members where user_id = $1")
        .bind(author.user.0)
        .execute(&world.owner)
        .await
        .unwrap();
    let delete = async |email: &str, tenant: &str, id| {
        let access = world.access(email, tenant).await;
        saved_views::delete(&world.web, &access, id).await.unwrap()
    };
    for (email, tenant) in [
        ("manager@northwind.example", "Contoso"),
        ("operator-fabrikam@northwind.example", "Fabrikam"),
        ("owner@tailspin.example", "Woodgrove"),
    ] {
        for id in ids {
            assert_eq!(delete(email, tenant, id).await, Saved::NotFound, "{email}");
        }
    }
    let owner = ("owner@northwind.example", "Contoso");
    let seen = views(&world.web, &world.access(owner.0, owner.1).await).await;
    assert_eq!(
        seen.iter().map(|view| (view.own, view.removable)).collect::<Vec<_>>(),
        [(false, true); 2]
    );
    let seen = views(&world.web, &world.access("manager@northwind.example", "Contoso").await).await;
    assert!(seen.iter().all(|view| !view.removable), "{seen:?}");
    assert_eq!(delete(owner.0, owner.1, ids[0]).await, Saved::Done);
    assert_eq!(delete(owner.0, owner.1, ids[0]).await, Saved::NotFound, "once");
    assert_eq!(delete(owner.0, owner.1, ids[2]).await, Saved::NotFound, "private");
    assert_eq!(
        world
            .count("select count(*) from audit_entries e join actors a on a.id = e.actor_id where e.action = 'saved_view.deleted' and a.name = 'Olivia Owner'")
            .await,
        1
    );
    // The database says it as well: without the ledger's own rule a manager still removes nothing.
    let manager = world.access("manager@northwind.example", "Contoso").await;
    let mut tx = manager.scope().begin(&world.web).await.unwrap();
    let gone = sqlx::query("delete from saved_views").execute(&mut *tx).await.unwrap();
    assert_eq!(gone.rows_affected(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c16_sixty_at_a_time_never_make_more_than_the_bound() {
    let world = World::new().await;
    let author = world.access(OPERATOR, "Contoso").await;
    sqlx::query(
        "insert into saved_views (id, workspace_id, owner_id, name, query, shared, created_at, updated_at)
        select gen_random_uuid(), $1, $2, 'there ' || n, '', false, now(), now() from generate_series(1, $3) n",
    )
    .bind(author.workspace.id.0)
    .bind(author.user.0)
    .bind(i32::try_from(MOST - 5).unwrap())
    .execute(&world.owner)
    .await
    .unwrap();
    let names: Vec<String> = (0..60).map(|n| format!("new {n}")).collect();
    // By three processes, so that the database alone can count.
    let mut webs = Vec::new();
    for _ in 0..3 {
        let clock = std::sync::Arc::new(world.clock.clone());
        webs.push(world.database.ledger(ledger::DatabaseRole::Web, clock, 4).await);
    }
    let filter = RunFilter::default();
    let save = |n: usize| {
        let (web, author, filter, name) = (&webs[n % webs.len()], &author, &filter, called(&names[n]));
        async move {
            let view = NewView {
                name: &name,
                filter,
                query: "",
                shared: false,
            };
            saved_views::create(web, author, &view).await.unwrap()
        }
    };
    let answers = futures::future::join_all((0..names.len()).map(save)).await;
    assert_eq!(
        answers.iter().filter(|saved| **saved == Saved::Done).count(),
        5,
        "{answers:?}"
    );
    assert!(
        answers
            .iter()
            .all(|saved| matches!(saved, Saved::Done | Saved::TooMany))
    );
    assert_eq!(world.count("select count(*) from saved_views").await, MOST);
}

#[tokio::test]
async fn s06_a_view_that_names_people_or_a_target_is_shown_to_who_may_see_them() {
    let world = World::new().await;
    let author = world.access("owner@northwind.example", "Contoso").await;
    let fabrikam = "operator-fabrikam@northwind.example";
    world.start_sync("Contoso").await;
    let (operator, reader) = (world.user(OPERATOR).await, world.user(fabrikam).await);
    for (name, query) in [
        ("a by somebody", format!("initiator={operator}")),
        ("b but somebody", format!("initiator=!me%2C{operator}")),
        ("c by the reader", format!("initiator={reader}")),
        ("d a target", "q=Contoso".to_owned()),
        (
            "e a target of theirs",
            format!("tenant={}&q=Secret", world.tenant("Fabrikam").await),
        ),
        ("f by me", "initiator=me%2Csystem&status=failed".to_owned()),
    ] {
        assert_eq!(save(&world, &author, name, &query, true).await, Saved::Done);
    }
    let sees = async |email: &str, tenant: &str| {
        let access = world.access(email, tenant).await;
        let said = names(&world.web, &access).await;
        // What a forgotten predicate would read.
        let mut tx = access.scope().begin(&world.web).await.unwrap();
        let raw: Vec<String> = sqlx::query_scalar("select name from saved_views order by name")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
        assert_eq!(said, raw, "{email}");
        said.into_iter().map(|name| name[..1].to_owned()).collect::<String>()
    };
    assert_eq!(sees("owner@northwind.example", "Contoso").await, "abcdef");
    // Of the reader nobody knows anything: they have started nothing.
    assert_eq!(sees(OPERATOR, "Contoso").await, "abdef");
    assert_eq!(sees(fabrikam, "Fabrikam").await, "cf");
    world.start_sync("Fabrikam").await;
    assert_eq!(sees(fabrikam, "Fabrikam").await, "abcf", "a person of theirs by now");
}

#[tokio::test]
async fn r19_every_change_of_a_shared_view_is_audited_and_none_of_a_private_one() {
    let world = World::new().await;
    let author = world.access(OPERATOR, "Contoso").await;
    let change = async |id, name: &str, shared| {
        world.clock.advance(chrono::TimeDelta::seconds(1));
        saved_views::change(&world.web, &author, id, &called(name), shared)
            .await
            .unwrap()
    };
    let audited = async || {
        world
            .count("select count(*) from audit_entries where action like 'saved_view.%'")
            .await
    };
    save(&world, &author, "mine", "initiator=me", false).await;
    let id = id_of(&world, &author, "mine").await;
    assert_eq!(change(id, "my own", false).await, Saved::Done);
    assert_eq!(audited().await, 0, "private");
    assert_eq!(change(id, "my own", true).await, Saved::Done);
    assert_eq!(audited().await, 1, "shared");
    assert_eq!(change(id, "my own", true).await, Saved::Done);
    assert_eq!(audited().await, 1, "nothing changed");
    assert_eq!(change(id, "ours", true).await, Saved::Done);
    assert_eq!(change(id, "ours", false).await, Saved::Done);
    assert_eq!(audited().await, 3, "renamed and taken back");
    saved_views::delete(&world.web, &author, id).await.unwrap();
    assert_eq!(audited().await, 3, "private again by then");
    let said: Vec<String> = sqlx::query_scalar(
        "select (select name from actors where id = actor_id) || ' ' || action || ' ' || (details ->> 'name') || ' ' || (details ->> 'shared') from audit_entries
        where action like 'saved_view.%' order by at, id",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    assert_eq!(
        said,
        [
            "Olga Operator saved_view.changed my own true",
            "Olga Operator saved_view.changed ours true",
            "Olga Operator saved_view.changed ours false"
        ]
    );
}

#[tokio::test]
async fn r22_what_others_have_is_changed_so_often_in_an_hour_and_private_views_as_one_likes() {
    let world = World::new().await;
    let author = world.access(OPERATOR, "Contoso").await;
    let other = world.access("manager@northwind.example", "Contoso").await;
    let change = async |access, id, name: &str, shared| {
        saved_views::change(&world.web, access, id, &called(name), shared)
            .await
            .unwrap()
    };
    let entries = async || {
        world
            .count("select count(*) from audit_entries where action like 'saved_view.%'")
            .await
    };
    save(&world, &author, "mine", "initiator=me", false).await;
    save(&world, &author, "private", "initiator=me", false).await;
    let (id, private) = (
        id_of(&world, &author, "mine").await,
        id_of(&world, &author, "private").await,
    );
    for n in 0..MOST_SHARED_CHANGES {
        assert_eq!(change(&author, id, "mine", n % 2 == 0).await, Saved::Done, "{n}");
    }
    let most = i64::from(MOST_SHARED_CHANGES);
    assert_eq!(entries().await, most);
    // Back and forth, by another shared one, or by removing it: each would be an entry.
    assert_eq!(change(&author, id, "mine", true).await, Saved::TooOften);
    assert_eq!(save(&world, &author, "third", "tab=all", true).await, Saved::TooOften);
    assert_eq!(world.count("select count(*) from saved_views where shared").await, 0);
    assert_eq!(
        world.count("select count(*) from saved_views").await,
        2,
        "refused leaves nothing"
    );
    assert_eq!(entries().await, most);
    for name in ["one", "two"] {
        assert_eq!(
            change(&author, private, name, false).await,
            Saved::Done,
            "nobody else's business"
        );
    }
    save(&world, &other, "theirs", "tab=all", true).await;
    let theirs = id_of(&world, &other, "theirs").await;
    assert_eq!(
        saved_views::delete(&world.web, &other, theirs).await.unwrap(),
        Saved::Done
    );
    world.clock.advance(chrono::TimeDelta::minutes(61));
    assert_eq!(change(&author, id, "mine", true).await, Saved::Done);
}

#[tokio::test]
async fn r03_the_same_form_sent_twice_makes_one_view_and_a_name_is_given_once() {
    let world = World::new().await;
    let author = world.access(OPERATOR, "Contoso").await;
    for _ in 0..2 {
        assert_eq!(
            save(&world, &author, "failed", "status=failed", true).await,
            Saved::Done
        );
    }
    assert_eq!(
        save(&world, &author, "failed", "status=partial", true).await,
        Saved::NameTaken
    );
    assert_eq!(world.count("select count(*) from saved_views").await, 1);
    assert_eq!(
        world
            .count("select count(*) from audit_entries where action = 'saved_view.created'")
            .await,
        1
    );
    // Somebody else may call theirs the same.
    let other = world.access("manager@northwind.example", "Contoso").await;
    assert_eq!(
        save(&world, &other, "failed", "status=partial", false).await,
        Saved::Done
    );

    save(&world, &author, "second", "status=blocked", false).await;
    let second = id_of(&world, &author, "second").await;
    let renamed = saved_views::change(&world.web, &author, second, &called("failed"), false)
        .await
        .unwrap();
    assert_eq!(renamed, Saved::NameTaken);
    for number in 2..MOST {
        assert_eq!(
            save(&world, &author, &format!("view {number}"), "", false).await,
            Saved::Done
        );
    }
    assert_eq!(save(&world, &author, "one too many", "", false).await, Saved::TooMany);
}

#[tokio::test]
async fn two_renames_to_one_name_at_a_time_give_it_to_one_of_them() {
    let world = World::new().await;
    let author = world.access(OPERATOR, "Contoso").await;
    for round in 0..20 {
        let (one, other) = (format!("one {round}"), format!("other {round}"));
        for name in [&one, &other] {
            save(&world, &author, name, "", false).await;
        }
        let ids = [id_of(&world, &author, &one).await, id_of(&world, &author, &other).await];
        let name = called(&format!("same {round}"));
        let rename = |id| saved_views::change(&world.web, &author, id, &name, false);
        let (one, other) = tokio::join!(rename(ids[0]), rename(ids[1]));
        let mut came = [one.unwrap(), other.unwrap()];
        came.sort_by_key(|saved| *saved != Saved::Done);
        assert_eq!(came, [Saved::Done, Saved::NameTaken]);
    }
}
