//! No request stops others: slow and greedy clients beside ordinary ones, on a real listener.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use server::web::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::TestApp;

/// Ordinary clients, and how often each asks.
const ORDINARY: usize = 20;
const ROUNDS: usize = 5;
/// The others of each kind. Both ends of all connections are in this process, which may have 1,024 files open.
const OTHERS: usize = 120;

fn request(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1:3000\r\naccept: text/html\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n").into_bytes()
}

/// How long an answer took; if it was none, what there was instead.
async fn ask(addr: SocketAddr, request: &[u8]) -> Result<Duration, String> {
    let began = Instant::now();
    let mut said = Vec::new();
    let exchange = async {
        let mut stream = TcpStream::connect(addr).await?;
        stream.write_all(request).await?;
        stream.read_to_end(&mut said).await
    };
    exchange.await.map_err(|error| error.to_string())?;
    let head = String::from_utf8_lossy(&said[..said.len().min(15)]).into_owned();
    if head.starts_with("HTTP/1.1 200") {
        Ok(began.elapsed())
    } else {
        Err(head)
    }
}

/// The 95th percentile of what ordinary clients wait. All of them get their answers.
async fn ordinary(addr: SocketAddr, cookies: &[String]) -> Duration {
    let mut clients = JoinSet::new();
    for number in 0..ORDINARY {
        let request = request("/admin/operations", &cookies[number % cookies.len()]);
        clients.spawn(async move {
            let mut waits = Vec::new();
            for _ in 0..ROUNDS {
                waits.push(ask(addr, &request).await);
            }
            waits
        });
    }
    let waits = clients.join_all().await.concat();
    let failed: Vec<&String> = waits.iter().filter_map(|wait| wait.as_ref().err()).collect();
    assert!(
        failed.is_empty(),
        "{} ordinary clients got no answer: {failed:?}",
        failed.len()
    );
    let mut waits: Vec<Duration> = waits.into_iter().flatten().collect();
    waits.sort_unstable();
    waits[waits.len() * 95 / 100 - 1]
}

#[tokio::test(flavor = "multi_thread")]
async fn r22_slow_and_greedy_clients_do_not_stop_ordinary_ones() {
    let app = TestApp::new().await;
    let mut cookies = Vec::new();
    for email in [
        "owner@northwind.example",
        "manager@northwind.example",
        "operator@northwind.example",
    ] {
        cookies.push(app.signed_in(email).await.cookie);
    }
    let greedy = app.signed_in("readonly@northwind.example").await.cookie;
    let listening = app.listen(Limits::default()).await;
    let addr = listening.addr;
    // Once for what is made at the first time.
    ordinary(addr, &cookies).await;
    let alone = ordinary(addr, &cookies).await;

    let over = CancellationToken::new();
    let served = Arc::new(AtomicUsize::new(0));
    let mut others = JoinSet::new();
    let words: Vec<String> = (0..1_300).map(|n| format!("x{n}")).collect();
    let much = Arc::new(request(&format!("/admin/operations?type={}", words.join(",")), &greedy));
    for number in 0..OTHERS {
        // Slow: a head that never ends, again and again.
        others.spawn(over.clone().run_until_cancelled_owned(async move {
            loop {
                let Ok(mut stream) = TcpStream::connect(addr).await else {
                    continue;
                };
                let mut said = [0; 64];
                if stream.write_all(b"GET /admin/operations HTTP/1.1\r\nx: ").await.is_ok() {
                    drop(stream.read(&mut said).await);
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }));
        // Greedy: the dearest page, again and again; every other hangs up as soon as it has asked.
        let (much, served) = (Arc::clone(&much), Arc::clone(&served));
        others.spawn(over.clone().run_until_cancelled_owned(async move {
            loop {
                if number % 2 == 0 {
                    if ask(addr, &much).await.is_ok() {
                        served.fetch_add(1, Ordering::Relaxed);
                    }
                } else if let Ok(mut stream) = TcpStream::connect(addr).await {
                    drop(stream.write_all(&much).await);
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }));
    }
    // They are at it once one of the greedy has been answered.
    while ask(addr, &much).await.is_err() {}
    let before = served.load(Ordering::Relaxed);
    let beside = ordinary(addr, &cookies).await;
    let served = served.load(Ordering::Relaxed) - before;
    over.cancel();
    others.join_all().await;
    println!("alone {alone:?}, beside the others {beside:?}, who were answered {served} times");
    assert!(beside <= alone * 5, "alone {alone:?}, beside the others {beside:?}");
    // However fast the machine is: one person, in however many clients, is not served more than those few beside them together.
    let most = ORDINARY * ROUNDS;
    assert!(
        served <= most,
        "{served} dear pages for {} ordinary ones",
        ORDINARY * ROUNDS
    );
}
