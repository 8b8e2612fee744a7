//! Where Microsoft Graph is, and how patient to be with it.

use std::fmt;
use std::time::Duration;

use url::{Host, Url};

use crate::retry::RetryPolicy;

/// The settings of a [`crate::GraphClient`].
#[derive(Debug, Clone)]
pub struct GraphConfig {
    /// Microsoft Graph's origin, such as `https://graph.microsoft.com`; other clouds have others.
    pub base_url: Url,
    /// The sign-in service's origin, such as `https://login.microsoftonline.com`.
    pub login_url: Url,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long one attempt may take, from connecting to the last byte.
    pub request_timeout: Duration,
    /// When to try again.
    pub retry: RetryPolicy,
    /// How many pages one listing may have.
    pub max_pages: u32,
    /// How many bytes one answer may have.
    pub max_body: usize,
}

impl GraphConfig {
    /// The usual patience with the services at these addresses.
    pub fn new(base_url: Url, login_url: Url) -> Self {
        Self {
            base_url,
            login_url,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(100),
            retry: RetryPolicy::default(),
            max_pages: 10_000,
            max_body: 32 * 1024 * 1024,
        }
    }

    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        for (setting, url) in [(Setting::BaseUrl, &self.base_url), (Setting::LoginUrl, &self.login_url)] {
            let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
            if !secure {
                return Err(ConfigError::Insecure(setting));
            }
            let bare = url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none();
            if !bare {
                return Err(ConfigError::NotAnOrigin(setting));
            }
        }
        Ok(())
    }
}

/// A setting of [`GraphConfig`], by the name that operators know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// [`GraphConfig::base_url`]
    BaseUrl,
    /// [`GraphConfig::login_url`]
    LoginUrl,
}

impl Setting {
    const fn example(self) -> &'static str {
        match self {
            Self::BaseUrl => "https://graph.microsoft.com",
            Self::LoginUrl => "https://login.microsoftonline.com",
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BaseUrl => "GRAPH_BASE_URL",
            Self::LoginUrl => "GRAPH_LOGIN_URL",
        })
    }
}

/// Why a client cannot be made. The value is not repeated: a mistaken address may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Tokens would travel in the clear.
    #[error("{0}: expected an https address such as {example} (http is for loopback only)", example = .0.example())]
    Insecure(Setting),
    /// Something follows the host, or precedes it.
    #[error("{0}: expected an address without path, query and user, such as {example}", example = .0.example())]
    NotAnOrigin(Setting),
    /// The TLS library did not start.
    #[error("the HTTP client could not be made")]
    Tls,
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, login: &str) -> Result<(), ConfigError> {
        GraphConfig::new(Url::parse(base).unwrap(), Url::parse(login).unwrap()).validate()
    }

    const GRAPH: &str = "https://graph.microsoft.com";
    const LOGIN: &str = "https://login.microsoftonline.com/";

    #[test]
    fn https_and_loopback_are_accepted() {
        for base in [
            GRAPH,
            "https://graph.microsoft.us",
            "http://127.0.0.1:4010",
            "http://[::1]:1",
            "http://localhost:1",
        ] {
            assert_eq!(check(base, LOGIN), Ok(()), "{base}");
        }
    }

    #[test]
    fn anything_else_is_refused_by_the_name_of_the_setting() {
        for base in [
            "http://graph.microsoft.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
        ] {
            assert_eq!(
                check(base, LOGIN),
                Err(ConfigError::Insecure(Setting::BaseUrl)),
                "{base}"
            );
        }
        for login in [
            "https://x.example/common",
            "https://u:p@x.example",
            "https://x.example/?a",
            "https://x.example/#a",
        ] {
            let error = check(GRAPH, login).unwrap_err();
            assert_eq!(error, ConfigError::NotAnOrigin(Setting::LoginUrl), "{login}");
            let text = error.to_string();
            assert!(
                text.starts_with("GRAPH_LOGIN_URL: expected") && !text.contains('\n') && !text.contains("x.example")
            );
        }
    }
}
