//! Password hashing: argon2id, off the async threads, and only a few at a time.
//!
//! One hash takes some 20 MiB and tens of milliseconds of a core. Without the semaphore a burst of sign-ins would take all
//! memory and every core from the people who work.

use std::fmt;
use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use tokio::sync::Semaphore;

/// A password as typed. Shown by nothing.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The longest password that is looked at, in bytes; hashing time grows with it.
    pub const MAX: usize = 1024;

    /// Takes what was typed.
    pub fn new(typed: impl Into<String>) -> Self {
        Self(typed.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}

/// One for each core of a small machine.
static AT_A_TIME: Semaphore = Semaphore::const_new(2);

/// A hash of nothing anybody knows, verified when there is no account, so that both answers take the same time.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(&rand::random::<[u8; 32]>()).unwrap_or_default());

fn hash_now(secret: &[u8]) -> Option<String> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).ok()?;
    Argon2::default()
        .hash_password(secret, &salt)
        .ok()
        .map(|hash| hash.to_string())
}

/// Whether the password is the one of the hash; `None` takes as long and is always no.
pub(crate) async fn verify(password: Password, hash: Option<String>) -> bool {
    let Ok(_permit) = AT_A_TIME.acquire().await else {
        return false;
    };
    let verified = tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let stored = hash.unwrap_or_else(|| NOBODY.clone());
        let matches = password.0.len() <= Password::MAX
            && PasswordHash::new(&stored).is_ok_and(|parsed| {
                Argon2::default()
                    .verify_password(password.0.as_bytes(), &parsed)
                    .is_ok()
            });
        known && matches
    });
    verified.await.unwrap_or(false)
}

/// The hash to store for a password, in PHC form.
pub async fn hash(password: Password) -> crate::Result<String> {
    match tokio::task::spawn_blocking(move || hash_now(password.0.as_bytes())).await {
        Ok(Some(hash)) => Ok(hash),
        _ => Err(crate::Error::Stored("the password could not be hashed".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_an_account_verifies() {
        let stored = hash(Password::new("demo")).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify(Password::new("demo"), Some(stored.clone())).await);
        assert!(!verify(Password::new("Demo"), Some(stored)).await);
        assert!(!verify(Password::new("demo"), None).await);
        assert!(!format!("{:?}", Password::new("demo")).contains("demo"));
    }
}
