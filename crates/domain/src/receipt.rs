//! The scope receipt: what a run may touch, frozen when it is dispatched (R16).

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::policy::PolicyType;

/// What a run may touch: a selector for reads, an enumeration for writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeReceipt {
    /// Every policy of these types; what is found is recorded as touched.
    PolicyTypes {
        /// The types.
        types: BTreeSet<PolicyType>,
    },
    /// All groups of the tenant.
    Groups,
    /// All role definitions of the tenant's directory.
    RoleDefinitions,
    /// The workspace's own expired history.
    ExpiredHistory,
    /// One that this release does not understand as a whole, as it stands. Allows nothing.
    Unknown(Value),
}

/// The receipts that this release understands, as stored.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Known {
    PolicyTypes { types: BTreeSet<PolicyType> },
    Groups,
    RoleDefinitions,
    ExpiredHistory,
}

/// An attempt to touch what the receipt does not name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("outside the frozen scope of the run")]
pub struct ScopeExceeded;

impl ScopeReceipt {
    /// Reads a stored receipt. One with a kind, a type or a restriction of tomorrow is [`Self::Unknown`], never a known one with
    /// something left out.
    pub fn read(stored: Value) -> Self {
        let fields = |value: &Value| value.as_object().map(serde_json::Map::len);
        let known = Known::deserialize(&stored).ok().filter(|known| {
            let again = serde_json::to_value(known).ok();
            again.as_ref().and_then(fields) == fields(&stored)
        });
        match known {
            Some(Known::PolicyTypes { types }) => Self::PolicyTypes { types },
            Some(Known::Groups) => Self::Groups,
            Some(Known::RoleDefinitions) => Self::RoleDefinitions,
            Some(Known::ExpiredHistory) => Self::ExpiredHistory,
            None => Self::Unknown(stored),
        }
    }

    /// Asked before each write of a policy's row.
    pub fn allows_policy(&self, kind: PolicyType) -> Result<(), ScopeExceeded> {
        match self {
            Self::PolicyTypes { types } if types.contains(&kind) => Ok(()),
            _ => Err(ScopeExceeded),
        }
    }

    /// Asked before each write of an object that receipts do not name one by one, nor by type.
    pub fn allows_all(&self, kind: ReceiptKind) -> Result<(), ScopeExceeded> {
        if kind.whole().as_ref() == Some(self) {
            Ok(())
        } else {
            Err(ScopeExceeded)
        }
    }

    /// Of which kind it is; `None` for one that is not understood.
    pub const fn kind(&self) -> Option<ReceiptKind> {
        match self {
            Self::PolicyTypes { .. } => Some(ReceiptKind::PolicyTypes),
            Self::Groups => Some(ReceiptKind::Groups),
            Self::RoleDefinitions => Some(ReceiptKind::RoleDefinitions),
            Self::ExpiredHistory => Some(ReceiptKind::ExpiredHistory),
            Self::Unknown(_) => None,
        }
    }
}

/// The kinds of receipts: what an operation's runs get is a fact of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptKind {
    /// Policies, by their types.
    PolicyTypes,
    /// All groups of a tenant.
    Groups,
    /// All role definitions of a tenant.
    RoleDefinitions,
    /// What a workspace need not keep any longer.
    ExpiredHistory,
}

impl ReceiptKind {
    /// The one receipt of this kind, which follows from nothing that anybody chooses; `None` where something is chosen.
    pub const fn whole(self) -> Option<ScopeReceipt> {
        match self {
            Self::PolicyTypes => None,
            Self::Groups => Some(ScopeReceipt::Groups),
            Self::RoleDefinitions => Some(ScopeReceipt::RoleDefinitions),
            Self::ExpiredHistory => Some(ScopeReceipt::ExpiredHistory),
        }
    }

    /// What people call all of it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PolicyTypes => "Policy types",
            Self::Groups => "All groups of the tenant",
            Self::RoleDefinitions => "All roles of the tenant's directory",
            Self::ExpiredHistory => "Expired history of the workspace",
        }
    }
}

impl Serialize for ScopeReceipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = match self {
            Self::PolicyTypes { types } => Known::PolicyTypes { types: types.clone() },
            Self::Groups => Known::Groups,
            Self::RoleDefinitions => Known::RoleDefinitions,
            Self::ExpiredHistory => Known::ExpiredHistory,
            Self::Unknown(stored) => return stored.serialize(serializer),
        };
        known.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ScopeReceipt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r16_only_what_the_receipt_names_is_allowed() {
        let receipt = ScopeReceipt::PolicyTypes {
            types: BTreeSet::from([PolicyType::DeviceCompliancePolicy]),
        };
        assert_eq!(receipt.allows_policy(PolicyType::DeviceCompliancePolicy), Ok(()));
        assert_eq!(
            receipt.allows_policy(PolicyType::DeviceConfiguration),
            Err(ScopeExceeded)
        );
        assert_eq!(receipt.allows_all(ReceiptKind::Groups), Err(ScopeExceeded));
        assert_eq!(
            ScopeReceipt::Groups.allows_policy(PolicyType::DeviceConfiguration),
            Err(ScopeExceeded)
        );
        assert_eq!(ScopeReceipt::Groups.allows_all(ReceiptKind::Groups), Ok(()));
        assert_eq!(
            ScopeReceipt::Groups.allows_all(ReceiptKind::ExpiredHistory),
            Err(ScopeExceeded)
        );
        assert_eq!(
            receipt.allows_all(ReceiptKind::PolicyTypes),
            Err(ScopeExceeded),
            "of some types is not of all"
        );
    }

    #[test]
    fn stored_form_is_stable() {
        let receipt = ScopeReceipt::PolicyTypes {
            types: BTreeSet::from([PolicyType::DeviceCompliancePolicy]),
        };
        let json = serde_json::to_value(&receipt).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"kind": "policy_types", "types": ["deviceCompliancePolicy"]})
        );
        assert_eq!(serde_json::from_value::<ScopeReceipt>(json).unwrap(), receipt);
    }

    #[test]
    fn r23_a_receipt_of_tomorrow_is_kept_as_it_stands_and_allows_nothing() {
        for stored in [
            serde_json::json!({"kind": "conditional_access", "ids": ["1"]}),
            serde_json::json!({"kind": "policy_types", "types": ["deviceCompliancePolicy", "fromTomorrow"]}),
            serde_json::json!({"kind": "policy_types", "types": ["deviceCompliancePolicy"], "except": ["1"]}),
            serde_json::json!({"kind": "groups", "only": ["1"]}),
            serde_json::json!({}),
        ] {
            let read: ScopeReceipt = serde_json::from_value(stored.clone()).unwrap();
            assert_eq!(read, ScopeReceipt::Unknown(stored.clone()));
            assert_eq!(serde_json::to_value(&read).unwrap(), stored);
            assert_eq!(read.allows_all(ReceiptKind::Groups), Err(ScopeExceeded));
            assert_eq!(
                read.allows_policy(PolicyType::DeviceCompliancePolicy),
                Err(ScopeExceeded)
            );
        }
    }
}
