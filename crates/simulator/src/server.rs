//! The simulator as a server.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get, post};
use tokio::net::TcpListener;

use crate::catalog::Catalog;
use crate::config::SimulatorConfig;
use crate::control;
use crate::fixtures::{self, FixtureError, Fixtures};
use crate::generate::Generator;
use crate::graph;
use crate::login;
use crate::problem::Problem;
use crate::state::{SimulatorHandle, State};

/// A simulator with its data loaded, not yet listening.
#[derive(Debug)]
pub struct Simulator {
    state: Arc<State>,
}

impl Simulator {
    /// Reads the fixtures.
    pub fn new(config: SimulatorConfig) -> Result<Self, FixtureError> {
        let fixtures = config
            .fixtures
            .as_deref()
            .map_or_else(|| Ok(Fixtures::new()), fixtures::read)?;
        let generator = Generator::new(config.seed, config.policies, config.groups);
        let catalog = Catalog { fixtures, generator };
        Ok(Self {
            state: Arc::new(State::new(config, catalog)),
        })
    }

    /// For watching and changing it while it runs.
    pub fn handle(&self) -> SimulatorHandle {
        SimulatorHandle {
            state: Arc::clone(&self.state),
        }
    }

    /// Answers requests until `shutdown` ends, then those under way.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let address = listener.local_addr()?;
        // It accepts any credentials and lets anybody change its faults.
        if !address.ip().is_loopback() {
            let message = format!("the simulator listens on loopback only, not on {address}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        axum::serve(listener, router(self.state))
            .with_graceful_shutdown(shutdown)
            .await
    }
}

/// Loads and serves a simulator that nobody needs a handle to.
pub async fn serve(
    listener: TcpListener,
    config: SimulatorConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    Simulator::new(config)
        .map_err(io::Error::other)?
        .serve(listener, shutdown)
        .await
}

fn router(state: Arc<State>) -> Router {
    let unknown = Arc::clone(&state);
    Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(login::token))
        .route("/v1.0/{*path}", any(graph::v1))
        .route("/beta/{*path}", any(graph::beta))
        .route("/_simulator/faults", get(control::faults).put(control::set_faults))
        .route("/_simulator/requests", get(control::requests))
        .fallback(move || async move { Problem::unknown_segment("").into_response(unknown.fresh_id()) })
        .with_state(state)
}
