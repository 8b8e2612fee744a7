//! The kinds of Intune and Entra policies that the product knows.

use crate::words::closed_words;

closed_words! {
    /// A kind of policy, read from one collection of Microsoft Graph.
    ///
    /// Which path that is belongs to the contract registry in `crates/graph`; here is what people and the ledger call it.
    PolicyType {
        /// Settings catalog policies.
        SettingsCatalogPolicy = "settingsCatalogPolicy",
        /// Compliance policies.
        DeviceCompliancePolicy = "deviceCompliancePolicy",
        /// Device configuration profiles.
        DeviceConfiguration = "deviceConfiguration",
        /// Administrative templates.
        GroupPolicyConfiguration = "groupPolicyConfiguration",
        /// App protection policies.
        AppProtectionPolicy = "appProtectionPolicy",
        /// App configuration policies for managed devices.
        MobileAppConfiguration = "mobileAppConfiguration",
        /// Windows feature update profiles.
        WindowsFeatureUpdateProfile = "windowsFeatureUpdateProfile",
        /// PowerShell scripts.
        DeviceManagementScript = "deviceManagementScript",
    }
}

impl PolicyType {
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
