//! Everything between a browser and the app.

mod address;
mod body;
mod budget;
mod bundle;
mod canonical;
mod cookies;
mod documents;
mod export;
mod functions;
mod gate;
mod health;
mod next;
pub mod pages;
mod preferences;
mod request_id;
mod said;
mod security;
mod serve;
mod session;
mod sign_in;
mod static_files;
mod turns;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::preference::{Density, Theme};
use app::routes;
use axum::extract::{FromRef, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Router, extract};
use ledger::Ledger;
use leptos::config::LeptosOptions;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::CsrfLayer;
use tower_http::trace::TraceLayer;

use self::budget::Budget;
use self::bundle::Bundle;
pub use self::serve::{Limits, serve};
use crate::config::{ConfigError, WebSettings};

/// Where somebody signed in begins.
pub(crate) const HOME: &str = routes::Hub::link();

/// What answers requests.
#[derive(Debug, Clone)]
pub struct Web {
    /// The database, as the role of the web.
    pub ledger: Ledger,
    /// How the process was set up.
    pub settings: Arc<WebSettings>,
}

impl FromRef<Web> for LeptosOptions {
    fn from_ref(web: &Web) -> Self {
        pages::options(&web.settings)
    }
}

/// The whole way of a request: first the layers from top to bottom, then a route.
pub fn router(web: Web) -> Result<Router, ConfigError> {
    let budget = Budget::new();
    let bundle = Bundle::read(&web.settings.site_root);
    let layers = ServiceBuilder::new()
        .layer(from_fn(request_id::assign))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(request_id::span)
                .on_failure(request_id::failed),
        )
        .layer(from_fn(security::headers))
        .layer(CatchPanicLayer::custom(documents::panicked))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn(budget::bound))
        .layer(csrf(&web.settings)?)
        .layer(from_fn(canonical::without_slash))
        .layer(from_fn(body::limit))
        .layer(from_fn(said::sign_and_check))
        .layer(from_fn_with_state(web.clone(), functions::guard))
        .layer(from_fn_with_state((web.clone(), budget.clone()), session::establish))
        .layer(from_fn_with_state(web.clone(), gate::admit))
        .layer(from_fn_with_state((web.clone(), budget), budget::spend));
    let routes = Router::new()
        .route(routes::Root::PATTERN, get(home))
        .route(routes::Admin::PATTERN, get(home))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(static_files::router(&bundle))
        .route("/favicon.svg", get(static_files::icon))
        .route(routes::SignIn::PATTERN, post(sign_in::sign_in))
        .route("/session/sign-out", post(session::sign_out))
        .route("/session/sign-out-everywhere", post(session::sign_out_everywhere))
        .route("/session/workspace", post(session::switch_workspace))
        .route("/preferences/theme", post(preferences::keep::<Theme>))
        .route("/preferences/density", post(preferences::keep::<Density>))
        .route(routes::ExportCsv::PATTERN, get(export::csv))
        .route(routes::ExportJsonl::PATTERN, get(export::jsonl));
    Ok(pages::attach(routes, &web, bundle)
        .fallback(unknown)
        .with_state(web)
        .layer(layers))
}

/// Refuses what other sites make a browser send. The public address is named, because a proxy may not pass on `Host`.
fn csrf(settings: &WebSettings) -> Result<CsrfLayer<documents::CrossSite>, ConfigError> {
    let origin = settings.public_url.origin().ascii_serialization();
    let layer = CsrfLayer::new()
        .add_trusted_origin(&origin)
        .map_err(|_| ConfigError::new("PUBLIC_URL", "an address such as https://operations.example.com"))?;
    Ok(layer.with_rejection_response(documents::CrossSite))
}

async fn home() -> Redirect {
    Redirect::to(HOME)
}

/// Whatever is not there. Below `/admin` it is the same document as for what is there and not yours (R11); elsewhere it is
/// mostly scanners that ask, and costs nothing.
async fn unknown(request: Request) -> axum::response::Response {
    if routes::is_admin(request.uri().path()) {
        documents::not_found()
    } else {
        documents::nothing_here()
    }
}

/// Removes what is long over (sessions, throttling, drafts), now and then, for as long as the process lives.
pub async fn sweep(ledger: Ledger, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(Duration::from_hours(1));
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = ledger::sessions::sweep(&ledger).await {
            tracing::warn!(%error, "ended sessions could not be removed");
        }
    }
}

/// Who is at the other end of the connection, where that is known: tests have no connection.
type Peer = Option<extract::Extension<extract::ConnectInfo<SocketAddr>>>;
