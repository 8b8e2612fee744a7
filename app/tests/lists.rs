//! The frames of lists, and what lists are filtered by, as the server renders them.
#![cfg(test)]
#![cfg(feature = "ssr")]

use app::copy::groups::GROUPS;
use app::start::list::{Part, TenantList};
use app::start::page::Asked;
use app::ui::filter::chips::{ChipText, Chips, FilterChips};
use app::ui::filter::choices::{Choices, Ticked};
use domain::filter::{Field, HubQuery};
use domain::view::GroupsPage;
use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::location::RequestUrl;
use serde_json::{Value, json};

const ID: &str = "01900000-0000-7000-8000-000000000000";
const AT: &str = "2026-11-21T03:00:00Z";

/// Renders what stands within a page.
fn html<V: IntoView + 'static>(view: impl FnOnce() -> V + Send + 'static) -> String {
    let _ = any_spawner::Executor::init_tokio();
    Owner::new().with(|| {
        provide_context(RequestUrl::new("/admin/tenants/x/groups"));
        let shown = view! { <Router>{view()}</Router> };
        shown.to_html().replace("&amp;", "&")
    })
}

fn page(more: &Value) -> GroupsPage {
    let place = json!({ "id": ID, "name": "Contoso" });
    let mut page = json!({
        "tenant": place, "workspace": place, "rows": [], "next": null, "total": { "count": 0, "more": false }, "last_run": null,
        "missing": null, "idempotency_key": ID, "restored": false, "now": AT, "schedules": []
    });
    page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(page).unwrap()
}

fn list(page: &GroupsPage, q: &str, after: &str) -> String {
    let part = Part::of(page);
    let asked = Asked {
        tenant: ID.to_owned(),
        q: q.to_owned(),
        after: after.to_owned(),
        draft: String::new(),
    };
    html(move || {
        view! {
            <TenantList title="Groups" noun=GROUPS here="/here".to_owned() asked=asked part=part width="w-full">
                <tbody>
                    <tr>
                        <td>"A row"</td>
                    </tr>
                </tbody>
            </TenantList>
        }
    })
}

#[tokio::test]
async fn a_list_says_why_it_is_empty() {
    let nothing = list(&page(&json!({})), "", "");
    assert!(
        nothing.contains("No groups yet") && !nothing.contains("<form"),
        "{nothing}"
    );
    let not_found = list(&page(&json!({})), "a & b", "");
    assert!(
        not_found.contains("No group found") && not_found.contains("“a & b”") && not_found.contains("<form"),
        "{not_found}"
    );
    assert!(
        not_found.contains("href=\"/here\"") && not_found.contains("Show all groups"),
        "{not_found}"
    );
    let past_the_end = list(&page(&json!({})), "a & b", "1.x.y");
    assert!(
        past_the_end.contains("Nothing more") && past_the_end.contains("href=\"/here?q=a%20%26%20b\""),
        "{past_the_end}"
    );
    // A cursor that was not read led to the first page.
    let broken = list(&page(&json!({ "cursor_broken": true })), "a & b", "x");
    assert!(broken.contains("No group found"), "{broken}");
}

#[tokio::test]
async fn a_list_links_on_and_keeps_what_was_searched_for() {
    let row = json!({ "external_id": "1", "name": "A", "group_type": "security", "last_seen_at": AT });
    let some = page(
        &json!({ "rows": [row], "next": "1.a.b", "total": { "count": 1000, "more": true }, "gone": { "count": 2, "more": false } }),
    );
    let first = list(&some, "a", "");
    assert!(
        first.contains("A row") && first.contains("1,000+ groups") && first.contains("and 2 not there any more"),
        "{first}"
    );
    assert!(first.contains("href=\"/here?q=a&after=1.a.b\""), "{first}");
    assert!(!first.contains("Back to the first page"), "{first}");
    let second = list(&some, "a", "1.0.0");
    assert!(
        second.contains("href=\"/here?q=a\"") && second.contains("Back to the first page"),
        "{second}"
    );
}

#[tokio::test]
async fn chips_lead_to_the_list_without_them_and_the_last_of_many_errors_to_that_without_any() {
    let chips = Chips {
        fields: vec![ChipText::new("Status: Failed", "/without-status".to_owned())],
        errors: vec![ChipText::error("“x” is not known", "/without-x".to_owned())],
        more_errors: 5,
        without_errors: "/without-errors".to_owned(),
        clear: Some("/all".to_owned()),
    };
    let shown = html(move || view! { <FilterChips chips=Signal::derive(move || chips.clone())/> });
    for (href, words) in [
        ("/without-status", "Remove filter Status: Failed"),
        ("/without-x", "Remove filter “x” is not known"),
        ("/without-errors", "Remove filter 5 more values are not known"),
    ] {
        let chip = shown
            .split("<li")
            .find(|chip| chip.contains(&format!("href=\"{href}\"")));
        assert!(chip.is_some_and(|chip| chip.contains(words)), "{href}: {shown}");
    }
    assert!(shown.contains("href=\"/all\""), "{shown}");
}

#[tokio::test]
async fn a_field_keeps_what_its_choices_do_not_have() {
    let shown = html(|| {
        let filter = HubQuery::parse("status=!failed,bogus").filter;
        let ticked = Memo::new(move |_| Ticked::of(filter.values(Field::Status)));
        let options = Signal::derive(|| {
            [("failed", "Failed"), ("running", "Running")]
                .map(|(value, word)| (value.to_owned(), word.to_owned()))
                .to_vec()
        });
        view! { <Choices name="status" title="Status" options=options ticked=ticked/> }
    });
    let ticks: Vec<bool> = (shown.split("<input ").skip(1))
        .map(|tick| tick.split('>').next().unwrap_or_default().contains("checked"))
        .collect();
    // "Is not", failed, running, and the word that nobody knows.
    assert_eq!(ticks, [true, true, false, true], "{shown}");
    assert!(shown.contains("not 2") && shown.contains("value=\"bogus\""), "{shown}");
}
