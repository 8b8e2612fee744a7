//! What requests may cost.
//!
//! A page or a server function runs in a task of its own, which holds its place until it has ended, whatever its client does: what
//! goes on after somebody has hung up still counts. Pages and functions have places apart; askers share them fairly ([`Turns`]).

use std::net::SocketAddr;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use app::routes::{self, Serves};
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::ACCEPT;
use ledger::sessions::SessionState;
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument;

use super::turns::{Asker, Bounds, Turn, Turns};
use super::{Web, address, documents, request_id};

/// The largest page. Ours have some hundred kilobytes.
const PAGE_MAX: usize = 4 * 1024 * 1024;

/// How long a place is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many files a person reads at a time.
pub(crate) const FILES_EACH: usize = 2;

/// How long one more of them is waited for.
const FILE_PATIENCE: Duration = Duration::from_secs(3);

/// How long a refusal takes, so that whoever asks again at once does not ask more often for it.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest address of a page, in bytes: what it says is repeated by its links.
const PAGE_ADDRESS_MAX: usize = 8 * 1024;

/// The longest address of anything: a server function's holds a page's query, encoded once more.
const ADDRESS_MAX: usize = 32 * 1024;

/// Longer than any statement may take in the database, so that whoever waits hears of that one.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// The places of this process.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    pages: Arc<Turns>,
    functions: Arc<Turns>,
    exports: Arc<Turns>,
    look_ups: Arc<Turns>,
}

impl Budget {
    /// Pages are made by the processors, functions mostly wait for the database.
    pub(crate) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        // A file may be read for minutes, so it is not waited for as long as what takes moments.
        let exports = Bounds {
            places: 4,
            each: FILES_EACH,
            line: 32,
            line_each: 4,
            patience: FILE_PATIENCE,
        };
        let bounds = |places: usize| Bounds {
            places,
            each: places - places / 4,
            line: 1024,
            line_each: 512,
            patience: PATIENCE,
        };
        Self {
            pages: Turns::new(bounds((2 * processors).max(4))),
            functions: Turns::new(bounds((4 * processors).max(8))),
            exports: Turns::new(exports),
            look_ups: Turns::new(bounds(8)),
        }
    }

    /// Where a request takes its place, if it needs one. Signing in has bounds of its own.
    fn of(&self, request: &Request) -> Option<&Arc<Turns>> {
        let path = request.uri().path();
        if path.starts_with("/_fn/") {
            Some(&self.functions)
        } else if is_export(path) {
            Some(&self.exports)
        } else if routes::is_admin(path) || (path == routes::SignIn::link() && request.method().is_safe()) {
            Some(&self.pages)
        } else {
            None
        }
    }
}

fn is_export(path: &str) -> bool {
    routes::find(path).is_some_and(|route| route.serves == Serves::File)
}

/// The place of a request, which whatever goes on after the answer has begun takes with it.
#[derive(Debug, Clone)]
pub(crate) struct Place(#[expect(dead_code, reason = "held for as long as it is needed")] Arc<Turn>);

/// Answers within [`REQUEST_TIMEOUT`], and refuses an address that is longer than any of ours.
pub(crate) async fn bound(request: Request, next: Next) -> Response {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let most = if request.uri().path().starts_with("/_fn/") {
        ADDRESS_MAX
    } else {
        PAGE_ADDRESS_MAX
    };
    let asked = asked(&request);
    if target > most {
        return documents::address_too_long(&asked);
    }
    let changes = !request.method().is_safe();
    match timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => documents::timed_out(&asked, changes),
    }
}

/// Runs what follows in a place of its own, or refuses.
pub(crate) async fn spend(State((web, budget)): State<(Web, Budget)>, request: Request, next: Next) -> Response {
    let Some(turns) = budget.of(&request) else {
        return next.run(request).await;
    };
    let asked = asked(&request);
    let who = asker(&web, &request);
    let Some(turn) = turns.take(who).await else {
        if is_export(request.uri().path()) && turns.has_all(who) {
            sleep(PAUSE).await;
            return documents::too_many_files(&asked);
        }
        say_that_there_is_too_much();
        sleep(PAUSE).await;
        return documents::busy(&asked);
    };
    in_its_place(turn, &asked, request, next).await
}

/// Asks the database who somebody is. Not by whoever waits for the answer: a connection on which a question was given up is lost, and
/// a new one costs more than many answers.
pub(crate) async fn look_up<T: Send + 'static>(
    budget: &Budget,
    asker: Asker,
    question: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let Some(turn) = budget.look_ups.take(asker).await else {
        say_that_there_is_too_much();
        sleep(PAUSE).await;
        return None;
    };
    to_its_end(async move {
        let answer = question.await;
        drop(turn);
        answer
    })
    .await
}

