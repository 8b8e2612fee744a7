//! Access tokens: fetched with client credentials, kept per tenant, renewed before they expire.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::id::EntraTenantId;
use domain::secret::Secret;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;

use crate::credentials::Credentials;
use crate::error::{Defect, GraphError};
use crate::json;
use crate::observer::Observer;
use crate::transport::{Transport, Verdict};

/// A token is renewed this long before it expires, so that none expires on its way.
const MARGIN: Duration = Duration::from_mins(5);

/// A token, ready to be sent. The header is marked sensitive, which keeps it out of the logs of the HTTP stack.
#[derive(Debug)]
pub(crate) struct Token {
    header: HeaderValue,
    renew_at: Instant,
}

impl Token {
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }
}

#[derive(Debug)]
struct Held {
    /// The secret it was bought with: a changed one must be tried, or a connection that was repaired or revoked would
    /// look as before for an hour.
    secret: Secret,
    token: Arc<Token>,
}

/// Locked while a token is fetched, so that many requests of a tenant ask for one token.
type Slot = tokio::sync::Mutex<Option<Held>>;

/// The tokens of all tenants.
#[derive(Debug)]
pub(crate) struct Tokens {
    login_url: Url,
    scope: String,
    slots: Mutex<HashMap<(EntraTenantId, String), Arc<Slot>>>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(deserialize_with = "seconds")]
    expires_in: u32,
}

/// A number, or a number as text, which is how the older sign-in endpoints write it.
fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number
        .map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX))
        .ok_or_else(|| serde::de::Error::custom("not a number of seconds"))
}

impl Tokens {
    pub(crate) fn new(login_url: &Url, base_url: &Url) -> Self {
        let scope = format!("{}/.default", base_url.origin().ascii_serialization());
        Self {
            login_url: login_url.clone(),
            scope,
            slots: Mutex::default(),
        }
    }

    /// A token that is still good for a while.
    pub(crate) async fn get<O: Observer>(
        &self,
        transport: &Transport,
        tenant: EntraTenantId,
        credentials: &Credentials,
        observer: &O,
    ) -> Result<Arc<Token>, GraphError> {
        let slot = self.slot(tenant, credentials);
        let mut held = slot.lock().await;
        if let Some(known) = held.as_ref()
            && known.secret == credentials.client_secret
            && known.token.renew_at > Instant::now()
        {
            return Ok(Arc::clone(&known.token));
        }
        let token = Arc::new(self.fetch(transport, tenant, credentials, observer).await?);
        *held = Some(Held {
            secret: credentials.client_secret.clone(),
            token: Arc::clone(&token),
        });
        Ok(token)
    }

    /// Drops a token that was refused, unless somebody has replaced it meanwhile.
    pub(crate) async fn forget(&self, tenant: EntraTenantId, credentials: &Credentials, refused: &Arc<Token>) {
        let slot = self.slot(tenant, credentials);
        let mut held = slot.lock().await;
        if held.as_ref().is_some_and(|known| Arc::ptr_eq(&known.token, refused)) {
            *held = None;
        }
    }

    fn slot(&self, tenant: EntraTenantId, credentials: &Credentials) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant, credentials.client_id.clone());
        if let Some(slot) = slots.get(&key) {
            return Arc::clone(slot);
        }
        // Tenants come and go; what nobody uses any more is dropped when another one is added.
        let now = Instant::now();
        slots.retain(|_, slot| {
            Arc::strong_count(slot) > 1 || slot.try_lock().is_ok_and(|held| is_good(held.as_ref(), now))
        });
        let slot = Arc::<Slot>::default();
        slots.insert(key, Arc::clone(&slot));
        slot
    }

    async fn fetch<O: Observer>(
        &self,
        transport: &Transport,
        tenant: EntraTenantId,
        credentials: &Credentials,
        observer: &O,
    ) -> Result<Token, GraphError> {
        let mut url = self.login_url.clone();
        url.set_path(&format!("/{tenant}/oauth2/v2.0/token"));
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &credentials.client_id),
            ("client_secret", credentials.client_secret.expose()),
            ("scope", &self.scope),
        ];
        let verdict = transport
            .send(observer, |http| http.post(url.clone()).form(&form), read)
            .await?;
        match verdict {
            Verdict::Fulfilled(token) => Ok(token),
            // Whatever the status: an unknown tenant, a wrong secret and a missing consent all end here.
            Verdict::Refused { problem, .. } => Err(GraphError::AuthenticationFailed { code: problem.code }),
        }
    }
}

fn is_good(held: Option<&Held>, now: Instant) -> bool {
    held.is_some_and(|known| known.token.renew_at > now)
}

fn read(body: &[u8]) -> Result<Token, Defect> {
    let granted: Granted = serde_json::from_str(&json::text(body)).map_err(|_| Defect::Malformed)?;
    let header = HeaderValue::try_from(format!("Bearer {}", granted.access_token));
    let mut header = header.map_err(|_| Defect::Malformed)?;
    if granted.access_token.is_empty() {
        return Err(Defect::Malformed);
    }
    header.set_sensitive(true);
    let lifetime = Duration::from_secs(granted.expires_in.into());
    // A fifth, so that a token which lives for minutes only is used at all.
    let renew_at = Instant::now() + lifetime.saturating_sub(MARGIN.min(lifetime / 5));
    Ok(Token { header, renew_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r09_tokens_do_not_print() {
        let token = read(br#"{"token_type":"Bearer","expires_in":3599,"access_token":"eyJ.secret"}"#).unwrap();
        let text = format!("{token:?}");
        assert!(text.contains("Sensitive") && !text.contains("eyJ"), "{text}");
    }

    #[test]
    fn tokens_are_renewed_before_they_expire() {
        for (lifetime, margin) in [(3600, 300), (100, 20)] {
            let body = format!(r#"{{"expires_in":{lifetime},"access_token":"a"}}"#);
            let left = read(body.as_bytes()).unwrap().renew_at - Instant::now();
            assert!(
                left <= Duration::from_secs(lifetime - margin) && left > Duration::from_secs(lifetime - margin - 5)
            );
        }
    }

    #[test]
    fn anything_but_a_token_is_malformed() {
        for bad in [
            "",
            "{}",
            r#"{"access_token":"a"}"#,
            r#"{"access_token":"","expires_in":1}"#,
            r#"{"access_token":"a\n","expires_in":1}"#,
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
