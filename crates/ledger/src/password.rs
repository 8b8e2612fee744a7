//! Password hashing: argon2id, off the async threads, and only a few at a time.
//!
//! One hash takes some 20 MiB and tens of milliseconds of a core. Without `Hashing` a burst of sign-ins would take all
//! memory and every core from the people who work.

use std::sync::{Arc, LazyLock};

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use domain::secret::Secret;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// A password as typed. Shown by nothing.
#[derive(Debug, Clone)]
pub struct Password(Secret);

impl Password {
    /// The longest password that is looked at, in bytes; hashing time grows with it.
    pub const MAX: usize = 1024;

    /// Takes what was typed.
    pub fn new(typed: impl Into<String>) -> Self {
        Self(Secret::new(typed))
    }

    fn is_too_long(&self) -> bool {
        self.bytes().len() > Self::MAX
    }

    fn bytes(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }
}

/// How many passwords a process looks at.
#[derive(Debug)]
pub(crate) struct Hashing {
    at_a_time: Arc<Semaphore>,
    seats: Arc<Semaphore>,
}

impl Hashing {
    /// One for each core of a small machine.
    const AT_A_TIME: usize = 2;
    /// Those at work and those waiting; the last of them waits a second or two. Fewer than a network may fail
    /// ([`crate::sessions::FAILURES_PER_ADDRESS`]), so that an office that arrives at one moment is not taken for guessing.
    const SEATS: usize = 48;

    /// A place among those whose password is looked at, or waits for it; `None` if all are taken. Kept by the work and not by
    /// whoever asked for it, who can hang up.
    pub(crate) fn seat(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().ok()
    }
}

impl Default for Hashing {
    fn default() -> Self {
        Self {
            at_a_time: Arc::new(Semaphore::new(Self::AT_A_TIME)),
            seats: Arc::new(Semaphore::new(Self::SEATS)),
        }
    }
}

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
pub(crate) async fn verify(hashing: &Hashing, password: Password, hash: Option<String>) -> Result<bool> {
    let broken = |_| Error::Hashing("it was not finished".to_owned());
    let permit = Arc::clone(&hashing.at_a_time).acquire_owned().await;
    let permit = permit.map_err(|_| Error::Hashing("nothing is hashed any more".to_owned()))?;
    tokio::task::spawn_blocking(move || {
        // Here and not in the future: a hash cannot be cancelled, so it must hold its place until it is done.
        let _permit = permit;
        let known = hash.is_some();
        let stored = hash.unwrap_or_else(|| NOBODY.clone());
        let parsed = PasswordHash::new(&stored).map_err(|error| Error::Hashing(error.to_string()))?;
        let matches = !password.is_too_long() && Argon2::default().verify_password(password.bytes(), &parsed).is_ok();
        Ok(known && matches)
    })
    .await
    .map_err(broken)?
}

/// The hash to store for a password, in PHC form.
pub async fn hash(password: Password) -> Result<String> {
    if password.is_too_long() {
        return Err(Error::Hashing(format!("it is longer than {} bytes", Password::MAX)));
    }
    let hashed = tokio::task::spawn_blocking(move || hash_now(password.bytes())).await;
    hashed
        .ok()
        .flatten()
        .ok_or_else(|| Error::Hashing("it was not finished".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_an_account_verifies() {
        let hashing = Hashing::default();
        let verify = async |typed: &str, hash| verify(&hashing, Password::new(typed), hash).await;
        let stored = hash(Password::new("demo")).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify("demo", Some(stored.clone())).await.unwrap());
        assert!(!verify("Demo", Some(stored.clone())).await.unwrap());
        assert!(!verify("demo", None).await.unwrap());
        assert!(!verify(&"x".repeat(60_000), Some(stored)).await.unwrap());
        assert!(!format!("{:?}", Password::new("demo")).contains("demo"));
        let longest = hash(Password::new("x".repeat(Password::MAX))).await.unwrap();
        assert!(verify(&"x".repeat(Password::MAX), Some(longest)).await.unwrap());
        let unusable = hash(Password::new("x".repeat(Password::MAX + 1))).await;
        assert!(
            matches!(unusable, Err(Error::Hashing(_))),
            "nobody could sign in with it"
        );
        assert!(matches!(
            verify("demo", Some("no hash".to_owned())).await,
            Err(Error::Hashing(_))
        ));
    }

    #[test]
    fn c04_a_hash_that_nobody_waits_for_any_more_holds_its_permit_until_it_is_done() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(1)
            .build()
            .unwrap();
        runtime.block_on(async {
            let (go_on, wait) = std::sync::mpsc::channel::<()>();
            // The one thread for hashes is busy, so that the hash has not begun when its caller goes away.
            let busy = tokio::task::spawn_blocking(move || wait.recv());
            let hashing = Hashing::default();
            let mut caller = Box::pin(verify(&hashing, Password::new("x"), None));
            assert!(futures::poll!(caller.as_mut()).is_pending());
            drop(caller);
            assert_eq!(hashing.at_a_time.available_permits(), Hashing::AT_A_TIME - 1);
            go_on.send(()).unwrap();
            busy.await.unwrap().unwrap();
            let all = u32::try_from(Hashing::AT_A_TIME).unwrap();
            hashing.at_a_time.acquire_many(all).await.unwrap().forget();
        });
    }

    #[test]
    fn c04_who_waits_for_a_hash_is_bounded() {
        let hashing = Hashing::default();
        let mut seats: Vec<_> = (0..Hashing::SEATS).map(|_| hashing.seat().unwrap()).collect();
        assert!(hashing.seat().is_none());
        seats.pop();
        assert!(hashing.seat().is_some());
    }
}
