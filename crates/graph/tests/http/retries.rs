use std::num::NonZeroU32;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use domain::reason::ReasonCode;
use graph::{Contract, ErrorCode, GraphClient, GraphConfig, GraphError, RetryPolicy, TransportFailure};
use simulator::SimulatorConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{Event, Recorder, SECRET, TENANT, all, credentials, impatient, server, simulator, some_groups};

#[tokio::test]
async fn r17_throttling_and_errors_are_waited_out_visibly() {
    let setup = some_groups("throttle-next=2,errors-next=1,retry-after=0").await;
    let recorder = Recorder::default();
    assert_eq!(
        all(&setup.client, Contract::Groups, recorder.clone())
            .await
            .unwrap()
            .len(),
        3
    );
    let waits = recorder.waits();
    let reasons: Vec<_> = waits.iter().map(|(reason, _)| *reason).collect();
    assert_eq!(
        reasons,
        [
            ReasonCode::GraphThrottled,
            ReasonCode::GraphThrottled,
            ReasonCode::GraphUnavailable
        ]
    );
    for ((_, delay), (low, high)) in waits.iter().zip([(1, 2), (2, 4), (4, 8)]) {
        assert!(
            (Duration::from_millis(low)..=Duration::from_millis(high)).contains(delay),
            "{waits:?}"
        );
    }
    assert_eq!(setup.simulator.graph_requests(), 4);
}

#[tokio::test]
async fn r17_retry_after_is_followed_up_to_the_cap() {
    let setup = some_groups("throttle-next=1,retry-after=3600").await;
    let recorder = Recorder::default();
    all(&setup.client, Contract::Groups, &recorder).await.unwrap();
    assert_eq!(
        recorder.waits(),
        [(ReasonCode::GraphThrottled, Duration::from_millis(20))]
    );
}

#[tokio::test]
async fn r17_retries_end() {
    let setup = some_groups("throttle=1").await;
    let recorder = Recorder::default();
    let error = all(&setup.client, Contract::Groups, &recorder).await.unwrap_err();
    assert_eq!(
        (&error, error.reason()),
        (&GraphError::Throttled { attempts: 4 }, ReasonCode::GraphThrottled)
    );
    assert_eq!((recorder.waits().len(), setup.simulator.graph_requests()), (3, 4));
}

#[tokio::test]
async fn r17_server_errors_are_retried() {
    let setup = some_groups("errors=1").await;
    let recorder = Recorder::default();
    let error = all(&setup.client, Contract::Groups, &recorder).await.unwrap_err();
    let GraphError::Unavailable {
        status: 500..=504,
        code: Some(_),
        attempts: 4,
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(error.reason(), ReasonCode::GraphUnavailable);
    assert_eq!(setup.simulator.graph_requests(), 4);
}

#[tokio::test]
async fn r17_the_sign_in_is_retried_as_well() {
    let setup = some_groups("outage").await;
    let recorder = Recorder::default();
    let error = all(&setup.client, Contract::Groups, &recorder).await.unwrap_err();
    let code = ErrorCode::parse("ServiceUnavailable");
    assert_eq!(
        error,
        GraphError::Unavailable {
            status: 503,
            code,
            attempts: 4
        }
    );
    assert_eq!((recorder.waits().len(), setup.simulator.token_requests()), (3, 4));
    setup.simulator.set_faults("none".parse().unwrap());
    assert_eq!(setup.all(Contract::Groups).await.unwrap().len(), 3);
}

#[tokio::test]
async fn r17_dropping_the_future_ends_a_wait_and_loses_nothing() {
    let faults = "throttle-next=1,retry-after=3600".parse().unwrap();
    let (url, handle) = simulator(SimulatorConfig {
        groups: 3,
        faults,
        ..SimulatorConfig::default()
    })
    .await;
    let retry = RetryPolicy {
        max_retry_after: Duration::from_hours(1),
        ..RetryPolicy::default()
    };
    let client = GraphClient::new(GraphConfig {
        retry,
        ..impatient(&url)
    })
    .unwrap();
    let recorder = Recorder::default();
    let mut pages = client.list(TENANT, &credentials(SECRET), Contract::Groups, &recorder);
    let told = async {
        while recorder.events().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        page = pages.next() => panic!("{page:?}"),
        () = told => {}
    }
    let [Event::Waiting(ReasonCode::GraphThrottled, delay)] = recorder.events()[..] else {
        panic!("{recorder:?}")
    };
    assert_eq!(delay, Duration::from_hours(1));
    assert_eq!(pages.next().await.unwrap().unwrap().objects.len(), 3);
    assert_eq!((handle.token_requests(), handle.graph_requests()), (1, 2));
}

#[tokio::test]
async fn r17_a_closed_port_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let recorder = Recorder::default();
    let client = GraphClient::new(impatient(&url)).unwrap();
    let error = all(&client, Contract::Groups, &recorder).await.unwrap_err();
    assert_eq!(
        error,
        GraphError::Unreachable {
            failure: TransportFailure::Connect,
            attempts: 4
        }
    );
    assert_eq!(error.reason(), ReasonCode::GraphUnreachable);
    assert_eq!(recorder.waits()[0].0, ReasonCode::GraphUnreachable);
    assert!(!error.message().contains("127.0.0.1"), "{}", error.message());
}

#[tokio::test]
async fn r17_an_answer_that_breaks_off_is_asked_for_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 4_096];
            let _ = socket.read(&mut request).await;
            let _ = socket
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"access_")
                .await;
        }
    });
    let client = GraphClient::new(impatient(&url)).unwrap();
    let error = all(&client, Contract::Groups, ()).await.unwrap_err();
    assert_eq!(
        error,
        GraphError::Unreachable {
            failure: TransportFailure::Interrupted,
            attempts: 4
        }
    );
}

#[tokio::test]
async fn r17_a_slow_answer_is_not_awaited_for_ever() {
    let never = || async { std::future::pending::<&str>().await };
    let url = server(Router::new().route("/v1.0/groups", get(never))).await;
    let retry = RetryPolicy {
        attempts: NonZeroU32::new(2).unwrap(),
        ..impatient(&url).retry
    };
    let config = GraphConfig {
        request_timeout: Duration::from_millis(250),
        retry,
        ..impatient(&url)
    };
    let client = GraphClient::new(config).unwrap();
    let error = all(&client, Contract::Groups, ()).await.unwrap_err();
    assert_eq!(
        error,
        GraphError::Unreachable {
            failure: TransportFailure::Timeout,
            attempts: 2
        }
    );
}
