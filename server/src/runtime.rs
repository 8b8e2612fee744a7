//! What the commands start.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use graph::GraphClient;
use ledger::clock::{Clock, DatabaseClock, SystemClock};
use ledger::{Connect, DatabaseRole, Ledger};
use simulator::{SimulatedTenant, Simulator, SimulatorConfig};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::{ConfigError, GraphSettings, Secret, WebSettings};
use crate::web::{self, Web};

/// How long a process waits at its start for a database that does not answer.
const DATABASE_PATIENCE: Duration = Duration::from_mins(1);
/// The pool of the web. Requests hold a connection for a millisecond or two, so few serve many.
const WEB_CONNECTIONS: u32 = 16;
/// The pool of a worker: one for each run that it executes, and some for its books.
const WORKER_CONNECTIONS: u32 = 16;

/// The application that the demo's worker signs in to the simulator as.
const DEMO_CLIENT: &str = "demo-worker";
const DEMO_SECRET: &str = "demo-secret-of-the-simulator";

/// The machine's clock.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// A socket to listen on. Taken before anything that takes time, so that a port in use is said at once.
pub async fn listen(name: &'static str, addr: std::net::SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(addr).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow!("{name}: {addr} is in use by another process; stop it, or choose another port, such as {name}=127.0.0.1:{}", addr.port().wrapping_add(1000))
        }
        std::io::ErrorKind::AddrNotAvailable => anyhow!("{name}: {addr} is not an address of this machine"),
        std::io::ErrorKind::PermissionDenied => anyhow!("{name}: {addr} needs more rights; choose a port above 1023"),
        _ => anyhow!("{name}: cannot listen on {addr}: {error}"),
    })
}

/// The ledger, once the database answers. One that is down is waited for; one that refuses is not, it would refuse again.
pub async fn connect(name: &'static str, url: &Secret, role: DatabaseRole) -> Result<Ledger> {
    let max_connections = if role == DatabaseRole::Web {
        WEB_CONNECTIONS
    } else {
        WORKER_CONNECTIONS
    };
    let ledger = Ledger::new(Connect {
        url: url.expose(),
        role,
        max_connections,
        clock: Arc::new(DatabaseClock::over(clock())),
    })
    .map_err(|_| {
        ConfigError::new(
            name,
            "a PostgreSQL URL such as postgres://user:password@host:5432/database",
        )
    })?;
    patiently(name, || ledger.verify()).await?;
    if let Some(wrong) = ledger.clock_is_wrong() {
        tracing::warn!("{wrong}");
    }
    // For the life of the process.
    tokio::spawn(ledger.clone().keep_time());
    Ok(ledger)
}

/// Brings the database to what this release needs, as its owner.
pub async fn migrate(url: &Secret) -> Result<()> {
    patiently("DATABASE_URL", || async {
        ledger::migrate::run(url.expose(), &clock()).await
    })
    .await
}

/// Tries until the database answers, saying that it waits; gives up after [`DATABASE_PATIENCE`].
async fn patiently<F, Fut>(name: &'static str, attempt: F) -> Result<()>
where
    F: Fn() -> Fut,
    Fut: Future<Output = ledger::Result<()>>,
{
    let deadline = tokio::time::Instant::now() + DATABASE_PATIENCE;
    let mut pause = Duration::from_millis(250);
    loop {
        match attempt().await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_unavailable() && tokio::time::Instant::now() + pause < deadline => {
                tracing::warn!(
                    "{name}: the database does not answer; trying again in {} ms",
                    pause.as_millis()
                );
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
            Err(error) => return Err(error).context(name),
        }
    }
}

/// The web, on a socket that is already there.
pub async fn serve_web(
    listener: TcpListener,
    ledger: Ledger,
    settings: WebSettings,
    stop: CancellationToken,
) -> Result<()> {
    let limits = web::Limits {
        proxies: settings.trusted_proxies.clone(),
        ..web::Limits::default()
    };
    let router = web::router(Web {
        ledger: ledger.clone(),
        settings: Arc::new(settings),
    })?;
    let sweeping = tokio::spawn(web::sweep(ledger, stop.clone()));
    let served = web::serve(listener, router, limits, stop).await;
    sweeping.abort();
    served.context("the listener failed")
}

pub async fn work(
    ledger: Ledger,
    graph: GraphSettings,
    settings: worker::Settings,
    registry: worker::Registry,
    stop: CancellationToken,
) -> Result<()> {
    let client = GraphClient::new(graph.config)?;
    // Unique for the life of the process, and readable in the heartbeat table.
    let name = format!("{}-{:08x}", std::process::id(), rand::random::<u32>());
    let worker = worker::job_loop::Worker {
        ledger,
        graph: client,
        credentials: graph.credentials,
        settings,
        registry,
    };
    worker::job_loop::run(worker, name, stop).await?;
    Ok(())
}

/// A scheduler of the schedules that start these operations.
pub async fn schedule(ledger: Ledger, registry: &worker::Registry, stop: CancellationToken) -> Result<()> {
    worker::scheduler::run(ledger.with_operations(registry.operations()), stop).await;
    Ok(())
}

/// The simulator of the demo: its tenants, hundreds of policies, and just enough trouble to see what the product does with it.
pub fn demo_simulator() -> Result<Simulator> {
    let tenants = demo::TENANTS
        .iter()
        .map(|tenant| SimulatedTenant {
            entra_tenant_id: tenant.entra,
            name: tenant.name.to_owned(),
            client_id: DEMO_CLIENT.to_owned(),
            client_secret: DEMO_SECRET.to_owned(),
        })
        .collect();
    let faults = "latency=120ms,throttle=0.02,retry-after=2".parse()?;
    let config = SimulatorConfig {
        policies: 340,
        groups: 40,
        tenants,
        faults,
        page_size: 20,
        ..SimulatorConfig::default()
    };
    Ok(Simulator::new(config)?)
}

/// How the demo's worker reaches a simulator.
pub fn demo_graph(base_url: url::Url, login_url: url::Url) -> GraphSettings {
    GraphSettings {
        config: graph::GraphConfig::new(base_url, login_url),
        credentials: graph::Credentials {
            client_id: DEMO_CLIENT.to_owned(),
            client_secret: Secret::new(DEMO_SECRET),
        },
    }
}
