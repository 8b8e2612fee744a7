//! What clients can hold open, on a real listener.

use std::time::{Duration, Instant};

use server::web::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Listening, TestApp};

/// Longer than anything here takes, also on a machine that has much else to do.
const LONG: Duration = Duration::from_mins(1);

const ALIVE: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

impl Listening {
    async fn say(&self, words: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        stream.write_all(words).await.unwrap();
        stream
    }

    /// Stops, and says how long that took.
    async fn stopped(self) -> Duration {
        let began = Instant::now();
        self.stop.cancel();
        timeout(LONG, self.served)
            .await
            .expect("it never stops")
            .unwrap()
            .unwrap();
        began.elapsed()
    }
}

/// What comes until the other side closes.
async fn rest(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    // A reset is an end, too.
    drop(
        timeout(LONG, stream.read_to_end(&mut said))
            .await
            .expect("it is never closed"),
    );
    String::from_utf8_lossy(&said).into_owned()
}

/// An answer's head, and as much of its body as came with it.
async fn some(stream: &mut TcpStream) -> String {
    let mut said = vec![0; 4096];
    let read = timeout(LONG, stream.read(&mut said)).await.expect("no answer").unwrap();
    String::from_utf8_lossy(&said[..read]).into_owned()
}

fn soon() -> Limits {
    Limits {
        head: Duration::from_millis(200),
        idle: Duration::from_millis(600),
        ..Limits::default()
    }
}

#[tokio::test]
async fn c09_who_says_nothing_half_of_it_or_nothing_more_is_not_waited_for() {
    let app = TestApp::new().await;
    let listening = app.listen(soon()).await;
    let silent = listening.say(b"").await;
    let half = listening.say(b"GET /healthz HTTP/1.1\r\nhost: x\r\n").await;
    let mut kept = listening.say(ALIVE).await;
    assert!(some(&mut kept).await.contains("alive"));
    let mut second_half = listening.say(ALIVE).await;
    assert!(some(&mut second_half).await.contains("alive"));
    second_half.write_all(b"GET /healthz").await.unwrap();
    for ended in [silent, half, kept, second_half] {
        let said = rest(ended).await;
        assert!(!said.contains("alive"), "{said}");
    }
    // Slowly, byte after byte, is no better; and who is quick is served however long the connection is kept.
    let mut slow = listening.say(b"GET /healthz HTTP/1.1\r\n").await;
    let mut quick = listening.say(ALIVE).await;
    let began = Instant::now();
    let mut alive = true;
    while began.elapsed() < LONG && alive {
        assert!(some(&mut quick).await.contains("alive"));
        quick.write_all(ALIVE).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        alive = slow.write_all(b"a").await.is_ok() && slow.try_read(&mut [0; 1]).is_err();
    }
    assert!(!alive, "a head that comes byte by byte is waited for");
    assert!(some(&mut quick).await.contains("alive"));
}

#[tokio::test]
async fn c09_a_slow_body_is_408_and_no_error_of_ours() {
    let app = TestApp::new().await;
    let listening = app.listen(Limits::default()).await;
    let head = b"POST /sign-in HTTP/1.1\r\nhost: x\r\naccept: text/html\r\ncontent-length: 100\r\n\r\nemail=";
    let said = rest(listening.say(head).await).await;
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    assert!(said.contains("send it again"), "{said}");
}

#[tokio::test]
async fn c09_an_answer_that_nobody_takes_is_dropped() {
    let app = TestApp::new().await;
    let limits = Limits {
        stall: Duration::from_millis(300),
        ..Limits::default()
    };
    let listening = app.listen(limits).await;
    // More answers than the buffers between them hold, none of which is read.
    let mut stream = listening.say(b"").await;
    let write = async { while stream.write_all(ALIVE).await.is_ok() {} };
    timeout(LONG, write)
        .await
        .expect("it is kept although its client takes nothing");
}

#[tokio::test]
async fn c09_those_who_wait_make_room_for_those_who_ask() {
    let app = TestApp::new().await;
    let limits = Limits {
        per_address: 5,
        ..Limits::default()
    };
    let listening = app.listen(limits).await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        slow.push(listening.say(b"GET /healthz HTTP/1.1\r\n").await);
        let mut ordinary = listening.say(ALIVE).await;
        assert!(some(&mut ordinary).await.contains("200 OK"));
    }
}

#[tokio::test]
async fn a_stop_ends_soon_whatever_clients_do() {
    assert!(Limits::default().stop < Duration::from_secs(10));
    let app = TestApp::new().await;
    let listening = app.listen(Limits::default()).await;
    let mut clients = Vec::new();
    for _ in 0..5 {
        clients.push(listening.say(b"").await);
        clients.push(listening.say(b"GET /healthz HTTP/1.1\r\nhost: x\r\n").await);
        let mut kept = listening.say(ALIVE).await;
        assert!(some(&mut kept).await.contains("alive"));
        clients.push(kept);
    }
    let took = listening.stopped().await;
    assert!(
        took < Limits::default().stop,
        "nothing was under way, and yet it took {took:?}"
    );

    // What is under way is waited for, and no longer than that.
    let limits = Limits {
        stop: Duration::from_millis(300),
        ..Limits::default()
    };
    let listening = app.listen(limits).await;
    let head = b"POST /sign-in HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nemail=";
    let body = listening.say(head).await;
    let mut greedy = listening.say(b"").await;
    // So many answers unread that the next one waits for its client.
    while timeout(Duration::from_millis(300), greedy.write_all(ALIVE))
        .await
        .is_ok()
    {}
    let took = listening.stopped().await;
    assert!(took < Duration::from_secs(9), "{took:?}");
    drop((clients, body, greedy));
}

#[tokio::test]
async fn a_stop_lets_a_request_under_way_have_its_answer() {
    let app = TestApp::new().await;
    let listening = app.listen(Limits::default()).await;
    let head = b"POST /preferences/theme HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
        content-length: 10\r\n\r\n";
    let mut stream = listening.say(head).await;
    // Its head was read, as the answer to another one after it shows.
    let mut other = listening.say(ALIVE).await;
    assert!(some(&mut other).await.contains("alive"));
    stream.write_all(b"theme").await.unwrap();
    let stop = listening.stop.clone();
    let stopping = tokio::spawn(listening.stopped());
    stop.cancelled().await;
    stream.write_all(b"=dark").await.unwrap();
    let said = rest(stream).await;
    assert!(said.starts_with("HTTP/1.1 303"), "{said}");
    stopping.await.unwrap();
}
