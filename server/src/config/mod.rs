//! Configuration: flags and environment in, settings that can be relied upon out.
//!
//! Each part reads the texts it is given and refuses a wrong one by the name that operators know, with what is expected
//! instead. The wrong value is not repeated: it may hold a password.

mod database;
mod demo;
mod graph;
mod web;
mod worker;

pub use self::demo::refuse_unless_own;
pub use database::{DatabaseArgs, database_url};
pub use domain::secret::Secret;
pub use graph::{GraphArgs, GraphSettings};
pub use web::{WebArgs, WebSettings, address};
pub use worker::WorkerArgs;

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: expected {expected}")]
pub struct ConfigError {
    name: &'static str,
    expected: String,
}

impl ConfigError {
    /// `expected` continues "expected …".
    pub fn new(name: &'static str, expected: impl Into<String>) -> Self {
        Self {
            name,
            expected: expected.into(),
        }
    }
}

/// Whether a URL's host is this machine.
pub(crate) fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// An address of nothing but scheme, host and port; https, unless it is this machine.
fn origin(name: &'static str, text: &str, example: &str) -> Result<url::Url, ConfigError> {
    let expected = || {
        ConfigError::new(
            name,
            format!("an address such as {example} (http for loopback only), without a path"),
        )
    };
    let url = url::Url::parse(text).map_err(|_| expected())?;
    let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if secure && bare { Ok(url) } else { Err(expected()) }
}

/// An empty variable is as good as none: that is how shells and compose files leave one out.
pub(crate) fn given<T: AsRef<str>>(value: Option<&T>) -> Option<&str> {
    value.map(AsRef::as_ref).map(str::trim).filter(|text| !text.is_empty())
}