/// Does something to its end, whatever becomes of whoever waits for it; none if the process stops meanwhile.
pub(crate) async fn to_its_end<T: Send + 'static>(what: impl Future<Output = T> + Send + 'static) -> Option<T> {
    match tokio::spawn(what.in_current_span()).await {
        Ok(done) => Some(done),
        // For the layer that answers panics.
        Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
        Err(_) => None,
    }
}

/// Runs what follows to its end, whatever becomes of whoever waits for it.
async fn in_its_place(turn: Turn, asked: &HeaderMap, mut request: Request, next: Next) -> Response {
    let streams = is_export(request.uri().path());
    let place = Place(Arc::new(turn));
    request.extensions_mut().insert(place.clone());
    let done = to_its_end(async move {
        let response = next.run(request).await;
        let response = if streams { Some(response) } else { whole(response).await };
        drop(place);
        response
    });
    match done.await {
        Some(Some(response)) => response,
        Some(None) => documents::broken(asked, request_id::of_headers(asked)),
        None => documents::busy(asked),
    }
}

/// Once in a while: a line for each refusal would be more to do.
fn say_that_there_is_too_much() {
    static SAID: Mutex<Option<Instant>> = Mutex::new(None);
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.is_none_or(|at| at.elapsed() >= Duration::from_secs(10)) {
        *said = Some(Instant::now());
        tracing::warn!("requests are refused: more is asked for than can be answered");
    }
}

/// The headers that an answer of ours depends on.
fn asked(request: &Request) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(2);
    for name in [ACCEPT, request_id::HEADER] {
        for value in request.headers().get_all(&name) {
            headers.append(name.clone(), value.clone());
        }
    }
    headers
}

/// The answer with all of its body, which is then nobody's to wait for; none if it is too large.
async fn whole(response: Response) -> Option<Response> {
    let (parts, body) = response.into_parts();
    match to_bytes(body, PAGE_MAX).await {
        Ok(bytes) => Some(Response::from_parts(parts, Body::from(bytes))),
        Err(error) => {
            tracing::error!(%error, "an answer broke off, or is larger than {PAGE_MAX} bytes");
            None
        }
    }
}

/// Who asks: a person, or else a network. Of IPv6 everybody has a /64.
pub(crate) fn asker(web: &Web, request: &Request) -> Asker {
    if let Some(SessionState::Active(user)) = request.extensions().get::<SessionState>() {
        return Asker::Person(user.user);
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let address = address::of_client(
        peer.map(|ConnectInfo(peer)| peer.ip()),
        request.headers(),
        &web.settings.trusted_proxies,
    );
    Asker::Network(address::network_of(address))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use futures::FutureExt;
    use http::StatusCode;
    use tokio::sync::{Notify, Semaphore};
    use tower::ServiceExt;

    use super::*;

    fn one_place() -> Arc<Turns> {
        Turns::new(Bounds {
            places: 1,
            each: 1,
            line: 1,
            line_each: 1,
            patience: Duration::from_mins(1),
        })
    }

    fn request() -> Request {
        Request::get("/").body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn c04_who_hangs_up_frees_no_place_as_long_as_something_goes_on_in_it() {
        let (turns, begun, go) = (one_place(), Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
        let (page, may) = (Arc::clone(&begun), Arc::clone(&go));
        let handler = move || {
            let (begun, go) = (Arc::clone(&page), Arc::clone(&may));
            async move {
                begun.notify_one();
                go.acquire().await.unwrap().forget();
                "made"
            }
        };
        let asker = Asker::Network([192, 0, 2, 1].into());
        let held = Arc::clone(&turns);
        let router = Router::new()
            .route("/", get(handler))
            .layer(from_fn(move |request: Request, next: Next| {
                let turns = Arc::clone(&held);
                async move {
                    let turn = turns.take(asker).await.unwrap();
                    in_its_place(turn, &HeaderMap::new(), request, next).await
                }
            }));
        let client = tokio::spawn(router.clone().oneshot(request()));
        begun.notified().await;
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
        let mut other = tokio::spawn(router.oneshot(request()));
        tokio::task::yield_now().await;
        assert!(
            turns.take(asker).await.is_none(),
            "one at work and one in the line, whoever has hung up"
        );
        assert!((&mut other).now_or_never().is_none());
        go.add_permits(2);
        let answer = other.await.unwrap().unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(turns.take(asker).await.is_some());
    }

    #[tokio::test]
    async fn c02_a_page_that_is_too_large_is_not_sent() {
        let turns = one_place();
        let handler = || async { "x".repeat(PAGE_MAX + 1) };
        let router = Router::new()
            .route("/", get(handler))
            .layer(from_fn(move |request: Request, next: Next| {
                let turns = Arc::clone(&turns);
                async move {
                    let turn = turns.take(Asker::Network([192, 0, 2, 1].into())).await.unwrap();
                    in_its_place(turn, &HeaderMap::new(), request, next).await
                }
            }));
        let answer = router.oneshot(request()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
