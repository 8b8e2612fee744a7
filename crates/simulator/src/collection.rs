//! The collections that are served.

use std::fmt;
use std::str::FromStr;

use crate::described::{self, Described};

/// A collection, named as the last segment of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collection {
    ConfigurationPolicies,
    DeviceCompliancePolicies,
    DeviceConfigurations,
    GroupPolicyConfigurations,
    ManagedAppPolicies,
    MobileAppConfigurations,
    WindowsFeatureUpdateProfiles,
    DeviceManagementScripts,
    Groups,
    Organization,
}

/// A name that is no collection's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown collection")]
pub struct UnknownCollection;

/// The version segment of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    Beta,
}

impl Version {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

impl Collection {
    pub const ALL: [Self; 10] = [
        Self::ConfigurationPolicies,
        Self::DeviceCompliancePolicies,
        Self::DeviceConfigurations,
        Self::GroupPolicyConfigurations,
        Self::ManagedAppPolicies,
        Self::MobileAppConfigurations,
        Self::WindowsFeatureUpdateProfiles,
        Self::DeviceManagementScripts,
        Self::Groups,
        Self::Organization,
    ];

    const fn described(self) -> &'static Described {
        match self {
            Self::ConfigurationPolicies => &described::CONFIGURATION_POLICIES,
            Self::DeviceCompliancePolicies => &described::DEVICE_COMPLIANCE_POLICIES,
            Self::DeviceConfigurations => &described::DEVICE_CONFIGURATIONS,
            Self::GroupPolicyConfigurations => &described::GROUP_POLICY_CONFIGURATIONS,
            Self::ManagedAppPolicies => &described::MANAGED_APP_POLICIES,
            Self::MobileAppConfigurations => &described::MOBILE_APP_CONFIGURATIONS,
            Self::WindowsFeatureUpdateProfiles => &described::WINDOWS_FEATURE_UPDATE_PROFILES,
            Self::DeviceManagementScripts => &described::DEVICE_MANAGEMENT_SCRIPTS,
            Self::Groups => &described::GROUPS,
            Self::Organization => &described::ORGANIZATION,
        }
    }

    /// The path below the version.
    pub const fn path(self) -> &'static str {
        self.described().path
    }

    /// Its name: the last segment of the path.
    pub fn as_str(self) -> &'static str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    /// The type of its objects, or their abstract base.
    pub const fn entity(self) -> &'static str {
        self.described().entity
    }

    /// Whether its objects have types of their own.
    pub const fn is_polymorphic(self) -> bool {
        self.described().polymorphic
    }

    /// The properties that v1.0 knows of every object; none if the collection is in beta only.
    pub const fn v1_properties(self) -> &'static [&'static str] {
        if self.described().in_v1 {
            self.described().properties
        } else {
            &[]
        }
    }

    pub(crate) const fn is_in(self, version: Version) -> bool {
        matches!(version, Version::Beta) || self.described().in_v1
    }

    pub(crate) fn has_property(self, version: Version, name: &str) -> bool {
        let Described {
            properties,
            beta_properties,
            ..
        } = self.described();
        properties.contains(&name) || (version == Version::Beta && beta_properties.contains(&name))
    }

    /// Whether v1.0 leaves the property out.
    pub(crate) fn is_beta_property(self, name: &str) -> bool {
        self.described().beta_properties.contains(&name)
    }

    pub(crate) const fn permission(self) -> &'static str {
        self.described().permission
    }

    /// Directory objects answer errors in other words than Intune does.
    pub(crate) const fn is_directory(self) -> bool {
        matches!(self, Self::Groups | Self::Organization)
    }

    pub(crate) fn of_folder(folder: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| {
            kind.described()
                .folders
                .iter()
                .any(|name| name.eq_ignore_ascii_case(folder))
        })
    }

    pub(crate) fn folders() -> impl Iterator<Item = &'static str> {
        Self::ALL
            .into_iter()
            .filter_map(|kind| kind.described().folders.first().copied())
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Collection {
    type Err = UnknownCollection;
    fn from_str(text: &str) -> Result<Self, UnknownCollection> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownCollection)
    }
}
