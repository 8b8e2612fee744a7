//! Microsoft Graph: where it is and what we sign in with.

use clap::Args;
use graph::{Credentials, GraphConfig};
use url::Url;

use super::{ConfigError, Secret, given, origin};

/// Flags and variables about Microsoft Graph.
#[derive(Debug, Clone, Default, Args)]
pub struct GraphArgs {
    /// Microsoft Graph [default: the public cloud's]
    #[arg(long, env = "GRAPH_BASE_URL", value_name = "URL")]
    pub graph_base_url: Option<String>,
    /// Its sign-in service [default: the public cloud's]
    #[arg(long, env = "GRAPH_LOGIN_URL", value_name = "URL")]
    pub graph_login_url: Option<String>,
    /// The application that tenants have consented to
    #[arg(long, env = "GRAPH_CLIENT_ID", value_name = "ID")]
    pub graph_client_id: Option<String>,
    /// Its secret; better in the environment than on a command line, which others can see
    #[arg(long, env = "GRAPH_CLIENT_SECRET", hide_env_values = true, value_name = "SECRET")]
    pub graph_client_secret: Option<Secret>,
}

/// How Graph is reached.
#[derive(Debug, Clone)]
pub struct GraphSettings {
    /// Addresses and patience.
    pub config: GraphConfig,
    /// What to sign in with.
    pub credentials: Credentials,
}

impl GraphArgs {
    /// Both addresses; those of the public cloud, if none are given.
    pub fn addresses(&self) -> Result<(Url, Url), ConfigError> {
        let read = |name, text: Option<&String>, usual: &str| origin(name, given(text).unwrap_or(usual), usual);
        Ok((
            read(
                "GRAPH_BASE_URL",
                self.graph_base_url.as_ref(),
                "https://graph.microsoft.com",
            )?,
            read(
                "GRAPH_LOGIN_URL",
                self.graph_login_url.as_ref(),
                "https://login.microsoftonline.com",
            )?,
        ))
    }

    /// Both addresses of a simulator, which serves both under one; sign-in may be given separately all the same.
    pub fn simulator(&self) -> Result<(Url, Url), ConfigError> {
        let mut args = self.clone();
        args.graph_login_url = given(self.graph_login_url.as_ref())
            .or(given(self.graph_base_url.as_ref()))
            .map(str::to_owned);
        args.addresses()
    }

    /// Everything a worker needs.
    pub fn settings(&self) -> Result<GraphSettings, ConfigError> {
        let (base_url, login_url) = self.addresses()?;
        let id = given(self.graph_client_id.as_ref()).ok_or_else(|| {
            ConfigError::new(
                "GRAPH_CLIENT_ID",
                "the id of the application that signs in to the tenants",
            )
        })?;
        let secret = given(self.graph_client_secret.as_ref()).ok_or_else(|| {
            ConfigError::new(
                "GRAPH_CLIENT_SECRET",
                "the secret of the application of GRAPH_CLIENT_ID",
            )
        })?;
        Ok(GraphSettings {
            config: GraphConfig::new(base_url, login_url),
            credentials: Credentials {
                client_id: id.to_owned(),
                client_secret: Secret::new(secret),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_unless_loopback() {
        let read = |base: &str| {
            GraphArgs {
                graph_base_url: Some(base.to_owned()),
                ..GraphArgs::default()
            }
            .addresses()
        };
        for good in [
            "",
            "https://graph.microsoft.us",
            "http://127.0.0.1:4001",
            "http://localhost:1",
        ] {
            assert!(read(good).is_ok(), "{good}");
        }
        for bad in [
            "http://graph.microsoft.com",
            "https://u:hunter2@h",
            "https://h/beta",
            "graph",
            "ftp://127.0.0.1",
        ] {
            let error = read(bad).unwrap_err().to_string();
            assert!(
                error.starts_with("GRAPH_BASE_URL: expected an address such as https://graph.microsoft.com"),
                "{error}"
            );
            assert!(!error.contains("hunter2"));
        }
    }

    #[test]
    fn a_worker_needs_credentials() {
        let error = GraphArgs::default().settings().unwrap_err().to_string();
        assert!(error.starts_with("GRAPH_CLIENT_ID: expected"), "{error}");
    }
}
