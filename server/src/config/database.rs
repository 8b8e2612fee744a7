//! Where the database is, for each role.

use clap::Args;
use url::Url;

use super::{ConfigError, Secret, given};

/// Flags and variables about the database.
#[derive(Debug, Clone, Default, Args)]
pub struct DatabaseArgs {
    /// The database as its owner, who migrates it: postgres://user:password@host:port/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<Secret>,
    /// Set by the script that starts a PostgreSQL for one process alone; allows the demo, and lets the other roles' URLs be derived
    #[arg(long, env = "TENANTATLAS_PRIVATE", hide = true, value_name = "1")]
    pub private: Option<String>,
}

impl DatabaseArgs {
    /// Whether the database belongs to this process alone.
    pub fn is_private(&self) -> bool {
        given(self.private.as_ref()) == Some("1")
    }

    /// The owner's URL, if one is given.
    pub fn owner(&self) -> Result<Option<Secret>, ConfigError> {
        given(self.database_url.as_ref())
            .map(|text| database_url("DATABASE_URL", Some(text)))
            .transpose()
    }

    /// The URL of a process: its own, or in private mode the owner's with the process's role.
    pub fn of_role(&self, name: &'static str, role: &str, own: Option<&Secret>) -> Result<Secret, ConfigError> {
        if given(own).is_none()
            && self.is_private()
            && let Some(owner) = self.owner()?
            && let Ok(mut url) = Url::parse(owner.expose())
            && url.set_username(role).is_ok()
        {
            return Ok(Secret::new(url));
        }
        database_url(name, given(own))
    }
}

pub fn database_url(name: &'static str, text: Option<&str>) -> Result<Secret, ConfigError> {
    let expected = || {
        ConfigError::new(
            name,
            "a PostgreSQL URL such as postgres://user:password@host:5432/database",
        )
    };
    let text = text.ok_or_else(expected)?;
    let url = Url::parse(text).map_err(|_| expected())?;
    let names_a_database = url.path().len() > 1;
    if matches!(url.scheme(), "postgres" | "postgresql") && url.has_host() && names_a_database {
        Ok(Secret::new(text))
    } else {
        Err(expected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(url: &str, private: &str) -> DatabaseArgs {
        DatabaseArgs {
            database_url: Some(Secret::new(url)),
            private: Some(private.to_owned()),
        }
    }

    #[test]
    fn a_wrong_url_is_named_and_not_repeated() {
        for bad in [
            "mysql://u:hunter2@h/db",
            "postgres://u:hunter2@h",
            "postgres:/hunter2",
            "hunter2",
        ] {
            let error = args(bad, "").owner().unwrap_err().to_string();
            assert!(
                error.starts_with("DATABASE_URL: expected a PostgreSQL URL") && !error.contains("hunter2"),
                "{error}"
            );
        }
        assert_eq!(args("", "").owner(), Ok(None));
    }

    #[test]
    fn private_mode_derives_the_roles() {
        let owner = "postgres://tenantatlas_owner:pw@127.0.0.1:5/tenantatlas";
        let derived = args(owner, "1")
            .of_role("WEB_DATABASE_URL", "tenantatlas_web", None)
            .unwrap();
        assert_eq!(
            derived.expose(),
            "postgres://tenantatlas_web:pw@127.0.0.1:5/tenantatlas"
        );
        let error = args(owner, "")
            .of_role("WEB_DATABASE_URL", "tenantatlas_web", None)
            .unwrap_err();
        assert!(error.to_string().starts_with("WEB_DATABASE_URL: expected"), "{error}");
    }
}
