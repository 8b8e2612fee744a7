//! Signing in.
//!
//! What is tried is counted three ways, each before the password is looked at ([`crate::throttle`]):
//! by network, by account and network, and by account alone for networks from which nobody has signed in to it lately. So a
//! guesser gets [`FAILURES_PER_ACCOUNT`] guesses at an account from one place and [`FAILURES_PER_ACCOUNT_EVERYWHERE`] from all
//! places together, and cannot lock out a person who signs in from where they always do. A right password gives its own place back
//! and no other: whoever guesses beside somebody of the same network gains nothing when that one signs in.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::id::{SessionId, UserId, WorkspaceId};

use super::session::{ABSOLUTE_DAYS, MOST_SESSIONS};
use crate::digest::digest;
use crate::password::{self, Password};
use crate::throttle::{Limit, Reservation, network};
use crate::{Error, Ledger, Result, ids, people, scope};

/// Failed sign-ins to an account from one network within [`WINDOW_MINUTES`] before more from there are refused.
pub const FAILURES_PER_ACCOUNT: i32 = 10;
/// The same for a network, whatever accounts it tries. Higher, because offices share one.
pub const FAILURES_PER_ADDRESS: i32 = 50;
/// How long failures of these two count, and how long being refused lasts at most.
pub const WINDOW_MINUTES: i64 = 5;
/// Failed sign-ins to an account from all networks where it is not known, within [`EVERYWHERE_WINDOW_MINUTES`].
pub const FAILURES_PER_ACCOUNT_EVERYWHERE: i32 = 100;
/// How long those count.
pub const EVERYWHERE_WINDOW_MINUTES: i64 = 60;
/// The longest address that an account can have, in bytes.
const EMAIL_MAX: usize = 254;
/// When to try again if too many sign in at once.
const BUSY_SECONDS: u32 = 5;

/// A sign-in.
#[derive(Debug)]
pub struct SignIn<'a> {
    /// The address as typed.
    pub email: &'a str,
    /// The password as typed.
    pub password: Password,
    /// Where it comes from.
    pub address: IpAddr,
}

/// A session that has begun.
#[derive(Clone)]
pub struct SignedIn {
    /// For the cookie; nobody else ever gets it.
    pub token: String,
    /// Who signed in.
    pub user: UserId,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Why nobody was signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such account, a wrong password, or a disabled account: the same answer, after the same time.
    Invalid,
    /// Too many failures of the account or from the network.
    Throttled {
        /// When to try again.
        retry_seconds: u32,
    },
    /// Too many people sign in at this moment; nothing was looked at and nothing counted.
    Busy {
        /// When to try again.
        retry_seconds: u32,
    },
}

/// Signs somebody in, or not.
///
/// Goes on in a task of its own: whoever hangs up has used an attempt all the same, and holds its place in the queue until the
/// hash that was begun for them is done.
pub async fn sign_in(ledger: &Ledger, attempt: SignIn<'_>) -> Result<std::result::Result<SignedIn, Refusal>> {
    let Some(seat) = ledger.hashing().seat() else {
        let retry_seconds = BUSY_SECONDS;
        return Ok(Err(Refusal::Busy { retry_seconds }));
    };
    let (ledger, email) = (ledger.clone(), attempt.email.trim().to_lowercase());
    let task = tokio::spawn(async move {
        let _seat = seat;
        decide(&ledger, &email, attempt.password, &network(attempt.address)).await
    });
    task.await.map_err(|_| Error::BrokeOff("a sign-in"))?
}

/// An account, as far as signing in to it goes.
struct Account {
    id: uuid::Uuid,
    password_hash: Option<String>,
    last_workspace_id: Option<uuid::Uuid>,
    /// Whether somebody has signed in to it from this network lately.
    known_here: bool,
}

