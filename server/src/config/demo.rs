//! What demo mode refuses: its accounts have a known password, so it must not be reachable, and must not touch anything real.

use super::{ConfigError, DatabaseArgs, GraphArgs, WebSettings, given, is_loopback};

/// Refuses anything but this machine, a simulator, and a database of our own.
pub fn refuse_unless_own(web: &WebSettings, graph: &GraphArgs, database: &DatabaseArgs) -> Result<(), ConfigError> {
    if !web.addr.ip().is_loopback() {
        return Err(ConfigError::new(
            "ADDR",
            "a loopback address such as 127.0.0.1:3000, because this is demo mode",
        ));
    }
    if !is_loopback(&web.public_url) {
        return Err(ConfigError::new(
            "PUBLIC_URL",
            "a loopback address such as http://127.0.0.1:3000, because this is demo mode",
        ));
    }
    for (name, text) in [
        ("GRAPH_BASE_URL", &graph.graph_base_url),
        ("GRAPH_LOGIN_URL", &graph.graph_login_url),
    ] {
        let own = given(text.as_ref()).is_none_or(|text| url::Url::parse(text).is_ok_and(|url| is_loopback(&url)));
        if !own {
            return Err(ConfigError::new(
                name,
                "nothing, or a simulator on loopback, because this is demo mode",
            ));
        }
    }
    for (name, there) in [
        ("GRAPH_CLIENT_ID", given(graph.graph_client_id.as_ref()).is_some()),
        (
            "GRAPH_CLIENT_SECRET",
            given(graph.graph_client_secret.as_ref()).is_some(),
        ),
    ] {
        if there {
            return Err(ConfigError::new(
                name,
                "nothing, because this is demo mode and it uses no real credentials",
            ));
        }
    }
    if !database.is_private() {
        return Err(ConfigError::new(
            "DATABASE_URL",
            "a private database as `make run` starts one, because this is demo mode; without --demo any database will do",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::WebArgs;

    fn refused(web: &WebArgs, graph: &GraphArgs, private: &str) -> String {
        let database = DatabaseArgs {
            private: Some(private.to_owned()),
            ..DatabaseArgs::default()
        };
        refuse_unless_own(&web.settings().unwrap(), graph, &database)
            .map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn demo_mode_is_loopback_only_and_touches_nothing_real() {
        let web = WebArgs::default();
        let graph = GraphArgs::default();
        assert_eq!(refused(&web, &graph, "1"), "");
        assert!(refused(&web, &graph, "").starts_with("DATABASE_URL: expected a private database"));
        let open = WebArgs {
            addr: Some("0.0.0.0:3000".to_owned()),
            ..web.clone()
        };
        assert!(refused(&open, &graph, "1").starts_with("ADDR: expected a loopback address"));
        let public = WebArgs {
            public_url: Some("https://ops.example.com".to_owned()),
            ..web.clone()
        };
        assert!(refused(&public, &graph, "1").starts_with("PUBLIC_URL: expected a loopback address"));
        let real = GraphArgs {
            graph_base_url: Some("https://graph.microsoft.com".to_owned()),
            ..graph.clone()
        };
        assert!(refused(&web, &real, "1").starts_with("GRAPH_BASE_URL: expected nothing"));
        let secret = GraphArgs {
            graph_client_secret: Some(domain::secret::Secret::new("hunter2")),
            ..graph
        };
        let error = refused(&web, &secret, "1");
        assert!(error.starts_with("GRAPH_CLIENT_SECRET: expected nothing") && !error.contains("hunter2"));
    }
}
