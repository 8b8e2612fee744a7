//! The scope receipt: what a run may touch, frozen when it is dispatched (R16).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::policy::PolicyType;

/// What a run may touch: a selector for reads, an enumeration for writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScopeReceipt {
    /// Every policy of these types; what is found is recorded as touched.
    PolicyTypes {
        /// The types.
        types: BTreeSet<PolicyType>,
    },
    /// All groups of the tenant.
    Groups,
    /// The workspace's own expired history.
    ExpiredHistory,
}

/// An attempt to touch what the receipt does not name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("outside the frozen scope of the run")]
pub struct ScopeExceeded;

impl ScopeReceipt {
    /// Asked before each write of a policy's row.
    pub fn allows_policy(&self, kind: PolicyType) -> Result<(), ScopeExceeded> {
        match self {
            Self::PolicyTypes { types } if types.contains(&kind) => Ok(()),
            _ => Err(ScopeExceeded),
        }
    }

    /// Asked before each write of a group's row.
    pub const fn allows_groups(&self) -> Result<(), ScopeExceeded> {
        match self {
            Self::Groups => Ok(()),
            _ => Err(ScopeExceeded),
        }
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
        assert_eq!(receipt.allows_groups(), Err(ScopeExceeded));
        assert_eq!(
            ScopeReceipt::Groups.allows_policy(PolicyType::DeviceConfiguration),
            Err(ScopeExceeded)
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
}
