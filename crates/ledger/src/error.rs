//! The one error of this layer.

use domain::access::Capability;

/// What a call of the ledger answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call of the ledger failed. Nothing was changed, unless the variant says otherwise: every change is a transaction.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// PostgreSQL does not answer, is starting or stopping, or has no connection to spare. Trying again makes sense.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// PostgreSQL refused, and will again: a defect of ours, or a database that is not the one expected.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    /// The process is connected as somebody who could see everything (R10).
    #[error("{0}")]
    WrongRole(String),
    /// The database has not been migrated to what this release needs.
    #[error("the database is not migrated: {0}")]
    NotMigrated(String),
    /// The engine refused.
    #[error("the job engine failed: {0}")]
    Queue(String),
    /// Somebody else executes the run by now; nothing was written (R14).
    #[error("the run is executed by another worker by now")]
    Fenced,
    /// The write is of something that the run's receipt does not name; nothing was written (R16).
    #[error("outside of the scope receipt")]
    ScopeExceeded,
    /// A key is missing (R21). Callers that go through a permit never see it; nothing was read or written.
    #[error(transparent)]
    Forbidden(#[from] Missing),
    /// Others changed the same thing each time that it was tried. Trying again makes sense.
    #[error("others changed the same thing at the same time, several times in a row")]
    Contended,
    /// More than one person may have, or a form that contradicts what it said before.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A password could not be hashed, or not be compared with its hash.
    #[error("a password could not be hashed: {0}")]
    Hashing(String),
    /// A task of ours ended without an answer: it panicked, or the process is stopping.
    #[error("{0} broke off")]
    BrokeOff(&'static str),
    /// A stored value is not of the form this release knows.
    #[error("stored value not understood: {0}")]
    Stored(String),
}

/// A key that is not held, or not far enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key {key} is missing")]
pub struct Missing {
    /// The key.
    pub key: Capability,
}

/// What a person is told instead of an answer. Each has words of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The form with this key was accepted before, and asked for something else then (R03).
    #[error("the form was sent before and asked for something else")]
    FormSentAlready,
    /// So many runs of the person are queued for the tenant.
    #[error("{0} runs of this person are queued for this tenant already")]
    TooManyQueued(u32),
    /// So many runs were started by the person within the hour.
    #[error("{0} runs were started by this person within the hour already")]
    TooManyStarted(u32),
    /// The person's account was ended after the request was let in.
    #[error("the account was ended")]
    AccountEnded,
    /// So many forms are kept for the person, and have been kept only lately.
    #[error("{0} forms are kept for this person already")]
    TooManyDrafts(u32),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        let unavailable = match &error {
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::BeginFailed => true,
            // 08: connection exceptions; 53: out of resources; 57P: shutting down, starting up, crashed;
            // 57014: the statement's time was up; 25P03: the transaction's, because this process had stood still.
            E::Database(refusal) => refusal.code().is_some_and(|code| {
                code.starts_with("08")
                    || code.starts_with("53")
                    || code.starts_with("57P")
                    || matches!(&*code, "57014" | "25P03")
            }),
            _ => false,
        };
        if unavailable {
            Self::Unavailable(error)
        } else {
            Self::Database(error)
        }
    }
}

impl From<domain::status::UnknownWord> for Error {
    fn from(word: domain::status::UnknownWord) -> Self {
        Self::Stored(word.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Stored(error.to_string())
    }
}

impl Error {
    /// Whether PostgreSQL could not hold a value that it was given (SQLSTATE class 22: a NUL in a text, a day before its calendar, a
    /// number out of range). What was sent cannot be used, and will not be later.
    pub fn is_unusable_input(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(refusal)) => refusal.code().is_some_and(|code| code.starts_with("22")),
            // sqlx itself refuses what its types cannot carry to the database.
            Self::Database(sqlx::Error::Encode(_)) => true,
            _ => false,
        }
    }

    /// Whether trying the same again later makes sense.
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Contended)
    }

    /// The name of the constraint that refused, if one did.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Database(sqlx::Error::Database(refusal)) => refusal.constraint(),
            _ => None,
        }
    }
}
