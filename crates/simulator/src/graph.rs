//! Graph itself: lists and objects of the registered collections.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query as Pairs, State as Shared};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::collection::{Collection, Version};
use crate::leak;
use crate::problem::{Problem, REQUEST_ID};
use crate::query::Query;
use crate::shape;
use crate::state::State;

type Options = Pairs<Vec<(String, String)>>;

struct Request<'a> {
    version: Version,
    path: &'a str,
    options: &'a [(String, String)],
    headers: &'a HeaderMap,
}

pub(crate) async fn v1(
    shared: Shared<Arc<State>>,
    path: Path<String>,
    options: Options,
    method: Method,
    headers: HeaderMap,
) -> Response {
    serve(&shared, Version::V1, &path, &options, &method, &headers).await
}

pub(crate) async fn beta(
    shared: Shared<Arc<State>>,
    path: Path<String>,
    options: Options,
    method: Method,
    headers: HeaderMap,
) -> Response {
    serve(&shared, Version::Beta, &path, &options, &method, &headers).await
}

async fn serve(
    state: &State,
    version: Version,
    path: &str,
    options: &[(String, String)],
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    state.count_graph_request();
    tokio::time::sleep(state.latency()).await;
    let id = state.fresh_id();
    let request = Request {
        version,
        path,
        options,
        headers,
    };
    let mut response = if method == Method::GET {
        request
            .answer(state)
            .unwrap_or_else(|problem| problem.into_response(id))
    } else {
        Problem::method_not_allowed().into_response(id)
    };
    if let Some(text) = state.leak() {
        response = leak::into(response, &text).await;
    }
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

impl Request<'_> {
    fn answer(&self, state: &State) -> Result<Response, Problem> {
        state.mishap()?;
        let tenant = self.tenant(state)?;
        let (collection, id) = self.target()?;
        if state.faults().deny.contains(&collection) {
            return Err(Problem::denied(collection));
        }
        let query = Query::parse(self.options, collection, self.version).map_err(Problem::bad_request)?;
        let body = match id {
            None => self.list(state, tenant, collection, &query)?,
            Some(id) => self.single(state, tenant, collection, id, &query)?,
        };
        if state.faults().broken_json.contains(&collection) {
            let text = Value::Object(body).to_string();
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            return Ok(([(CONTENT_TYPE, "application/json")], Body::from(half)).into_response());
        }
        Ok(Json(body).into_response())
    }

    fn tenant(&self, state: &State) -> Result<Uuid, Problem> {
        let header = self.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(|| Problem::unauthenticated("Access token is empty."))?;
        let expired = "Lifetime validation failed, the token is expired.";
        state
            .tokens()
            .tenant(token)
            .ok_or_else(|| Problem::unauthenticated(expired))
    }

    /// The collection, and the id if one of its objects is meant.
    fn target(&self) -> Result<(Collection, Option<&str>), Problem> {
        let found = Collection::ALL
            .into_iter()
            .filter(|kind| kind.is_in(self.version))
            .find_map(|kind| match self.path.strip_prefix(kind.path())?.strip_prefix('/') {
                None => (self.path == kind.path()).then_some((kind, None)),
                Some(id) => (!id.is_empty() && !id.contains('/')).then_some((kind, Some(id))),
            });
        found.ok_or_else(|| Problem::unknown_segment(self.path.rsplit('/').next().unwrap_or_default()))
    }

    fn list(
        &self,
        state: &State,
        tenant: Uuid,
        collection: Collection,
        query: &Query,
    ) -> Result<Map<String, Value>, Problem> {
        let root = self.root()?;
        let size = query.top.unwrap_or(state.config.page_size).max(1);
        let total = if collection == Collection::Organization {
            1
        } else {
            state.catalog.len(collection)
        };
        let end = query.offset.saturating_add(size).min(total);
        let object = |index| match collection {
            Collection::Organization => organization(state, tenant),
            _ => state.catalog.nth(tenant, collection, index),
        };
        let value: Vec<_> = (query.offset..end)
            .map(|index| Value::Object(shape::answer(&object(index), collection, self.version, query)))
            .collect();
        let mut body = Map::new();
        body.insert("@odata.context".into(), context(&root, collection, query, "").into());
        if end < total {
            body.insert(
                "@odata.nextLink".into(),
                format!("{root}/{}?{}", collection.path(), query.next(end)).into(),
            );
        }
        body.insert("value".into(), value.into());
        Ok(body)
    }

    fn single(
        &self,
        state: &State,
        tenant: Uuid,
        collection: Collection,
        id: &str,
        query: &Query,
    ) -> Result<Map<String, Value>, Problem> {
        let object = match collection {
            Collection::Organization => Some(organization(state, tenant)).filter(|_| *id == tenant.to_string()),
            _ => state.catalog.find(tenant, collection, id),
        };
        let object = object.ok_or_else(|| Problem::not_found(collection, id))?;
        let mut body = Map::new();
        body.insert(
            "@odata.context".into(),
            context(&self.root()?, collection, query, "/$entity").into(),
        );
        body.append(&mut shape::answer(&object, collection, self.version, query));
        Ok(body)
    }

    /// The address that the client used, up to the version: links lead there, whatever name or port that was.
    fn root(&self) -> Result<String, Problem> {
        let host = self
            .headers
            .get(HOST)
            .and_then(|host| Authority::try_from(host.as_bytes()).ok());
        let host = host.ok_or_else(|| Problem::bad_request("Invalid host header."))?;
        Ok(format!("http://{host}/{}", self.version.as_str()))
    }
}

fn context(root: &str, collection: Collection, query: &Query, suffix: &str) -> String {
    let selected = if query.select.is_empty() {
        String::new()
    } else {
        format!("({})", query.select.join(","))
    };
    format!("{root}/$metadata#{}{selected}{suffix}", collection.path())
}

fn organization(state: &State, tenant: Uuid) -> Map<String, Value> {
    let known = state.config.tenants.iter().find(|own| own.entra_tenant_id == tenant);
    let name = known.map_or("Simulated organization", |own| own.name.as_str());
    let label: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let domain = json!({
        "capabilities": "Email, OfficeCommunicationsOnline",
        "isDefault": true,
        "isInitial": true,
        "name": format!("{label}.onmicrosoft.com"),
        "type": "Managed",
    });
    [
        ("id", json!(tenant)),
        ("displayName", json!(name)),
        ("tenantType", json!("AAD")),
        ("countryLetterCode", json!("DE")),
        ("verifiedDomains", json!([domain])),
        ("createdDateTime", json!("2021-03-04T08:00:00Z")),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect()
}
