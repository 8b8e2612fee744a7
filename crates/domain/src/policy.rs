//! The kinds of Intune and Entra policies that the product knows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of policy, read from one collection of Microsoft Graph.
///
/// Which path that is belongs to the contract registry in `crates/graph`; here is what people and the ledger call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PolicyType {
    /// Settings catalog policies.
    SettingsCatalogPolicy,
    /// Compliance policies.
    DeviceCompliancePolicy,
    /// Device configuration profiles.
    DeviceConfiguration,
    /// Administrative templates.
    GroupPolicyConfiguration,
    /// App protection policies.
    AppProtectionPolicy,
    /// App configuration policies for managed devices.
    MobileAppConfiguration,
    /// Windows feature update profiles.
    WindowsFeatureUpdateProfile,
    /// PowerShell scripts.
    DeviceManagementScript,
}

/// A policy type nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown policy type")]
pub struct UnknownPolicyType;

impl PolicyType {
    /// Every type, in the order of forms and lists.
    pub const ALL: [Self; 8] = [
        Self::SettingsCatalogPolicy,
        Self::DeviceCompliancePolicy,
        Self::DeviceConfiguration,
        Self::GroupPolicyConfiguration,
        Self::AppProtectionPolicy,
        Self::MobileAppConfiguration,
        Self::WindowsFeatureUpdateProfile,
        Self::DeviceManagementScript,
    ];

    /// The stable name, as stored and as in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SettingsCatalogPolicy => "settingsCatalogPolicy",
            Self::DeviceCompliancePolicy => "deviceCompliancePolicy",
            Self::DeviceConfiguration => "deviceConfiguration",
            Self::GroupPolicyConfiguration => "groupPolicyConfiguration",
            Self::AppProtectionPolicy => "appProtectionPolicy",
            Self::MobileAppConfiguration => "mobileAppConfiguration",
            Self::WindowsFeatureUpdateProfile => "windowsFeatureUpdateProfile",
            Self::DeviceManagementScript => "deviceManagementScript",
        }
    }

    /// What people call it, in the plural, as the admin center does.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SettingsCatalogPolicy => "Settings catalog policies",
            Self::DeviceCompliancePolicy => "Compliance policies",
            Self::DeviceConfiguration => "Device configuration profiles",
            Self::GroupPolicyConfiguration => "Administrative templates",
            Self::AppProtectionPolicy => "App protection policies",
            Self::MobileAppConfiguration => "App configuration policies",
            Self::WindowsFeatureUpdateProfile => "Feature update profiles",
            Self::DeviceManagementScript => "PowerShell scripts",
        }
    }
}

impl fmt::Display for PolicyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PolicyType {
    type Err = UnknownPolicyType;
    fn from_str(text: &str) -> Result<Self, UnknownPolicyType> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownPolicyType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_forms_and_in_json() {
        for kind in PolicyType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!("x".parse::<PolicyType>(), Err(UnknownPolicyType));
    }
}
