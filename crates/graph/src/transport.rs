//! Sending a request until it is answered, refused, or the attempts are used up.

use std::time::Duration;

use domain::reason::ReasonCode;
use reqwest::{Client, RequestBuilder, Response, StatusCode};

use crate::answer::{self, Unread};
use crate::config::{ConfigError, GraphConfig, is_loopback};
use crate::error::{Defect, ErrorCode, GraphError, TransportFailure, UnsafeLink};
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
pub(crate) enum Verdict {
    /// 2xx, with the body.
    Fulfilled(Vec<u8>),
    /// 4xx; what that means depends on who was asked.
    Refused {
        status: StatusCode,
        code: Option<ErrorCode>,
    },
}

/// Something that may be gone the next time.
#[derive(Debug)]
enum Obstacle {
    Throttled,
    Unavailable {
        status: StatusCode,
        code: Option<ErrorCode>,
    },
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

    /// Makes the request as often as it takes; it must be one that is safe to repeat.
    pub(crate) async fn send<O: Observer>(
        &self,
        observer: &O,
        request: impl Fn(&Client) -> RequestBuilder + Sync,
    ) -> Result<Verdict, GraphError> {
        let mut attempt = 1;
        loop {
            let (obstacle, retry_after) = match self.attempt(request(&self.http)).await {
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

    async fn attempt(&self, request: RequestBuilder) -> Result<Verdict, Failed> {
        let response = request.send().await.map_err(|error| Failed::transport(&error))?;
        let status = response.status();
        if !status.is_success() {
            tracing::info!(%status, request_id = answer::request_id(&response), "not fulfilled by Microsoft Graph");
        }
        match status {
            _ if status.is_success() => match answer::body(response, self.max_body).await {
                Ok(body) => Ok(Verdict::Fulfilled(body)),
                Err(Unread::Transport(error)) => Err(Failed::transport(&error)),
                Err(Unread::TooLarge) => Err(Failed::Final(GraphError::InvalidResponse(Defect::TooLarge(
                    self.max_body,
                )))),
            },
            _ if status.is_redirection() => Err(Failed::Final(GraphError::UnsafeLink(UnsafeLink::Redirect))),
            StatusCode::TOO_MANY_REQUESTS => Err(Failed::passing(&response, Obstacle::Throttled)),
            StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                let retry_after = retry::retry_after(response.headers());
                let obstacle = Obstacle::Unavailable {
                    status,
                    code: answer::error_code(response).await,
                };
                Err(Failed::Passing { obstacle, retry_after })
            }
            _ if status.is_server_error() => {
                let obstacle = Obstacle::Unavailable {
                    status,
                    code: answer::error_code(response).await,
                };
                Err(Failed::Final(obstacle.into_error(1)))
            }
            _ => Ok(Verdict::Refused {
                status,
                code: answer::error_code(response).await,
            }),
        }
    }
}

impl Failed {
    fn passing(response: &Response, obstacle: Obstacle) -> Self {
        Self::Passing {
            obstacle,
            retry_after: retry::retry_after(response.headers()),
        }
    }

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
            Self::Unavailable { .. } => ReasonCode::GraphUnavailable,
            Self::Unreachable(_) => ReasonCode::GraphUnreachable,
        }
    }

    fn into_error(self, attempts: u32) -> GraphError {
        match self {
            Self::Throttled => GraphError::Throttled { attempts },
            Self::Unavailable { status, code } => GraphError::Unavailable {
                status: status.as_u16(),
                code,
                attempts,
            },
            Self::Unreachable(failure) => GraphError::Unreachable { failure, attempts },
        }
    }
}
