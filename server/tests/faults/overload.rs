//! A web process among slow and greedy clients: those who ask for little get it as before, and a stop does not wait for the others.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use test_support::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::http::Browser;
use crate::support::{World, number, signal};

/// Clients that ask for what everybody asks for.
const ORDINARY: usize = 20;

/// The 95th percentile of how long ordinary clients wait. All of them get their answers.
async fn ordinary(browsers: &[Browser], asks: u64) -> Duration {
    let mut clients = JoinSet::new();
    for number in 0..ORDINARY {
        let browser = browsers[number % browsers.len()].clone();
        clients.spawn(async move {
            let mut waits = Vec::new();
            for _ in 0..asks {
                let began = Instant::now();
                let answer = browser.get("/admin/operations").await.expect("no answer");
                assert_eq!(answer.status, 200, "{}", answer.head);
                waits.push(began.elapsed());
            }
            waits
        });
    }
    let mut waits = clients.join_all().await.concat();
    waits.sort_unstable();
    waits[waits.len() * 95 / 100 - 1]
}

/// Sends half a head, again and again, as soon as it is hung up on.
async fn slow(addr: SocketAddr) {
    loop {
        if let Ok(mut stream) = TcpStream::connect(addr).await
            && stream.write_all(b"GET /admin/operations HTTP/1.1\r\nx: ").await.is_ok()
        {
            drop(stream.read(&mut [0; 64]).await);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Asks for the dearest page, again and again; `patient`, or hanging up before it can have come. Counts its answers.
async fn greedy(browser: Browser, path: String, patient: bool, served: Arc<AtomicU64>) {
    loop {
        let asked = browser.get(&path);
        if patient {
            if asked.await.is_ok_and(|answer| answer.status == 200) {
                served.fetch_add(1, Ordering::Relaxed);
            }
        } else {
            drop(tokio::time::timeout(Duration::from_secs(1), asked).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r22_a_process_among_slow_and_greedy_clients_serves_the_others_and_stops_in_time() {
    let (others, asks) = (number("FAULTS_CLIENTS", 60), number("FAULTS_ASKS", 6));
    let database = TestDatabase::new().await;
    let world = World::new(database.owner().await, &database.web_url(), database.worker_url()).await;
    let (mut web, addr) = world.web_process().await;
    let mut browsers = Vec::new();
    for email in [
        "owner@northwind.example",
        "manager@northwind.example",
        "operator@northwind.example",
    ] {
        browsers.push(Browser::signed_in(addr, email).await);
    }
    let readonly = Browser::signed_in(addr, "readonly@northwind.example").await;
    // Once for what is made at the first time.
    ordinary(&browsers, 2).await;
    let alone = ordinary(&browsers, asks).await;

    let words: Vec<String> = (0..1_300).map(|n| format!("x{n}")).collect();
    let path = format!("/admin/operations?type={}", words.join(","));
    let served = Arc::new(AtomicU64::new(0));
    let mut crowd = JoinSet::new();
    for number in 0..others {
        crowd.spawn(slow(addr));
        crowd.spawn(greedy(
            readonly.clone(),
            path.clone(),
            number % 4 > 0,
            Arc::clone(&served),
        ));
    }
    // They are at it once one of the greedy has been answered.
    while readonly.get(&path).await.is_err() {}
    let before = served.load(Ordering::Relaxed);
    let beside = ordinary(&browsers, asks).await;
    let served = served.load(Ordering::Relaxed) - before;
    println!("{others} of each: alone {alone:?}, beside the others {beside:?}, who were answered {served} times");
    assert!(beside <= alone * 5, "alone {alone:?}, beside the others {beside:?}");
    // However fast the machine is: one person, in however many clients, is not served more than those few beside them together. (Half as
    // much is usual; a machine that is busy otherwise has shown a little more.)
    let asked = u64::try_from(ORDINARY).unwrap() * asks;
    assert!(served <= asked, "{served} dear pages for {asked} ordinary ones");

    let began = Instant::now();
    signal(&web, "-TERM").await;
    let ended = tokio::time::timeout(Duration::from_mins(1), web.wait()).await;
    let took = began.elapsed();
    crowd.shutdown().await;
    assert!(ended.expect("it does not stop").unwrap().success());
    assert!(took <= Duration::from_secs(10), "the stop took {took:?}");
}
