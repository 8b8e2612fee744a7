//! A Microsoft that answers what a test tells it to, byte by byte, over HTTP.
#![expect(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "a script reads as a table: values in, answers out"
)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

/// A request, as the test is told of it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The collection's own name: the last part of the path; `token` for the sign-in.
    pub(crate) what: String,
    /// The page token, if the request has one.
    pub(crate) token: Option<String>,
    /// How often exactly this was asked for, this time included.
    pub(crate) time: u32,
    /// The address without its query.
    pub(crate) address: String,
}

impl Asked {
    /// What the request is for.
    pub(crate) fn is(&self, what: &str, token: Option<&str>) -> bool {
        self.what == what && self.token.as_deref() == token
    }

    /// A link to another page of the same.
    pub(crate) fn link(&self, token: &str) -> String {
        format!("{}?$skiptoken={token}", self.address)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    body: Vec<u8>,
}

/// 200 with JSON.
pub(crate) fn ok(body: Value) -> Option<Reply> {
    raw(200, body.to_string())
}

/// Any status with JSON.
pub(crate) fn answer(status: u16, body: Value) -> Option<Reply> {
    raw(status, body.to_string())
}

/// Exactly these bytes.
pub(crate) fn raw(status: u16, body: impl Into<Vec<u8>>) -> Option<Reply> {
    let body = body.into();
    Some(Reply { status, body })
}

/// A page of objects without a next one.
pub(crate) fn page(objects: Value) -> Option<Reply> {
    ok(json!({ "value": objects }))
}

/// So many policies.
pub(crate) fn policies(count: usize) -> Value {
    let policy = |n: usize| json!({ "id": format!("p-{n}"), "displayName": format!("Policy {n}"), "name": format!("Policy {n}") });
    (1..=count).map(policy).collect()
}

/// The groups of these numbers.
pub(crate) fn groups(numbers: std::ops::Range<usize>) -> Value {
    numbers
        .map(|n| group(&format!("g-{n:03}"), &format!("Group {n}")))
        .collect()
}

/// A group.
pub(crate) fn group(id: &str, name: &str) -> Value {
    json!({ "id": id, "displayName": name, "securityEnabled": true, "mailEnabled": false, "groupTypes": [] })
}

/// The server.
#[derive(Debug, Clone)]
pub(crate) struct Scripted {
    /// Where it is.
    pub(crate) url: Url,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Answers as told; with a token, and with an empty collection, where nothing is told.
    pub(crate) async fn new(script: impl Fn(&Asked) -> Option<Reply> + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let scripted = Self {
            url,
            asked: Arc::default(),
        };
        let (base, times) = (scripted.clone(), Arc::new(Mutex::new(HashMap::new())));
        let handler = move |request: Request| {
            let reply = script(&base.note(&request, &times));
            async move { reply_of(reply, request.uri().path()) }
        };
        let routes = Router::new().fallback(handler);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        scripted
    }

    fn note(&self, request: &Request, times: &Mutex<HashMap<String, u32>>) -> Asked {
        let uri = request.uri();
        let what = uri.path().rsplit('/').next().unwrap_or_default().to_owned();
        let token = uri.query().and_then(|query| {
            let mut parts = query.split('&');
            parts.find_map(|part| part.strip_prefix("$skiptoken="))
        });
        let token = token.map(str::to_owned);
        self.asked.lock().unwrap().push(what.clone());
        let mut times = times.lock().unwrap();
        let time = times.entry(format!("{what}?{token:?}")).or_insert(0);
        *time += 1;
        Asked {
            what,
            token,
            time: *time,
            address: self.url.join(uri.path()).unwrap().to_string(),
        }
    }

    /// How often something was asked for.
    pub(crate) fn times(&self, what: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == what).count()
    }
}

fn reply_of(reply: Option<Reply>, path: &str) -> Response {
    let reply = reply.or_else(|| {
        if path.ends_with("/token") {
            ok(json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": "t0ken" }))
        } else {
            page(json!([]))
        }
    });
    let Reply { status, body } = reply.unwrap();
    (StatusCode::from_u16(status).unwrap(), Body::from(body)).into_response()
}
