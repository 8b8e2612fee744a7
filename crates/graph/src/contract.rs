//! The collections that may be requested. Requests take a [`Contract`], never a path.

use domain::policy::PolicyType;

pub use crate::registry::Contract;
use crate::registry::PlatformSource;

impl Contract {
    /// The collection's path, API version included.
    pub const fn path(self) -> &'static str {
        self.registered().path
    }

    /// The properties that are asked for, and the only ones kept.
    pub const fn select(self) -> &'static [&'static str] {
        self.registered().select
    }

    /// The property that people know an object by.
    pub const fn name_property(self) -> &'static str {
        self.registered().name
    }

    /// The application permission that reading the collection takes.
    pub const fn permission(self) -> &'static str {
        self.registered().permission
    }

    /// How many objects a page shall have, where Graph's own choice is a bad one.
    pub const fn page_size(self) -> Option<u16> {
        self.registered().page_size
    }

    pub(crate) const fn platform_source(self) -> PlatformSource {
        self.registered().platform
    }
}

impl From<PolicyType> for Contract {
    fn from(kind: PolicyType) -> Self {
        Self::Policies(kind)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_policy_type_is_registered_once() {
        let paths: BTreeSet<_> = Contract::all().map(Contract::path).collect();
        assert_eq!(
            paths.len(),
            Contract::all().count(),
            "two contracts share a path: {paths:?}"
        );
        let policies = Contract::all().filter(|contract| matches!(contract, Contract::Policies(_)));
        assert_eq!(policies.count(), PolicyType::ALL.len());
    }

    #[test]
    fn registrations_are_complete() {
        for contract in Contract::all() {
            let path = contract.path();
            assert!(path.starts_with("/beta/device") || path.starts_with("/v1.0/"), "{path}");
            assert!(!path.ends_with('/') && !path.contains(['?', '#', '%', ' ']), "{path}");
            let select: BTreeSet<_> = contract.select().iter().copied().collect();
            assert_eq!(select.len(), contract.select().len(), "{path} selects a property twice");
            assert!(
                select.contains("id") && select.contains(contract.name_property()),
                "{path}"
            );
            let reads = |permission: &str| permission.ends_with(".Read.All") || permission.ends_with(".Read.Directory");
            assert!(reads(contract.permission()), "{path} asks for more than reading");
            if let PlatformSource::Property(property) = contract.platform_source() {
                assert!(select.contains(property), "{path} does not select its platform");
            }
        }
    }

    #[test]
    fn payloads_are_never_selected() {
        for contract in Contract::all() {
            for property in contract.select() {
                let payload = [
                    "scriptContent",
                    "settings",
                    "payload",
                    "omaSettings",
                    "encodedSettingXml",
                    "payloadJson",
                ];
                assert!(!payload.contains(property), "{} selects {property}", contract.path());
            }
        }
    }
}
