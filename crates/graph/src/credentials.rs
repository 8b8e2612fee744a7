//! What an application signs in to a tenant with.

use domain::secret::Secret;

/// The application registration that a tenant's connection uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The application (client) id.
    pub client_id: String,
    /// The client secret's value.
    pub client_secret: Secret,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r09_secrets_do_not_print() {
        let credentials = Credentials {
            client_id: "app".into(),
            client_secret: Secret::new("hunter2"),
        };
        for text in [format!("{credentials:?}"), format!("{credentials:#?}")] {
            assert!(text.contains("[redacted]") && !text.contains("hunter2"), "{text}");
        }
    }
}
