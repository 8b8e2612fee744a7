//! Everything that can go wrong with Microsoft Graph, as reason codes and sentences that are safe to store (R09).

use std::fmt;

use domain::reason::ReasonCode;
use domain::sanitize::sanitize;

/// A failure, in words that carry no address, header, token or payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// 429 until the attempts were used up.
    #[error("Microsoft Graph kept throttling (attempts: {attempts}).")]
    Throttled {
        /// How often it was tried.
        attempts: u32,
    },
    /// No answer, or only a part of one, until the attempts were used up.
    #[error("Microsoft Graph could not be reached: {failure} (attempts: {attempts}).")]
    Unreachable {
        /// What happened the last time.
        failure: TransportFailure,
        /// How often it was tried.
        attempts: u32,
    },
    /// A status that speaks of the moment, until the attempts were used up.
    #[error("Microsoft answered {status}{code} (attempts: {attempts}).", code = Suffix(code.as_ref()))]
    Unavailable {
        /// The HTTP status of the last answer.
        status: u16,
        /// Graph's word for it.
        code: Option<ErrorCode>,
        /// How often it was tried.
        attempts: u32,
    },
    /// An answer that was no document: empty, a page of HTML, or JSON that broke off, until the attempts were used up.
    #[error("Microsoft answered with something that could not be read (attempts: {attempts}).")]
    Unreadable {
        /// How often it was tried.
        attempts: u32,
    },
    /// The sign-in service refused the credentials.
    #[error("Microsoft refused the application's sign-in{code}.", code = Suffix(code.as_ref()))]
    AuthenticationFailed {
        /// Microsoft's word for it.
        code: Option<ErrorCode>,
    },
    /// Graph refused a fresh token for one collection, or gave no access to it without saying why.
    #[error("Microsoft Graph gave no access to this collection: {status}{code}. It takes the permission {permission}.", code = Suffix(code.as_ref()))]
    AccessDenied {
        /// 401 or 403.
        status: u16,
        /// What the contract needs.
        permission: &'static str,
        /// Graph's word for it.
        code: Option<ErrorCode>,
    },
    /// Graph says that the tenant has no licence for what was asked.
    #[error("Microsoft Graph says that a licence is missing: {status}{code}.", code = Suffix(code.as_ref()))]
    LicenseMissing {
        /// The HTTP status.
        status: u16,
        /// Graph's word for it.
        code: Option<ErrorCode>,
    },
    /// Graph says that Intune does not apply to the tenant.
    #[error("Microsoft Graph says that this does not apply to the tenant{code}: Intune is not licensed or not set up there.", code = Suffix(code.as_ref()))]
    IntuneMissing {
        /// Graph's word for it.
        code: Option<ErrorCode>,
    },
    /// 403, and Graph says that it is about a permission.
    #[error("The application lacks the permission {permission}{code}.", code = Suffix(code.as_ref()))]
    PermissionMissing {
        /// What the contract needs.
        permission: &'static str,
        /// Graph's word for it.
        code: Option<ErrorCode>,
    },
    /// 404 for a whole collection.
    #[error("Microsoft Graph says that this collection is not there{code}.", code = Suffix(code.as_ref()))]
    CollectionMissing {
        /// Graph's word for it.
        code: Option<ErrorCode>,
    },
    /// Any other refusal.
    #[error("Microsoft Graph rejected the request with {status}{code}.", code = Suffix(code.as_ref()))]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// Graph's word for it.
        code: Option<ErrorCode>,
    },
    /// A page token was not known any more, also after the listing was begun anew.
    #[error("Microsoft Graph gave up the listing with {status}{code}, also when it was begun anew (times: {times}).", code = Suffix(code.as_ref()))]
    ListingExpired {
        /// The HTTP status.
        status: u16,
        /// Graph's word for it.
        code: Option<ErrorCode>,
        /// How often it was begun.
        times: u32,
    },
    /// An answer that is not what the documentation promises.
    #[error("Microsoft Graph gave an answer that cannot be used: {defect} (attempts: {attempts}).")]
    InvalidResponse {
        /// What is wrong with it.
        defect: Defect,
        /// How often it was asked for.
        attempts: u32,
    },
    /// An answer led elsewhere and was not followed.
    #[error("Microsoft Graph gave a link that was not followed: {0}.")]
    UnsafeLink(UnsafeLink),
}

impl GraphError {
    /// The stable code.
    pub const fn reason(&self) -> ReasonCode {
        match self {
            Self::Throttled { .. } => ReasonCode::GraphThrottled,
            Self::Unreachable { .. } => ReasonCode::GraphUnreachable,
            Self::Unavailable { .. } | Self::Unreadable { .. } => ReasonCode::GraphUnavailable,
            Self::AuthenticationFailed { .. } => ReasonCode::AuthenticationFailed,
            Self::PermissionMissing { .. } => ReasonCode::PermissionMissing,
            Self::AccessDenied { .. } => ReasonCode::GraphAccessDenied,
            Self::LicenseMissing { .. } => ReasonCode::LicenseMissing,
            Self::IntuneMissing { .. } => ReasonCode::IntuneMissing,
            Self::CollectionMissing { .. } => ReasonCode::GraphCollectionMissing,
            Self::ListingExpired { .. } => ReasonCode::GraphListingExpired,
            Self::Rejected { .. } => ReasonCode::GraphRejected,
            Self::InvalidResponse { .. } => ReasonCode::GraphInvalidResponse,
            Self::UnsafeLink(_) => ReasonCode::GraphUnsafeLink,
        }
    }

