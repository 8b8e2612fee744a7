//! The tokens that were handed out.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

/// Tokens and whose they are, until they expire.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: HashMap<String, (Uuid, Instant)>,
}

impl Tokens {
    /// Registers a new token of a tenant.
    pub(crate) fn issue(&mut self, token: String, tenant: Uuid, lifetime: Duration) {
        let now = Instant::now();
        self.issued.retain(|_, (_, expires)| *expires > now);
        self.issued.insert(token, (tenant, now + lifetime));
    }

    /// The tenant that a token is for.
    pub(crate) fn tenant(&self, token: &str) -> Option<Uuid> {
        let (tenant, expires) = self.issued.get(token)?;
        (*expires > Instant::now()).then_some(*tenant)
    }

    /// Takes all tokens back, as Microsoft does when a secret is revoked.
    pub(crate) fn revoke(&mut self) {
        self.issued.clear();
    }
}