async fn decide(
    ledger: &Ledger,
    email: &str,
    password: Password,
    network: &str,
) -> Result<std::result::Result<SignedIn, Refusal>> {
    let short = |key, most| Limit {
        key,
        most,
        window: TimeDelta::minutes(WINDOW_MINUTES),
    };
    let place = digest("address", network);
    let account_here = digest("account at", &format!("{network} {email}"));
    // One after the other of an account, so that those who type the right password twenty times at once are all let in.
    let _turn = ledger.turns().take(&account_here).await;
    let mut limits = vec![
        // The network first: past its limit, no more rows are made for accounts that it thinks up.
        short(place.clone(), FAILURES_PER_ADDRESS),
        short(account_here, FAILURES_PER_ACCOUNT),
    ];
    let account = find(ledger, email, &place).await?;
    if !account.as_ref().is_some_and(|account| account.known_here) {
        limits.push(Limit {
            key: digest("account", email),
            most: FAILURES_PER_ACCOUNT_EVERYWHERE,
            window: TimeDelta::minutes(EVERYWHERE_WINDOW_MINUTES),
        });
    }
    let mut reserved = Reservation::default();
    for limit in limits {
        reserved = match reserved.add(ledger, limit).await? {
            Ok(reserved) => reserved,
            Err(retry_seconds) => return Ok(Err(Refusal::Throttled { retry_seconds })),
        };
    }
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let verified = password::verify(ledger.hashing(), password, hash).await?;
    let Some(account) = account.filter(|_| verified) else {
        return Ok(Err(Refusal::Invalid));
    };
    match begin(ledger, &account, &place).await? {
        Some(signed_in) => {
            reserved.give_back(ledger).await?;
            Ok(Ok(signed_in))
        }
        None => Ok(Err(Refusal::Invalid)),
    }
}

/// The account of an address. What cannot be one is not asked for: it would be an error, and is an ordinary wrong address.
async fn find(ledger: &Ledger, email: &str, place: &[u8]) -> Result<Option<Account>> {
    if email.len() > EMAIL_MAX || email.chars().any(char::is_control) {
        return Ok(None);
    }
    let account = sqlx::query_as!(
        Account,
        r#"select u.id, u.password_hash, u.last_workspace_id,
            exists (select from sessions s where s.user_id = u.id and s.network = $2) as "known_here!"
        from users u where u.email = $1 and u.disabled_at is null"#,
        email,
        place
    )
    .fetch_optional(ledger.pool())
    .await?;
    Ok(account)
}

/// Begins a session, and ends the oldest ones beyond [`MOST_SESSIONS`]. `None` if the account was disabled meanwhile.
async fn begin(ledger: &Ledger, account: &Account, place: &[u8]) -> Result<Option<SignedIn>> {
    let now = ledger.now();
    let user = UserId(account.id);
    let workspace = first_workspace(ledger, user, account.last_workspace_id.map(WorkspaceId)).await?;
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let session: SessionId = ids::new(now);
    let mut tx = scope::begin_as_person(ledger, user).await?;
    if !people::lock(&mut tx, user).await? {
        return Ok(None);
    }
    sqlx::query!(
        "insert into sessions (id, token_hash, user_id, workspace_id, created_at, last_seen_at, expires_at, network)
        values ($1, $2, $3, $4, $5, $5, $6, $7)",
        session.0,
        digest("session", &token),
        user.0,
        workspace.map(|id| id.0),
        now,
        now + TimeDelta::days(ABSOLUTE_DAYS),
        place
    )
    .execute(&mut *tx)
    .await?;
    // Those that have ended go first: whoever signs in and out all day makes no more rows than anybody else.
    sqlx::query!(
        "delete from sessions where id in (
            select id from sessions where user_id = $1 order by ended_at is not null, created_at desc, id desc offset $2)",
        user.0,
        MOST_SESSIONS
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(SignedIn { token, user }))
}

/// The workspace to begin in: the last one, if the person is still a member, or the first by name, or none.
async fn first_workspace(ledger: &Ledger, user: UserId, last: Option<WorkspaceId>) -> Result<Option<WorkspaceId>> {
    let all = people::workspaces_of(ledger, user).await?;
    let still = last.filter(|last| all.iter().any(|workspace| workspace.id == *last));
    Ok(still.or_else(|| all.first().map(|workspace| workspace.id)))
}
