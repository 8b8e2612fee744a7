//! A way to the database that can be cut, without cutting that of other tests.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Forwards connections until it is cut, which also breaks those that are open.
pub(crate) struct Proxy {
    pub(crate) addr: SocketAddr,
    to: SocketAddr,
    running: Option<JoinHandle<()>>,
}

impl Proxy {
    pub(crate) async fn to(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        Self {
            addr,
            to,
            running: Some(tokio::spawn(forward(listener, to))),
        }
    }

    pub(crate) async fn cut(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
            let _ = running.await;
        }
    }

    pub(crate) async fn mend(&mut self) {
        let listener = TcpListener::bind(self.addr).await.unwrap();
        self.running = Some(tokio::spawn(forward(listener, self.to)));
    }
}

async fn forward(listener: TcpListener, to: SocketAddr) {
    // Dropped, and with it every connection, when this task is aborted.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((mut near, _)) = listener.accept().await {
        connections.spawn(async move {
            let mut far = TcpStream::connect(to).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
        });
    }
}
