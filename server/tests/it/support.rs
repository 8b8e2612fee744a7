//! A running app without a network: requests go straight into the router.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use chrono::{DateTime, TimeDelta, Utc};
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use ledger::clock::{Clock, ManualClock, SystemClock};
use ledger::{Connect, DatabaseRole, Ledger};
use server::config::WebArgs;
use server::web::{Limits, Web, router, serve};
use sqlx::PgPool;
use test_support::{RunBuilder, TestDatabase};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::proxy::Proxy;

/// The app of one test.
pub(crate) struct TestApp {
    pub(crate) owner: PgPool,
    pub(crate) clock: ManualClock,
    router: Router,
    proxy: Mutex<Proxy>,
}

/// A listener that runs.
pub(crate) struct Listening {
    pub(crate) addr: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) served: JoinHandle<std::io::Result<()>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts a 303 and says where to.
    pub(crate) fn redirects_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text());
        self.headers[LOCATION].to_str().unwrap()
    }

    /// What the browser would send back.
    pub(crate) fn cookie(&self) -> String {
        self.header(SET_COOKIE.as_str()).split(';').next().unwrap().to_owned()
    }
}

/// Somebody's browser.
pub(crate) struct Browser<'a> {
    app: &'a TestApp,
    pub(crate) cookie: String,
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        Self::with(WebArgs::default()).await
    }

    pub(crate) async fn with(args: WebArgs) -> Self {
        let database = TestDatabase::new().await;
        let clock = ManualClock::at(SystemClock.now());
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let mut url = url::Url::parse(&database.web_url()).unwrap();
        let server = (
            url.host_str().unwrap().parse::<IpAddr>().unwrap(),
            url.port().unwrap_or(5432),
        );
        let proxy = Proxy::to(server.into()).await;
        url.set_port(Some(proxy.addr.port())).unwrap();
        let connect = Connect {
            url: url.as_str(),
            role: DatabaseRole::Web,
            max_connections: 4,
            clock: shared,
        };
        let web = Web {
            ledger: Ledger::connect(connect).await.unwrap(),
            settings: Arc::new(args.settings().unwrap()),
        };
        Self {
            owner: database.owner().await,
            clock,
            router: router(web).unwrap(),
            proxy: Mutex::new(proxy),
        }
    }

    /// The app behind a listener of its own, on a port that the system chooses.
    pub(crate) async fn listen(&self, limits: Limits) -> Listening {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(listener, self.router.clone(), limits, stop.clone()));
        Listening { addr, stop, served }
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// The beginning of an answer; its body comes as it is read.
    pub(crate) async fn begin(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.begin(request).await;
        let (parts, body) = response.into_parts();
        // On another thread, where in production a page often ends: what the app made for one thread alone panics there.
        let body = tokio::task::spawn_blocking(move || futures::executor::block_on(to_bytes(body, usize::MAX)));
        let body = body.await.expect("the body broke off").unwrap().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// From now on the database does not answer.
    pub(crate) async fn shut_the_database(&self) {
        self.proxy.lock().await.cut().await;
    }

    /// It answers again.
    pub(crate) async fn open_the_database(&self) {
        self.proxy.lock().await.mend().await;
    }

    /// A browser in which nobody is signed in.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            app: self,
            cookie: String::new(),
        }
    }

    /// A browser in which somebody is signed in.
    pub(crate) async fn signed_in(&self, email: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.sign_in(email, "demo").await;
        assert_eq!(answer.redirects_to(), "/admin/operations", "{email}");
        browser.cookie = answer.cookie();
        browser
    }

    /// A queued run of a tenant that the operator of Northwind started, to be changed and written.
    pub(crate) async fn run(&self, tenant: &str, created_at: DateTime<Utc>) -> RunBuilder {
        let operator = test_support::user(&self.owner, "operator@northwind.example").await;
        let run = test_support::run(&self.owner, tenant, created_at).await;
        run.by(operator.0, "Olga Operator")
    }

    pub(crate) async fn id_of(&self, sql: &'static str) -> uuid::Uuid {
        sqlx::query_scalar(sql).fetch_one(&self.owner).await.unwrap()
    }
}

/// Encodes a form.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

impl Browser<'_> {
    /// A navigation.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, String::new()).await
    }

    /// A form, as a browser without JavaScript sends it.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, form(fields)).await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("email", email), ("password", password)]).await
    }

    /// A navigation whose answer is read piece by piece.
    pub(crate) async fn open(&self, path: &str) -> BodyDataStream {
        let request = Request::get(path)
            .header(ACCEPT, "text/html")
            .header(COOKIE, &self.cookie);
        let response = self.app.router.clone().oneshot(request.body(Body::empty()).unwrap());
        let response = response.await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body().into_data_stream()
    }

    /// A call of a server function, as the app's own script makes it.
    pub(crate) async fn call(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = form(fields);
        if method == Method::GET {
            self.send_as("application/json", method, &format!("{path}?{fields}"), String::new())
                .await
        } else {
            self.send_as("application/json", method, path, fields).await
        }
    }

    async fn send(&self, method: Method, path: &str, body: String) -> Answer {
        self.send_as("text/html,application/xhtml+xml", method, path, body)
            .await
    }

    /// Exactly this, encoded as it is.
    pub(crate) async fn call_raw(&self, accept: &str, method: Method, path: &str, body: String) -> Answer {
        self.send_as(accept, method, path, body).await
    }

    async fn send_as(&self, accept: &str, method: Method, path: &str, body: String) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT, accept)
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("host", "127.0.0.1:3000")
            .header("sec-fetch-site", "same-origin");
        self.app.send(request.body(Body::from(body)).unwrap()).await
    }
}
