//! The web process: where it listens and whom it believes.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;
use url::Url;

use super::{ConfigError, given, origin};

/// Flags and variables about the web.
#[derive(Debug, Clone, Default, Args)]
pub struct WebArgs {
    /// Where to listen [default: 127.0.0.1:3000]
    #[arg(long, env = "ADDR", value_name = "IP:PORT")]
    pub addr: Option<String>,
    /// The address people type [default: http:// and ADDR]
    #[arg(long, env = "PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Reverse proxies whose X-Forwarded-For is believed, as networks with commas between
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "CIDR,…")]
    pub trusted_proxies: Option<String>,
    /// The folder that cargo-leptos built for browsers [default: target/site]
    #[arg(long, env = "LEPTOS_SITE_ROOT", value_name = "DIR")]
    pub site_root: Option<PathBuf>,
}

/// How the web process behaves.
#[derive(Debug, Clone)]
pub struct WebSettings {
    pub addr: SocketAddr,
    /// Its address from outside.
    pub public_url: Url,
    /// Whose word about the client's address counts.
    pub trusted_proxies: Vec<IpNet>,
    /// The files for browsers.
    pub site_root: PathBuf,
}

impl WebArgs {
    pub fn settings(&self) -> Result<WebSettings, ConfigError> {
        let addr = address("ADDR", given(self.addr.as_ref()).unwrap_or("127.0.0.1:3000"))?;
        let public_url = match given(self.public_url.as_ref()) {
            Some(text) => origin("PUBLIC_URL", text, "https://operations.example.com")?,
            // Not refused for being http: a server behind a proxy listens on any address.
            None => Url::parse(&format!("http://{addr}"))
                .map_err(|_| ConfigError::new("PUBLIC_URL", "the address that people type"))?,
        };
        let trusted_proxies = given(self.trusted_proxies.as_ref())
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(network)
            .collect::<Result<_, _>>()?;
        Ok(WebSettings {
            addr,
            public_url,
            trusted_proxies,
            site_root: self.site_root.clone().unwrap_or_else(|| PathBuf::from("target/site")),
        })
    }
}

/// An address to listen on.
pub fn address(name: &'static str, text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse()
        .map_err(|_| ConfigError::new(name, "an IP address and a port such as 127.0.0.1:3000"))
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, ConfigError> {
    text.parse()
        .or_else(|_| text.parse().map(|ip: std::net::IpAddr| IpNet::from(ip)))
        .map_err(|_| ConfigError::new("TRUSTED_PROXIES", "networks such as 10.0.0.0/8,fd00::/8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_any_setting_it_listens_on_loopback() {
        let settings = WebArgs::default().settings().unwrap();
        assert_eq!(settings.addr.to_string(), "127.0.0.1:3000");
        assert_eq!(settings.public_url.as_str(), "http://127.0.0.1:3000/");
    }

    #[test]
    fn wrong_settings_are_named_with_what_is_expected() {
        let refused = |args: WebArgs| args.settings().unwrap_err().to_string();
        for addr in ["3000", "localhost", "localhost:3000", "127.0.0.1", "127.0.0.1:99999"] {
            let error = refused(WebArgs {
                addr: Some(addr.to_owned()),
                ..WebArgs::default()
            });
            assert_eq!(error, "ADDR: expected an IP address and a port such as 127.0.0.1:3000");
        }
        for url in [
            "http://ops.example.com",
            "https://ops.example.com/path",
            "ops.example.com",
        ] {
            let error = refused(WebArgs {
                public_url: Some(url.to_owned()),
                ..WebArgs::default()
            });
            assert!(
                error.starts_with("PUBLIC_URL: expected an address such as https://"),
                "{error}"
            );
        }
        let error = refused(WebArgs {
            trusted_proxies: Some("10.0.0.0/8,proxy".to_owned()),
            ..WebArgs::default()
        });
        assert_eq!(error, "TRUSTED_PROXIES: expected networks such as 10.0.0.0/8,fd00::/8");
    }

    #[test]
    fn proxies_are_networks_or_single_addresses() {
        let args = WebArgs {
            trusted_proxies: Some("10.0.0.0/8, 192.0.2.7".to_owned()),
            ..WebArgs::default()
        };
        assert_eq!(args.settings().unwrap().trusted_proxies.len(), 2);
    }
}
