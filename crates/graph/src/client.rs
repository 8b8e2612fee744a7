//! The client: a token, a registered collection, and the meaning of a refusal.

use std::sync::Arc;

use domain::id::EntraTenantId;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION};
use url::Url;

use crate::config::{ConfigError, GraphConfig};
use crate::contract::Contract;
use crate::credentials::Credentials;
use crate::error::{ErrorCode, GraphError};
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

    /// The body behind an address that was built from, or checked against, the contract.
    pub(crate) async fn get<O: Observer>(
        &self,
        tenant: EntraTenantId,
        credentials: &Credentials,
        contract: Contract,
        url: &Url,
        observer: &O,
    ) -> Result<Vec<u8>, GraphError> {
        let Inner { transport, tokens, .. } = &*self.inner;
        let mut renewed = false;
        loop {
            let token = tokens.get(transport, tenant, credentials, observer).await?;
            let verdict = transport
                .send(observer, |http| {
                    http.get(url.clone())
                        .header(AUTHORIZATION, token.header())
                        .header(ACCEPT, "application/json")
                })
                .await?;
            let (status, code) = match verdict {
                Verdict::Fulfilled(body) => return Ok(body),
                Verdict::Refused { status, code } => (status, code),
            };
            tracing::warn!(path = contract.path(), %status, code = code.as_ref().map(ErrorCode::as_str), "refused by Microsoft Graph");
            if status == StatusCode::UNAUTHORIZED {
                // Tokens are revoked before they expire when a secret or a consent is; a fresh one settles which it is.
                tokens.forget(tenant, credentials, &token).await;
                if !renewed {
                    renewed = true;
                    continue;
                }
            }
            return Err(refusal(contract, status, code));
        }
    }
}

fn refusal(contract: Contract, status: StatusCode, code: Option<ErrorCode>) -> GraphError {
    match status {
        StatusCode::UNAUTHORIZED => GraphError::AuthenticationFailed { code },
        StatusCode::FORBIDDEN => GraphError::PermissionMissing {
            permission: contract.permission(),
            code,
        },
        StatusCode::NOT_FOUND => GraphError::NotFound { code },
        _ => GraphError::Rejected {
            status: status.as_u16(),
            code,
        },
    }
}
