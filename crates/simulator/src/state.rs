//! What a running simulator shares between its requests, and the handle to it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use uuid::Uuid;

use crate::catalog::Catalog;
use crate::config::SimulatorConfig;
use crate::faults::Faults;
use crate::problem::Problem;
use crate::random::Random;
use crate::tokens::Tokens;

/// Keeps the sequence of faults apart from those of the generated objects.
const FAULTS: u64 = 0xfa17;
const IDS: u64 = 0x1d5;

/// The state of a simulator.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) config: SimulatorConfig,
    pub(crate) catalog: Catalog,
    faults: Mutex<Faults>,
    leak: Mutex<Option<String>>,
    tokens: Mutex<Tokens>,
    dice: Mutex<Random>,
    ids: Mutex<Random>,
    graph_requests: AtomicU64,
    token_requests: AtomicU64,
}

impl State {
    pub(crate) fn new(config: SimulatorConfig, catalog: Catalog) -> Self {
        Self {
            catalog,
            faults: Mutex::new(config.faults.clone()),
            leak: Mutex::default(),
            tokens: Mutex::default(),
            dice: Mutex::new(Random::at(config.seed, &[FAULTS])),
            ids: Mutex::new(Random::at(config.seed, &[IDS])),
            graph_requests: AtomicU64::new(0),
            token_requests: AtomicU64::new(0),
            config,
        }
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// What every answer repeats at present.
    pub(crate) fn leak(&self) -> Option<String> {
        lock(&self.leak).clone()
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        lock(&self.tokens)
    }

    pub(crate) fn count_graph_request(&self) {
        self.graph_requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_token_request(&self) {
        self.token_requests.fetch_add(1, Ordering::Relaxed);
    }

    /// An id that no other request has.
    pub(crate) fn fresh_id(&self) -> Uuid {
        let mut ids = lock(&self.ids);
        Uuid::from_u64_pair(ids.next(), ids.next())
    }

    /// How long this answer takes.
    pub(crate) fn latency(&self) -> Duration {
        let latency = self.faults().latency;
        latency.mul_f64(0.5 + lock(&self.dice).share())
    }

    /// What goes wrong with a request of Graph before anybody looks at it.
    pub(crate) fn mishap(&self) -> Result<(), Problem> {
        let mut faults = self.faults();
        let wait = faults.retry_after;
        if faults.outage {
            return Err(Problem::server_error(StatusCode::SERVICE_UNAVAILABLE, wait));
        }
        if faults.throttle_next > 0 {
            faults.throttle_next -= 1;
            return Err(Problem::throttled(wait));
        }
        if faults.errors_next > 0 {
            faults.errors_next -= 1;
            return Err(Problem::server_error(StatusCode::SERVICE_UNAVAILABLE, wait));
        }
        let mut dice = lock(&self.dice);
        if dice.share() < faults.throttle {
            return Err(Problem::throttled(wait));
        }
        if dice.share() < faults.errors {
            let status = [
                StatusCode::INTERNAL_SERVER_ERROR,
                StatusCode::BAD_GATEWAY,
                StatusCode::SERVICE_UNAVAILABLE,
                StatusCode::GATEWAY_TIMEOUT,
            ];
            return Err(Problem::server_error(
                dice.pick(&status).copied().unwrap_or_default(),
                wait,
            ));
        }
        Ok(())
    }
}

/// A panic while a lock was held leaves nothing half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches and changes a simulator while it runs.
#[derive(Debug, Clone)]
pub struct SimulatorHandle {
    pub(crate) state: Arc<State>,
}

impl SimulatorHandle {
    /// What goes wrong at present.
    pub fn faults(&self) -> Faults {
        self.state.faults().clone()
    }

    /// Replaces what goes wrong, from the next request on.
    pub fn set_faults(&self, faults: Faults) {
        *self.state.faults() = faults;
    }

    /// From the next request on, error answers, headers and names repeat a text, such as a secret that has no business there.
    pub fn leak(&self, text: Option<String>) {
        *lock(&self.state.leak) = text;
    }

    /// How many requests Graph has got, whatever the answers were.
    pub fn graph_requests(&self) -> u64 {
        self.state.graph_requests.load(Ordering::Relaxed)
    }

    /// How many requests the sign-in has got, whatever the answers were.
    pub fn token_requests(&self) -> u64 {
        self.state.token_requests.load(Ordering::Relaxed)
    }

    /// Makes every token that was handed out worthless.
    pub fn revoke_tokens(&self) {
        self.state.tokens().revoke();
    }
}
