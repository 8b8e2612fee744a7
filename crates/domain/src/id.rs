//! Ids as types, so that a tenant's id cannot be handed to a function that wants a run's.
//!
//! All are UUIDs in the hyphenated lower-case form; those that appear in URLs are version 7, so that they sort by time.
//! Parsing accepts that one form only: `{braces}`, upper case or a missing hyphen would give one run several URLs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Text that is not an id in the form described by this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

fn parse(text: &str) -> Result<Uuid, InvalidId> {
    let id = Uuid::try_parse(text).map_err(|_| InvalidId)?;
    let mut buffer = Uuid::encode_buffer();
    if id.as_hyphenated().encode_lower(&mut buffer) == text {
        Ok(id)
    } else {
        Err(InvalidId)
    }
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

id! {
    /// A workspace: the customer or partner boundary.
    WorkspaceId
    /// A managed tenant, as a row of ours; Microsoft's id of it is [`EntraTenantId`].
    TenantId
    /// Microsoft's id of an Entra tenant: the target scope of runs (R18).
    EntraTenantId
    /// A person who signs in.
    UserId
    /// A signed-in session; names it in audit entries, proves nothing.
    SessionId
    /// One run of the ledger.
    RunId
    /// A schedule that starts runs.
    ScheduleId
    /// A notification of one person.
    NotificationId
    /// An audit entry.
    AuditId
    /// What ties together everything that one action caused, across runs, logs and audit entries.
    CorrelationId
    /// Made with a start form; a second submit of the same form carries the same key (R03).
    IdempotencyKey
    /// A form kept while its author signs in again.
    DraftId
    /// A saved view of the hub.
    ViewId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_form_parses() {
        let text = "0199f0a4-7c00-7000-8000-000000000001";
        let id: RunId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        for bad in [
            "",
            "nonsense",
            "0199F0A4-7C00-7000-8000-000000000001",
            "0199f0a47c0070008000000000000001",
            "{0199f0a4-7c00-7000-8000-000000000001}",
            "urn:uuid:0199f0a4-7c00-7000-8000-000000000001",
            " 0199f0a4-7c00-7000-8000-000000000001",
        ] {
            assert_eq!(bad.parse::<RunId>(), Err(InvalidId), "{bad}");
        }
    }
}
