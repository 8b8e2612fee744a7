//! Addresses as people, mail programs and others write them: slashes at the end, and more than any filter can be.

use http::{Method, StatusCode};
use server::web::pages;

use crate::entries::run_of_contoso;
use crate::support::TestApp;

#[tokio::test]
async fn case_trailing_slash_leads_to_the_page_without_it() {
    let app = TestApp::new().await;
    let (run, tenant) = run_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    let nobody = app.browser();
    for path in pages::paths() {
        if path == "/" {
            continue;
        }
        let path = path.replace("{run}", &run).replace("{tenant}", &tenant);
        for browser in [&owner, &nobody] {
            let answer = browser.get(&format!("{path}/?tab=failed&q=a%20b")).await;
            assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{path}");
            assert_eq!(answer.header("location"), format!("{path}?tab=failed&q=a%20b"));
        }
    }
    // Somebody else's is led on like what is not there.
    let stranger = app.signed_in("owner@tailspin.example").await;
    let answer = stranger.get(&format!("/admin/operations/{run}/")).await;
    assert_eq!(answer.header("location"), format!("/admin/operations/{run}"));
    for elsewhere in [
        "//evil.example/",
        "//evil.example/admin/",
        "/%2f/evil.example/",
        "/nothing/",
    ] {
        let answer = owner.get(elsewhere).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{elsewhere}");
        assert!(answer.header("location").is_empty());
    }
}

/// Words that no filter knows, none of them twice.
fn words(count: usize) -> Vec<String> {
    (0..count)
        .map(|n| {
            let letter = |place: usize| {
                char::from(b'A' + u8::try_from(n / 26_usize.pow(u32::try_from(place).unwrap()) % 26).unwrap())
            };
            [letter(2), letter(1), letter(0)].iter().collect()
        })
        .collect()
}

#[tokio::test]
async fn c02_a_page_is_at_most_linear_in_its_address() {
    let app = TestApp::new().await;
    let readonly = app.signed_in("readonly@northwind.example").await;
    let bare = readonly.get("/admin/operations").await.text().len();
    let listed = |field: &str, count: usize| format!("{field}={}", words(count).join(","));
    let each = |field: &str, count: usize| {
        words(count)
            .iter()
            .map(|word| format!("{field}={word}"))
            .collect::<Vec<_>>()
            .join("&")
    };
    let tenants: Vec<String> = (0..150).map(|n| format!("0199f0a4-7c00-7000-8000-{n:012}")).collect();
    let codes: Vec<String> = words(1_500).iter().map(|word| word.to_lowercase()).collect();
    let several = ["tenant", "type", "status", "origin", "initiator", "reason"].map(|field| listed(field, 300));
    let mut queries = vec![
        listed("type", 400),
        listed("type", 2_000),
        listed("status", 2_000),
        each("origin", 700),
        format!("tenant={}", tenants.join(",")),
        format!("initiator=!{}", tenants.join(",")),
        format!("reason=!{}", codes.join(",")),
        several.join("&"),
        format!("q={}", "x".repeat(8_000)),
        format!("after={}", "1".repeat(8_000)),
        format!("from={}", "%C3%A4".repeat(1_300)),
        format!("x={}", "y".repeat(8_000)),
    ];
    let several = ["tenant", "type", "status"].map(|field| listed(field, 200));
    queries.push(several.join("&").replace(',', "%2C%2B9,"));
    for query in queries {
        let answer = readonly.get(&format!("/admin/operations?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query:.40}");
        let page = answer.text().len();
        assert!(
            page <= bare + 64 * query.len(),
            "{query:.40}… of {} bytes makes a page of {page}",
            query.len()
        );
        assert!(page < 1_000_000, "{query:.40}: {page}");
    }
    let answer = readonly
        .get(&format!("/admin/operations?{}", listed("type", 1_000)))
        .await;
    assert!(answer.text().contains("980 more values were left out"), "it is said");
}

#[tokio::test]
async fn c02_an_address_that_is_too_long_is_said_to_be() {
    let app = TestApp::new().await;
    let readonly = app.signed_in("readonly@northwind.example").await;
    let long = format!("type={}", words(6_400).join(","));
    for path in [
        "/admin/operations",
        "/admin/operations/export.csv",
        "/admin/notifications",
        "/sign-in",
    ] {
        let answer = readonly.get(&format!("{path}?{long}")).await;
        assert_eq!(answer.status, StatusCode::URI_TOO_LONG, "{path}");
        assert!(answer.text().contains("Go back"), "{path}");
        assert!(answer.body.len() < 2_000);
    }
    // The app's own script asks with the page's query as an argument: nothing is listed, and nothing is everything instead.
    let query = format!("type={}", words(3_000).join(","));
    let fields = [("query", query.as_str())];
    let answer = readonly.call(Method::GET, "/_fn/runs", &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text().contains("\"rows\":[]"), "{}", answer.text());
    // A view cannot be made of what could not be read.
    let fields = [("query", long.as_str()), ("name", "A view")];
    let answer = readonly.call(Method::POST, "/_fn/save_view", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn case_nul_in_cursor_is_the_first_page_and_said() {
    let app = TestApp::new().await;
    let (_, tenant) = run_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    let nul = "%5B%22%5Cu0000%22%2C%22x%22%5D";
    let three = "%5B%22%5Cu0000%22%2C%22a%22%2C%22b%22%5D";
    for path in [
        format!("/admin/tenants/{tenant}/groups?after={nul}"),
        format!("/admin/tenants/{tenant}/inventory?after={three}"),
        format!("/admin/tenants/{tenant}/inventory?after=x"),
        format!("/admin/tenants/{tenant}/groups?after=1.~00.x"),
        format!("/admin/tenants/{tenant}/inventory?after=1.~00.a.b"),
        // Of another list.
        format!("/admin/tenants/{tenant}/inventory?after=1.a.b"),
        format!("/admin/notifications?after=1.-1.{tenant}"),
        format!("/admin/operations?before=1.253402300800000000.{tenant}"),
        // As earlier releases wrote them.
        format!("/admin/operations?after=1764532123000000.{tenant}"),
        "/admin/notifications?after=%5B-300000000000000000%2C%220199f0a4-7c00-7000-8000-000000000001%22%5D".to_owned(),
        "/admin/notifications?after=x".to_owned(),
        "/admin/operations?after=x".to_owned(),
    ] {
        let answer = owner.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text().contains("so this is the first page"), "{path}");
    }
}
