//! The listener. What a client can hold open, and for how long, is bounded here: axum's own leaves the timers out.
//!
//! A connection is *waiting* until the head of a request has come and again once its answer is written; until then it is *busy*.
//! A waiting one may be closed at any time, as far as HTTP is concerned, and is: after a while, to make room, or when the process
//! stops. A busy one is closed when its client does not take what it asked for, and when a stop has been waited for long enough.

mod body;
mod stream;
mod table;

use std::convert::Infallible;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use self::body::Watched;
use self::stream::Timed;
use self::table::{Entry, Table};

/// What clients may hold open.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections in all. Below the 1,024 files that a process may have open by default.
    pub connections: usize,
    /// Connections from one address, or from one /64 of IPv6.
    pub per_address: usize,
    /// Addresses of proxies, behind which there are many.
    pub proxies: Vec<IpNet>,
    /// How long the head of a request may take, from its first byte; and how long a new connection may say nothing.
    pub head: Duration,
    /// How long a connection may be kept for another request.
    pub idle: Duration,
    /// How long a client may take nothing of an answer.
    pub stall: Duration,
    /// How long a stop waits for what is under way.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 900,
            per_address: 600,
            proxies: Vec::new(),
            head: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            stall: Duration::from_secs(20),
            stop: Duration::from_secs(8),
        }
    }
}

/// Said to whoever connects while there is no room.
const NO_ROOM: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// How long nothing is accepted after the system had no file to spare.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until `stop` is cancelled, then finishes the requests under way, for as long as `limits` lets it.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) -> io::Result<()> {
    let limits = Arc::new(limits);
    let table = Arc::new(Table::new(Arc::clone(&limits), stop.clone()));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match table.admit(peer.ip()) {
                Some(entry) => {
                    let router = router.clone();
                    connections.spawn(connection(stream, peer, router, Arc::clone(&limits), entry));
                }
                None => refuse(stream),
            },
            // The client's own doing, and over.
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted");
                table.make_room();
                stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
            }
        }
    }
    drop(listener);
    let finished = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.stop, finished).await.is_err() {
        tracing::warn!(connections = connections.len(), "requests were cut off by the stop");
        connections.shutdown().await;
    }
    Ok(())
}

fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

/// Says why, if that costs nothing, and closes.
fn refuse(stream: TcpStream) {
    if let Ok(mut stream) = stream.into_std() {
        drop(stream.write(NO_ROOM));
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, limits: Arc<Limits>, entry: Arc<Entry>) {
    // Answers are small and whole: waiting for more to send with them only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps Nagle's algorithm");
    }
    let stream = Timed::new(stream, Arc::clone(entry.activity()), limits.head, limits.stall);
    let activity = Arc::clone(entry.activity());
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let busy = activity.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request);
        async move {
            let response = answer.await.unwrap_or_else(|never: Infallible| match never {});
            Ok::<_, Infallible>(response.map(|body| Watched::new(body, busy)))
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .serve_connection(TokioIo::new(stream), service);
    let mut served = pin!(served);
    let mut closing = false;
    loop {
        tokio::select! {
            ended = served.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke off");
                }
                return;
            }
            () = entry.told_to_close(), if !closing => {
                if entry.activity().is_waiting() {
                    return;
                }
                closing = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}
