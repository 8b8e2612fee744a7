//! Components as the server renders them.
#![cfg(test)]
#![cfg(feature = "ssr")]

use app::error::AppError;
use app::ui::badge::Badge;
use app::ui::empty_state::EmptyState;
use app::ui::error_panel::ErrorPanel;
use app::ui::time::Time;
use app::ui::title::PageTitle;
use domain::badge;
use domain::status::{ItemOutcome, Outcome, RunStatus};
use futures::StreamExt;
use leptos::prelude::*;
use leptos_meta::ServerMetaContext;
use leptos_router::components::Router;
use leptos_router::location::RequestUrl;

/// Renders what stands within a page at a path.
fn html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let _ = any_spawner::Executor::init_tokio();
    Owner::new().with(|| view().into_view().to_html())
}

fn error_html(error: AppError) -> String {
    html(move || {
        provide_context(RequestUrl::new("/admin/operations?tab=failed"));
        view! {
            <Router>
                <ErrorPanel error=error.clone() reload=Callback::new(|()| ())/>
            </Router>
        }
    })
}

#[tokio::test]
async fn a_badge_is_shape_word_and_colour() {
    let succeeded = badge::of_run(RunStatus::Completed, Outcome::Succeeded, None, false);
    let shown = html(move || view! { <Badge look=succeeded/> });
    assert!(
        shown.contains("Succeeded") && shown.contains("text-success") && shown.contains("<svg"),
        "{shown}"
    );
    assert!(shown.contains("aria-hidden=\"true\""), "{shown}");

    let failed = badge::of_item(ItemOutcome::Failed);
    let shown = html(move || view! { <Badge look=failed/> });
    assert!(
        shown.contains("Failed") && shown.contains("text-danger") && !shown.contains("success"),
        "{shown}"
    );
}

#[tokio::test]
async fn every_state_has_a_badge_of_its_own_tone() {
    for status in RunStatus::ALL {
        for outcome in Outcome::ALL {
            let look = badge::of_run(*status, *outcome, None, false);
            let shown = html(move || view! { <Badge look=look/> });
            assert!(shown.contains(look.word), "{shown}");
        }
    }
}

#[tokio::test]
async fn an_empty_state_says_what_and_why() {
    let shown = html(|| view! { <EmptyState title="Nothing" text="Because."/> });
    assert!(
        shown.contains("<h2") && shown.contains("Nothing") && shown.contains("Because."),
        "{shown}"
    );
}

#[tokio::test]
async fn r11_not_found_says_the_same_whatever_the_cause() {
    let shown = error_html(AppError::NotFound);
    assert!(
        shown.contains("Not found") && shown.contains("/admin/operations"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_refusal_names_the_key() {
    let shown = error_html(AppError::Forbidden {
        capability: "inventory.sync".to_owned(),
    });
    assert!(
        shown.contains("inventory.sync") && shown.contains("Not permitted"),
        "{shown}"
    );
}

#[tokio::test]
async fn what_may_come_back_can_be_tried_again() {
    let shown = error_html(AppError::Unavailable { retry_seconds: 5 });
    assert!(shown.contains("5 seconds"), "{shown}");
    assert!(
        shown.contains("href=\"/admin/operations?tab=failed\"") && shown.contains("Try again"),
        "{shown}"
    );
}

#[tokio::test]
async fn text_is_escaped() {
    let shown = html(|| view! { <EmptyState title="<script>alert(1)</script>" text="a & b"/> });
    assert!(
        !shown.contains("<script>") && shown.contains("&lt;script&gt;") && shown.contains("a &amp; b"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_time_is_absolute_with_its_zone() {
    let at = "2026-11-21T03:00:09Z".parse().unwrap();
    let shown = html(move || view! { <Time at=at/> });
    assert!(
        shown.contains("datetime=\"2026-11-21T03:00:09Z\"") && shown.contains(">2026-11-21 03:00 UTC<"),
        "{shown}"
    );
}

/// A name reaches the `<title>` of the document; `leptos_meta` would let it end the element.
#[tokio::test]
async fn a_title_cannot_become_a_script() {
    let _ = any_spawner::Executor::init_tokio();
    let owner = Owner::new();
    let (context, output) = ServerMetaContext::new();
    let body = owner.with(|| {
        provide_context(context);
        let hostile = "</title><script>alert(1)</script> & co".to_owned();
        let page = view! { <PageTitle text=hostile/> };
        page.to_html()
    });
    let document = format!("<html><head><!--HEAD--></head><body>{body}</body></html>");
    let document: String = owner
        .with(|| output.inject_meta_context(futures::stream::iter([document])))
        .await
        .collect::<Vec<_>>()
        .await
        .concat();
    assert!(!document.contains("<script>"), "{document}");
    assert!(
        document.contains("<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; co · TenantAtlas</title>"),
        "{document}"
    );
}
