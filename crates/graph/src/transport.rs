//! Sending a request until it is answered, refused, or the attempts are used up.

use std::time::Duration;

use domain::reason::ReasonCode;
use reqwest::{Client, RequestBuilder, StatusCode};

use crate::answer::{self, Problem, Says, Unread};
use crate::config::{ConfigError, GraphConfig, is_loopback};
use crate::error::{Defect, GraphError, TransportFailure, UnsafeLink};
use crate::observer::Observer;
use crate::retry::{self, RetryPolicy};

/// The HTTP client with the rules that every request shares.
#[derive(Debug)]
pub(crate) struct Transport {
    http: Client,
    retry: RetryPolicy,
    max_body: usize,
}

/// What the service made of a request, once it would not help to ask again.
#[derive(Debug)]
pub(crate) enum Verdict<T> {
    /// 2xx, with what was read in the body.
    Fulfilled(T),
    /// 4xx; what that means depends on who was asked.
    Refused { status: StatusCode, problem: Problem },
}

/// Something that may be gone the next time.
#[derive(Debug)]
enum Obstacle {
    Throttled,
    Unavailable {
        status: StatusCode,
        problem: Problem,
    },
    /// 2xx with a body that nobody can read: a gateway's page, nothing at all, or JSON that breaks off where a service behind
    /// Graph failed after the status was sent.
    Unreadable(Defect),
    Unreachable(TransportFailure),
}

enum Failed {
    Passing {
        obstacle: Obstacle,
        retry_after: Option<Duration>,
    },
    Final(GraphError),
}

impl Transport {
    pub(crate) fn new(config: &GraphConfig) -> Result<Self, ConfigError> {
        let mut http = Client::builder()
            .user_agent(concat!("TenantAtlas/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.connect_timeout)
            .timeout(config.request_timeout)
            // A redirect could carry the token to another host.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false);
        let loopback = [&config.base_url, &config.login_url].map(is_loopback);
        if loopback.contains(&true) {
            // A proxy of the environment has another loopback than this process.
            http = http.no_proxy();
        } else {
            http = http.https_only(true);
        }
        let http = http.build().map_err(|_| ConfigError::Tls)?;
        Ok(Self {
            http,
            retry: config.retry,
            max_body: config.max_body,
        })
    }

    /// Makes the request as often as it takes; it must be one that is safe to repeat. `read` makes something of the body: one that
    /// it cannot read is asked for again like an answer of 503.
    pub(crate) async fn send<O: Observer, T>(
        &self,
        observer: &O,
        request: impl Fn(&Client) -> RequestBuilder + Sync,
        read: impl Fn(&[u8]) -> Result<T, Defect> + Sync,
    ) -> Result<Verdict<T>, GraphError> {
        let mut attempt = 1;
        loop {
            let (obstacle, retry_after) = match self.attempt(request(&self.http), &read).await {
                Ok(verdict) => return Ok(verdict),
                Err(Failed::Final(error)) => return Err(error),
                Err(Failed::Passing { obstacle, retry_after }) => (obstacle, retry_after),
            };
            if attempt >= self.retry.attempts.get() {
                return Err(obstacle.into_error(attempt));
            }
            let delay = self.retry.delay(attempt, retry_after, &mut rand::rng());
            tracing::warn!(attempt, ?delay, ?obstacle, "waiting for Microsoft Graph");
            observer.waiting(obstacle.reason(), delay).await;
            tokio::time::sleep(delay).await;
            observer.resumed().await;
            attempt += 1;
        }
    }

    async fn attempt<T>(
        &self,
        request: RequestBuilder,
        read: &(impl Fn(&[u8]) -> Result<T, Defect> + Sync),
    ) -> Result<Verdict<T>, Failed> {
        let response = request.send().await.map_err(|error| Failed::transport(&error))?;
        let status = response.status();
        let retry_after = retry::retry_after(response.headers());
        if !status.is_success() {
            tracing::info!(%status, request_id = answer::request_id(&response), "not fulfilled by Microsoft Graph");
        }
        if status.is_success() {
            return match answer::body(response, self.max_body).await {
                Ok(body) => read(&body).map(Verdict::Fulfilled).map_err(|defect| Failed::Passing {
                    obstacle: Obstacle::Unreadable(defect),
                    retry_after,
                }),
                Err(Unread::Transport(error)) => Err(Failed::transport(&error)),
                Err(Unread::TooLarge) => Err(Failed::Final(GraphError::InvalidResponse {
                    defect: Defect::TooLarge(self.max_body),
                    attempts: 1,
                })),
            };
        }
        if status.is_redirection() {
            return Err(Failed::Final(GraphError::UnsafeLink(UnsafeLink::Redirect)));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Failed::Passing {
                obstacle: Obstacle::Throttled,
                retry_after,
            });
        }
        let problem = answer::problem(response).await;
        if retry::is_temporary(status) || (problem.says == Some(Says::TryAgain) && !retry::is_about_access(status)) {
            let obstacle = Obstacle::Unavailable { status, problem };
            return Err(Failed::Passing { obstacle, retry_after });
        }
        Ok(Verdict::Refused { status, problem })
    }
}

impl Failed {
    fn transport(error: &reqwest::Error) -> Self {
        let failure = if error.is_timeout() {
            TransportFailure::Timeout
        } else if error.is_connect() {
            TransportFailure::Connect
        } else {
            TransportFailure::Interrupted
        };
        Self::Passing {
            obstacle: Obstacle::Unreachable(failure),
            retry_after: None,
        }
    }
}

impl Obstacle {
    const fn reason(&self) -> ReasonCode {
        match self {
            Self::Throttled => ReasonCode::GraphThrottled,
            Self::Unavailable { .. } | Self::Unreadable(_) => ReasonCode::GraphUnavailable,
            Self::Unreachable(_) => ReasonCode::GraphUnreachable,
        }
    }

    fn into_error(self, attempts: u32) -> GraphError {
        match self {
            Self::Throttled => GraphError::Throttled { attempts },
            Self::Unavailable { status, problem } => GraphError::Unavailable {
                status: status.as_u16(),
                code: problem.code,
                attempts,
            },
            // It is no document at all, which says more about the service than about the collection.
            Self::Unreadable(Defect::Malformed) => GraphError::Unreadable { attempts },
            Self::Unreadable(defect) => GraphError::InvalidResponse { defect, attempts },
            Self::Unreachable(failure) => GraphError::Unreachable { failure, attempts },
        }
    }
}
