//! The client: a token, a registered collection, and the meaning of a refusal.

use std::sync::Arc;

use domain::id::EntraTenantId;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION};
use url::Url;

use crate::answer::{Problem, Says};
use crate::config::{ConfigError, GraphConfig};
use crate::contract::Contract;
use crate::credentials::Credentials;
use crate::error::{Defect, ErrorCode, GraphError};
use crate::observer::Observer;
use crate::pages::Pages;
use crate::token::Tokens;
use crate::transport::{Transport, Verdict};

/// A client of Microsoft Graph for any number of tenants; cheap to clone, clones share connections and tokens.
#[derive(Debug, Clone)]
pub struct GraphClient {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: GraphConfig,
    transport: Transport,
    tokens: Tokens,
}

impl GraphClient {
    /// A client; nothing is sent yet.
    pub fn new(config: GraphConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        let transport = Transport::new(&config)?;
        let tokens = Tokens::new(&config.login_url, &config.base_url);
        Ok(Self {
            inner: Arc::new(Inner {
                config,
                transport,
                tokens,
            }),
        })
    }

    /// The collection's objects, page by page; nothing is sent before the first [`Pages::next`].
    pub fn list<O: Observer>(
        &self,
        tenant: EntraTenantId,
        credentials: &Credentials,
        contract: Contract,
        observer: O,
    ) -> Pages<O> {
        Pages::new(self.clone(), tenant, credentials.clone(), contract, observer)
    }

    pub(crate) fn config(&self) -> &GraphConfig {
        &self.inner.config
    }

    /// What `read` makes of the body behind an address that was built from, or checked against, the contract.
    pub(crate) async fn get<O: Observer, T>(
        &self,
        tenant: EntraTenantId,
        credentials: &Credentials,
        contract: Contract,
        (url, observer): (&Url, &O),
        read: impl Fn(&[u8]) -> Result<T, Defect> + Sync,
    ) -> Result<Result<T, Refusal>, GraphError> {
        let Inner { transport, tokens, .. } = &*self.inner;
        let mut renewed = false;
        loop {
            let token = tokens.get(transport, tenant, credentials, observer).await?;
            let request = |http: &reqwest::Client| {
                http.get(url.clone())
                    .header(AUTHORIZATION, token.header())
                    .header(ACCEPT, "application/json")
            };
            let (status, problem) = match transport.send(observer, request, &read).await? {
                Verdict::Fulfilled(answer) => return Ok(Ok(answer)),
                Verdict::Refused { status, problem } => (status, problem),
            };
            tracing::warn!(path = contract.path(), %status, code = problem.code.as_ref().map(ErrorCode::as_str), "refused by Microsoft Graph");
            if status == StatusCode::UNAUTHORIZED {
                // Tokens are revoked before they expire when a secret or a consent is; a fresh one settles which it is.
                tokens.forget(tenant, credentials, &token).await;
                if !renewed {
                    renewed = true;
                    continue;
                }
            }
            return Ok(Err(Refusal { status, problem }));
        }
    }
}

/// A request that was refused, and what was said about it.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    problem: Problem,
}

impl Refusal {
    /// Whether a new listing helps where the next page was refused. The link was Graph's own, so a request that is bad (400), gone
    /// (410) or of a state that Graph does not know any more is a token that has aged, whatever it is called.
    pub(crate) fn ends_the_listing(&self) -> bool {
        matches!(self.status, StatusCode::BAD_REQUEST | StatusCode::GONE) || self.problem.says == Some(Says::StartAgain)
    }

    /// The error, after the listing was begun so many times.
    pub(crate) fn expired(self, times: u32) -> GraphError {
        GraphError::ListingExpired {
            status: self.status.as_u16(),
            code: self.problem.code,
            times,
        }
    }

    /// The error. The status alone says little: what Graph says decides where it says more.
    pub(crate) fn into_error(self, contract: Contract) -> GraphError {
        let Problem { code, says } = self.problem;
        let (status, permission) = (self.status.as_u16(), contract.permission());
        match (self.status, says) {
            (_, Some(Says::NoIntune)) if matches!(contract, Contract::Policies(_)) => {
                GraphError::IntuneMissing { code }
            }
            (
                StatusCode::BAD_REQUEST
                | StatusCode::UNAUTHORIZED
                | StatusCode::PAYMENT_REQUIRED
                | StatusCode::FORBIDDEN,
                Some(Says::NoLicense),
            ) => GraphError::LicenseMissing { status, code },
            (StatusCode::FORBIDDEN, Some(Says::NoPermission)) => GraphError::PermissionMissing { permission, code },
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => GraphError::AccessDenied {
                status,
                permission,
                code,
            },
            (StatusCode::NOT_FOUND, _) => GraphError::CollectionMissing { code },
            _ => GraphError::Rejected { status, code },
        }
    }
}