    /// Whether other collections of the tenant would fail the same way: nobody is there, or nobody is let in.
    pub const fn concerns_the_tenant(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::AuthenticationFailed { .. })
    }

    /// One sentence, fit to be stored with a run or an item.
    pub fn message(&self) -> String {
        self.to_string()
    }
}

/// How a connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportFailure {
    /// Name resolution, TCP or TLS.
    #[error("no connection")]
    Connect,
    /// The answer did not arrive, or not fully, in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection ended before the answer did.
    #[error("the connection broke off")]
    Interrupted,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// No JSON, or JSON that says it is an error.
    #[error("it is not JSON")]
    Malformed,
    /// JSON without what was asked for.
    #[error("it is not the documented JSON")]
    Shape,
    /// More bytes than are read.
    #[error("it is larger than {0} bytes")]
    TooLarge(usize),
    /// More pages than are read.
    #[error("it has more than {0} pages")]
    TooManyPages(u32),
}

/// What is wrong with one object of a page. The others are not affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ObjectDefect {
    /// Null, a text, a number or a list where an object belongs.
    #[error("it is not an object")]
    NoObject,
    /// An object that cannot be told from others.
    #[error("it has no id")]
    NoId,
    /// An id that is no text, or one with control characters.
    #[error("its id is not of the documented form")]
    StrangeId,
    /// A shortened id would be another object's.
    #[error("its id is longer than {0} characters")]
    LongId(usize),
    /// Two ids in one object.
    #[error("it has two different ids")]
    TwoIds,
}

/// Why a link was not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsafeLink {
    /// Another scheme, host or port.
    #[error("it leads to another host")]
    OtherHost,
    /// Another path than the one that was asked for.
    #[error("it leads to another path")]
    OtherPath,
    /// Not an absolute address, or one with parts that have no business there.
    #[error("it is malformed")]
    Malformed,
    /// The answer was a redirect; Graph's lists and tokens never are.
    #[error("it is a redirect")]
    Redirect,
}

/// Microsoft's own word for an error, kept only if it looks like one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorCode(String);

impl ErrorCode {
    /// Accepts `[A-Za-z0-9_.]{1,64}` that reads like words: anything longer or richer may be a message, with names or tokens
    /// in it, and what does not read like words may be a token itself.
    pub fn parse(text: &str) -> Option<Self> {
        let ok = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
            && sanitize(text) == text;
        ok.then(|| Self(text.to_owned()))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

struct Suffix<'a>(Option<&'a ErrorCode>);

impl fmt::Display for Suffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |code| write!(f, " ({})", code.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_words_or_nothing() {
        for good in ["Forbidden", "Authorization_RequestDenied", "a.B_9"] {
            assert_eq!(ErrorCode::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "two words",
            "<b>",
            "naïve",
            "a\n",
            "x-y",
            &"x".repeat(65),
            "npm_4f3c2b1a9d8eQ7f6a5B4c3d2",
        ] {
            assert_eq!(ErrorCode::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn messages_are_single_short_sentences() {
        let code = ErrorCode::parse("Forbidden");
        let permission = "DeviceManagementConfiguration.Read.All";
        let all = [
            GraphError::Throttled { attempts: 6 },
            GraphError::Unreachable {
                failure: TransportFailure::Timeout,
                attempts: 6,
            },
            GraphError::Unavailable {
                status: 503,
                code: code.clone(),
                attempts: 6,
            },
            GraphError::AuthenticationFailed { code: None },
            GraphError::PermissionMissing {
                permission,
                code: code.clone(),
            },
            GraphError::CollectionMissing { code: None },
            GraphError::Rejected {
                status: 400,
                code: code.clone(),
            },
            GraphError::InvalidResponse {
                defect: Defect::TooLarge(1),
                attempts: 1,
            },
            GraphError::AccessDenied {
                status: 401,
                permission,
                code: code.clone(),
            },
            GraphError::LicenseMissing {
                status: 403,
                code: code.clone(),
            },
            GraphError::IntuneMissing { code: code.clone() },
            GraphError::ListingExpired {
                status: 410,
                code,
                times: 3,
            },
            GraphError::UnsafeLink(UnsafeLink::OtherHost),
        ];
        for error in &all {
            let text = error.message();
            assert!(
                text.ends_with('.') && text.len() < 180 && !text.contains('\n'),
                "{text}"
            );
        }
        assert_eq!(
            all[4].message(),
            "The application lacks the permission DeviceManagementConfiguration.Read.All (Forbidden)."
        );
        let reasons: std::collections::BTreeSet<_> = all.iter().map(GraphError::reason).collect();
        assert_eq!(reasons.len(), all.len());
        for error in &all {
            // What is stored is what was said.
            assert_eq!(sanitize(&error.message()), error.message());
        }
    }
}
