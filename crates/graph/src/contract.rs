//! The collections that may be requested. Requests take a [`Contract`], never a path.

use domain::policy::PolicyType;

use crate::registry::{self, PlatformSource, Registered};

/// A registered collection of Microsoft Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Contract {
    /// The policies of one type.
    Policies(PolicyType),
    /// The groups of the directory.
    Groups,
}

impl Contract {
    /// Every registered collection.
    pub fn all() -> impl Iterator<Item = Self> {
        PolicyType::ALL.into_iter().map(Self::Policies).chain([Self::Groups])
    }

    const fn registered(self) -> &'static Registered {
        match self {
            Self::Policies(PolicyType::SettingsCatalogPolicy) => &registry::SETTINGS_CATALOG,
            Self::Policies(PolicyType::DeviceCompliancePolicy) => &registry::COMPLIANCE,
            Self::Policies(PolicyType::DeviceConfiguration) => &registry::CONFIGURATIONS,
            Self::Policies(PolicyType::GroupPolicyConfiguration) => &registry::ADMINISTRATIVE_TEMPLATES,
            Self::Policies(PolicyType::AppProtectionPolicy) => &registry::APP_PROTECTION,
            Self::Policies(PolicyType::MobileAppConfiguration) => &registry::APP_CONFIGURATION,
            Self::Policies(PolicyType::WindowsFeatureUpdateProfile) => &registry::FEATURE_UPDATES,
            Self::Policies(PolicyType::DeviceManagementScript) => &registry::SCRIPTS,
            Self::Groups => &registry::GROUPS,
        }
    }

    /// What people call what is in it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Policies(kind) => kind.label(),
            Self::Groups => "Groups",
        }
    }

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
            PolicyType::ALL.len() + 1,
            "two contracts share a path: {paths:?}"
        );
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
            assert!(
                contract.permission().ends_with(".Read.All"),
                "{path} asks for more than reading"
            );
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
