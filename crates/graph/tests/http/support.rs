//! A simulator or a server of a test on a free port, and clients that wait milliseconds where production waits minutes.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use domain::id::EntraTenantId;
use domain::reason::ReasonCode;
use domain::secret::Secret;
use graph::{Contract, Credentials, GraphClient, GraphConfig, GraphError, Object, Observer, Oddity, RetryPolicy};
use simulator::{SimulatedTenant, Simulator, SimulatorConfig, SimulatorHandle};
use tokio::net::TcpListener;
use uuid::Uuid;

pub(crate) const TENANT: EntraTenantId = EntraTenantId(Uuid::from_u128(0x8c1f_0b55_1a2b_4c3d_8e4f_0000_0000_0001));
pub(crate) const SECRET: &str = "s3cret~value";

pub(crate) struct Setup {
    pub(crate) client: GraphClient,
    pub(crate) simulator: SimulatorHandle,
}

pub(crate) fn credentials(secret: &str) -> Credentials {
    Credentials {
        client_id: "app".into(),
        client_secret: Secret::new(secret),
    }
}

pub(crate) fn impatient(url: &str) -> GraphConfig {
    let retry = RetryPolicy {
        attempts: NonZeroU32::new(4).unwrap(),
        base: Duration::from_millis(2),
        max_delay: Duration::from_millis(10),
        max_retry_after: Duration::from_millis(20),
    };
    GraphConfig {
        retry,
        ..GraphConfig::new(url.parse().unwrap(), url.parse().unwrap())
    }
}

/// A simulator with one tenant, which nothing is wrong with yet.
pub(crate) async fn simulator(config: SimulatorConfig) -> (String, SimulatorHandle) {
    let tenant = SimulatedTenant {
        entra_tenant_id: TENANT.0,
        name: "Contoso".into(),
        client_id: "app".into(),
        client_secret: SECRET.into(),
    };
    let simulator = Simulator::new(SimulatorConfig {
        tenants: vec![tenant],
        ..config
    })
    .unwrap();
    let handle = simulator.handle();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(simulator.serve(listener, std::future::pending()));
    (url, handle)
}

pub(crate) async fn setup(config: SimulatorConfig) -> Setup {
    let (url, simulator) = simulator(config).await;
    Setup {
        client: GraphClient::new(impatient(&url)).unwrap(),
        simulator,
    }
}

pub(crate) async fn some_groups(faults: &str) -> Setup {
    setup(SimulatorConfig {
        groups: 3,
        faults: faults.parse().unwrap(),
        ..SimulatorConfig::default()
    })
    .await
}

impl Setup {
    pub(crate) async fn all(&self, contract: Contract) -> Result<Vec<Object>, GraphError> {
        all(&self.client, contract, ()).await
    }
}

pub(crate) async fn all(
    client: &GraphClient,
    contract: Contract,
    observer: impl Observer,
) -> Result<Vec<Object>, GraphError> {
    let mut pages = client.list(TENANT, &credentials(SECRET), contract, observer);
    let mut objects = Vec::new();
    while let Some(mut page) = pages.next().await? {
        objects.append(&mut page.objects);
    }
    Ok(objects)
}

/// A server of the test's own, which hands out tokens to everybody.
pub(crate) async fn server(routes: Router) -> String {
    let token = || async { r#"{"token_type":"Bearer","expires_in":3599,"access_token":"t0ken"}"# };
    let routes = routes.route("/{tenant}/oauth2/v2.0/token", post(token));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

/// Writes down what it is told.
#[derive(Debug, Default, Clone)]
pub(crate) struct Recorder(Arc<Mutex<Vec<Event>>>, Arc<Mutex<Vec<(Contract, Oddity)>>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Waiting(ReasonCode, Duration),
    Resumed,
}

impl Recorder {
    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn oddities(&self) -> Vec<(Contract, Oddity)> {
        self.1.lock().unwrap().clone()
    }

    /// The waits, each of which must have ended.
    pub(crate) fn waits(&self) -> Vec<(ReasonCode, Duration)> {
        let events = self.events();
        let pairs = events.chunks(2).map(|pair| match pair {
            [Event::Waiting(reason, delay), Event::Resumed] => (*reason, *delay),
            other => panic!("{other:?}"),
        });
        pairs.collect()
    }
}

impl Observer for Recorder {
    async fn waiting(&self, reason: ReasonCode, delay: Duration) {
        self.0.lock().unwrap().push(Event::Waiting(reason, delay));
    }
    async fn resumed(&self) {
        self.0.lock().unwrap().push(Event::Resumed);
    }
    async fn noticed(&self, contract: Contract, oddity: Oddity) {
        self.1.lock().unwrap().push((contract, oddity));
    }
}
