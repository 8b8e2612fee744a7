//! The table of routes and the app are of one mind.

use std::collections::BTreeSet;

use app::routes::{ROUTES, Serves};
use http::StatusCode;
use server::web::pages;

use crate::entries::{Things, pages_of, things_of_contoso};
use crate::support::TestApp;

#[test]
fn every_page_of_the_app_has_a_row_and_every_row_its_page() {
    let rows: BTreeSet<String> = (ROUTES.iter())
        .filter(|route| route.serves != Serves::File)
        .map(|route| route.pattern.to_owned())
        .collect();
    let pages: BTreeSet<String> = pages::paths().into_iter().collect();
    assert_eq!(rows, pages);
}

/// Whoever may see a page finds the title of its row in the document; a file is what it is said to be; what leads elsewhere does so.
#[tokio::test]
async fn every_row_is_served_as_it_says() {
    let app = TestApp::new().await;
    let things: Things = things_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    let entries = pages_of(&things);
    for route in ROUTES {
        // The sign-in page, and that of people in no workspace, lead this person elsewhere.
        let Some(entry) = entries.iter().find(|entry| entry.pattern == route.pattern) else {
            let answer = owner.get(route.pattern).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", route.name);
            continue;
        };
        let answer = owner.get(&entry.path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", route.name);
        match route.serves {
            Serves::Page if route.name == "Run" => {}
            Serves::Page => {
                let text = answer.text();
                let title = text
                    .split_once("<title>")
                    .and_then(|(_, rest)| rest.split_once("</title>"));
                // What somebody follows stands before it.
                let (title, _) = title.unwrap_or_else(|| panic!("{}: no title", route.name));
                assert!(title.contains(route.title), "{}: {title}", route.name);
            }
            Serves::File => assert!(
                answer.header("content-disposition").starts_with("attachment"),
                "{}",
                route.name
            ),
            Serves::Redirect => panic!("{} leads elsewhere, and so has no entry", route.name),
        }
    }
    let nobody = app.browser();
    let answer = nobody.get(app::routes::SignIn::link()).await;
    assert!(answer.text().contains("<title>Sign in"), "{}", answer.text());
}
