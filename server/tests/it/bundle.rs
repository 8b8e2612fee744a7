//! The files for browsers: what each page has fetched with it, how long they are kept, and that those of two builds never meet.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use app::lazy::LazyPage;
use axum::body::Body;
use http::header::ACCEPT_ENCODING;
use http::{Request, StatusCode};
use server::config::WebArgs;

use crate::entries::{ELSEWHERE, pages_of, things_of_contoso};
use crate::support::{Answer, TestApp};

/// A folder as cargo-leptos leaves it, with as much in it as these tests ask for. Each page has two parts, one of them shared.
struct Site(PathBuf);

impl Site {
    fn new(main: &str) -> Self {
        let root = std::env::temp_dir().join(format!("tenantatlas-site-{:016x}", rand::random::<u64>()));
        let folder = root.join("pkg");
        fs::create_dir_all(&folder).unwrap();
        let mut manifest = serde_json::Map::new();
        for page in LazyPage::ALL {
            let parts = ["chunk_1".to_owned(), format!("split_{}", page.name())];
            for part in &parts {
                fs::write(folder.join(format!("{part}.wasm")), format!("the wasm of {part}")).unwrap();
            }
            manifest.insert(page.name().to_owned(), parts.to_vec().into());
        }
        let manifest = serde_json::to_string(&manifest).unwrap();
        for (name, text) in [
            ("__wasm_split_manifest.json", manifest.as_str()),
            ("__wasm_split.______________________.js", "export {}"),
            ("tenantatlas.css", "body {}"),
            ("tenantatlas.js", "export {}"),
            ("tenantatlas.wasm", main),
            ("tenantatlas.wasm.br", "as brotli"),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        Self(root)
    }

    async fn app(&self) -> TestApp {
        TestApp::with(WebArgs {
            site_root: Some(self.0.clone()),
            ..WebArgs::default()
        })
        .await
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What the `<link>`s of a kind lead to.
fn links(page: &Answer, rel: &str) -> BTreeSet<String> {
    let text = page.text();
    let links = text.split("<link ").skip(1).filter_map(|rest| rest.split('>').next());
    links
        .filter(|link| link.contains(&format!("rel=\"{rel}\"")))
        .filter_map(|link| Some(link.split("href=\"").nth(1)?.split('"').next()?.to_owned()))
        .collect()
}

/// Where the files of a build are.
async fn folder(app: &TestApp) -> String {
    let page = app.browser().get("/sign-in").await;
    let style = links(&page, "stylesheet").pop_first().unwrap();
    style.strip_suffix("/tenantatlas.css").unwrap().to_owned()
}

async fn fetch(app: &TestApp, path: &str) -> Answer {
    let request = Request::get(path).header(ACCEPT_ENCODING, "br");
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_page_names_its_own_code_and_no_other() {
    let site = Site::new("main");
    let app = site.app().await;
    let folder = folder(&app).await;
    let things = things_of_contoso(&app).await;
    let owner = app.signed_in("owner@northwind.example").await;
    let outsider = app.browser();
    let outsider_cookie = app.browser().sign_in("outsider@nowhere.example", "demo").await.cookie();
    let mut pages = vec![("/admin/no-access".to_owned(), outsider_cookie)];
    pages.extend(
        (pages_of(&things).into_iter())
            .filter(|entry| !entry.path.starts_with("/admin/operations/export."))
            .map(|entry| (entry.path, owner.cookie.clone())),
    );
    let mut seen = Vec::new();
    for (path, cookie) in pages {
        let mut browser = app.browser();
        browser.cookie = cookie;
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let page = LazyPage::at(&path).unwrap_or_else(|| panic!("{path} has no code of its own"));
        seen.push(page);
        let parts =
            ["tenantatlas", "chunk_1", &format!("split_{}", page.name())].map(|part| format!("{folder}/{part}.wasm"));
        assert_eq!(links(&answer, "preload"), parts.into(), "{path}");
        let scripts =
            ["tenantatlas", "__wasm_split.______________________"].map(|script| format!("{folder}/{script}.js"));
        assert_eq!(links(&answer, "modulepreload"), scripts.into(), "{path}");
    }
    for page in LazyPage::ALL {
        assert!(seen.contains(page), "{page:?} was not asked for");
    }
    // What everybody loads, and nothing else.
    assert!(ELSEWHERE.contains(&"/sign-in"));
    let sign_in = outsider.get("/sign-in").await;
    assert_eq!(
        links(&sign_in, "preload"),
        [format!("{folder}/tenantatlas.wasm")].into()
    );
}

#[tokio::test]
async fn what_a_build_names_is_kept_for_ever_and_compressed_beforehand() {
    let site = Site::new("main");
    let app = site.app().await;
    let folder = folder(&app).await;
    let wasm = fetch(&app, &format!("{folder}/tenantatlas.wasm")).await;
    assert_eq!(wasm.status, StatusCode::OK);
    assert_eq!(wasm.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(wasm.header("content-type"), "application/wasm");
    assert_eq!(
        (wasm.header("content-encoding"), wasm.text().as_str()),
        ("br", "as brotli")
    );
    let part = fetch(&app, &format!("{folder}/split_hub.wasm")).await;
    assert_eq!(part.header("cache-control"), "public, max-age=31536000, immutable");
    // The style of documents that know of no build is asked for each time.
    let style = fetch(&app, "/pkg/tenantatlas.css").await;
    assert_eq!(
        (style.status, style.header("cache-control")),
        (StatusCode::OK, "no-cache")
    );
}

#[tokio::test]
async fn parts_of_another_build_are_not_there() {
    let (site, other) = (Site::new("main"), Site::new("main, changed"));
    let (app, successor) = (site.app().await, other.app().await);
    let before = folder(&app).await;
    assert_ne!(before, folder(&successor).await, "the name tells the builds apart");
    for name in ["tenantatlas.wasm", "split_hub.wasm", "chunk_1.wasm"] {
        for path in [format!("{before}/{name}"), format!("/pkg/{name}")] {
            let answer = fetch(&successor, &path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            // The next deploy may bring it back.
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn c10_a_file_that_can_not_be_is_not_there() {
    let site = Site::new("main");
    let app = site.app().await;
    let folder = folder(&app).await;
    let long = "a".repeat(300);
    for name in [
        long.as_str(),
        "%00",
        "a%00.js",
        "%ff",
        "..%2f..%2fCargo.toml",
        "../../Cargo.toml",
        "nothing.js",
        "",
    ] {
        for folder in [folder.as_str(), "/pkg"] {
            let status = app.browser().get(&format!("{folder}/{name}")).await.status;
            assert_eq!(status, StatusCode::NOT_FOUND, "{folder}/{name}");
        }
    }
}
