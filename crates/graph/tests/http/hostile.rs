use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{any, get};
use domain::reason::ReasonCode;
use futures::stream;
use graph::{Contract, Defect, GraphClient, GraphConfig, GraphError, Oddity, UnsafeLink};
use serde_json::json;

use crate::support::{Recorder, TENANT, all, credentials, impatient, server};

/// Answers everything, and counts.
fn trap() -> (Router, Arc<AtomicUsize>) {
    let caught = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&caught);
    let answer = move || async move {
        counter.fetch_add(1, Ordering::SeqCst);
        r#"{"value":[]}"#
    };
    (Router::new().fallback(any(answer)), caught)
}

async fn list(routes: Router) -> Result<usize, GraphError> {
    let client = GraphClient::new(impatient(&server(routes).await)).unwrap();
    all(&client, Contract::Groups, ()).await.map(|objects| objects.len())
}

#[tokio::test]
async fn links_to_elsewhere_are_not_followed() {
    let (trap, caught) = trap();
    let elsewhere = server(trap.clone()).await;
    let linked = |link: String| {
        trap.clone().route(
            "/v1.0/groups",
            get(move || async move { json!({ "value": [], "@odata.nextLink": link }).to_string() }),
        )
    };

    let error = list(linked(format!("{elsewhere}/v1.0/groups?$skiptoken=1")))
        .await
        .unwrap_err();
    assert_eq!(
        (&error, error.reason()),
        (
            &GraphError::UnsafeLink(UnsafeLink::OtherHost),
            ReasonCode::GraphUnsafeLink
        )
    );
    assert!(!error.message().contains("127.0.0.1"), "{}", error.message());

    let path = |headers: HeaderMap| async move {
        let host = headers["host"].to_str().unwrap();
        json!({ "value": [], "@odata.nextLink": format!("http://{host}/v1.0/users") }).to_string()
    };
    let error = list(trap.clone().route("/v1.0/groups", get(path))).await.unwrap_err();
    assert_eq!(error, GraphError::UnsafeLink(UnsafeLink::OtherPath));

    let error = list(linked("/v1.0/groups?$skiptoken=1".into())).await.unwrap_err();
    assert_eq!(error, GraphError::UnsafeLink(UnsafeLink::Malformed));
    assert_eq!(caught.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (trap, caught) = trap();
    let elsewhere = server(trap.clone()).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{elsewhere}/v1.0/groups");
        let answer = move || async move { (StatusCode::from_u16(status).unwrap(), [("location", location)]) };
        let error = list(Router::new().route("/v1.0/groups", get(answer)))
            .await
            .unwrap_err();
        assert_eq!(error, GraphError::UnsafeLink(UnsafeLink::Redirect), "{status}");
    }
    assert_eq!(caught.load(Ordering::SeqCst), 0);
}

/// A link to the query's number plus one, modulo `pages`.
fn endless(pages: usize) -> Router {
    Router::new().route(
        "/v1.0/groups",
        get(move |RawQuery(query): RawQuery, headers: HeaderMap| async move {
            let query = query.unwrap_or_default();
            let number = query
                .strip_prefix("page=")
                .map_or(0, |text| text.parse::<usize>().unwrap());
            let (host, next) = (headers["host"].to_str().unwrap(), (number + 1) % pages);
            let link = format!("http://{host}/v1.0/groups?page={next}");
            json!({ "value": [{ "id": number.to_string() }], "@odata.nextLink": link }).to_string()
        }),
    )
}

#[tokio::test]
async fn pages_that_go_round_in_a_circle_end_and_count_as_incomplete() {
    // The first address has no number, so the first page comes once more.
    for (pages, objects) in [(1, 2), (2, 3), (5, 6)] {
        let client = GraphClient::new(impatient(&server(endless(pages)).await)).unwrap();
        let recorder = Recorder::default();
        let mut list = client.list(TENANT, &credentials("any"), Contract::Groups, recorder.clone());
        let mut found = 0;
        while let Some(page) = list.next().await.unwrap() {
            found += page.objects.len();
        }
        assert_eq!(found, objects);
        assert_eq!(recorder.oddities(), [(Contract::Groups, Oddity::EndedOnOldLink)]);
        assert!(list.is_whole(), "the last page had nothing new");
    }
}

#[tokio::test]
async fn pages_without_an_end_end() {
    let url = server(endless(usize::MAX)).await;
    let client = GraphClient::new(GraphConfig {
        max_pages: 3,
        ..impatient(&url)
    })
    .unwrap();
    let mut pages = client.list(TENANT, &credentials("any"), Contract::Groups, ());
    for number in 1..=3 {
        assert_eq!(pages.next().await.unwrap().unwrap().number, number);
    }
    for _ in 0..2 {
        assert_eq!(
            pages.next().await,
            Err(GraphError::InvalidResponse {
                defect: Defect::TooManyPages(3),
                attempts: 1
            })
        );
    }
}

const MEBIBYTE: usize = 1024 * 1024;

#[tokio::test]
async fn huge_answers_are_not_read() {
    let too_large = GraphError::InvalidResponse {
        defect: Defect::TooLarge(32 * MEBIBYTE),
        attempts: 1,
    };
    // Honest about its size: refused before a byte is read.
    let announced = || async { Body::from(vec![b' '; 100 * MEBIBYTE]).into_response() };
    assert_eq!(
        list(Router::new().route("/v1.0/groups", get(announced))).await,
        Err(too_large.clone())
    );

    // In chunks, without an end.
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let chunked = move || async move {
        let chunk = Bytes::from(vec![b' '; MEBIBYTE]);
        let chunks = stream::repeat_with(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::convert::Infallible>(chunk.clone())
        });
        Body::from_stream(chunks).into_response()
    };
    assert_eq!(
        list(Router::new().route("/v1.0/groups", get(chunked))).await,
        Err(too_large)
    );
    assert!(sent.load(Ordering::SeqCst) < 100, "more than the limit was read");
}

#[tokio::test]
async fn deeply_nested_answers_are_unreadable() {
    let nested = || async { format!("{{\"value\":{}", "[".repeat(100_000)) };
    let error = list(Router::new().route("/v1.0/groups", get(nested))).await;
    assert_eq!(error, Err(GraphError::Unreadable { attempts: 4 }));
}
