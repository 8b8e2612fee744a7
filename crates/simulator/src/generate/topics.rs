//! What policies are about: the first half of their names, and the type that such a policy has.

use crate::collection::Collection;

/// What one policy is about.
pub(super) struct Topic {
    /// The platform in the words of a name.
    pub(super) os: &'static str,
    pub(super) subject: &'static str,
    /// The type of the object; for the settings catalog, its `platforms`; for scripts, the file.
    pub(super) kind: &'static str,
}

const fn topic(os: &'static str, subject: &'static str, kind: &'static str) -> Topic {
    Topic { os, subject, kind }
}

const SETTINGS_CATALOG: &[Topic] = &[
    topic("Windows 11", "Security Baseline - BitLocker", "windows10"),
    topic("Windows 11", "Security Baseline - Credential Guard", "windows10"),
    topic(
        "Windows 11",
        "Security Baseline - Attack Surface Reduction",
        "windows10",
    ),
    topic("Windows 11", "Security Baseline - Firewall", "windows10"),
    topic("Windows 11", "Security Baseline - Account Lockout", "windows10"),
    topic("Windows 11", "Defender - Antivirus", "windows10"),
    topic("Windows 11", "Device - Power and Sleep", "windows10"),
    topic("Windows 11", "Device - Start Menu and Taskbar", "windows10"),
    topic("Windows 11", "User - OneDrive Known Folder Move", "windows10"),
    topic("Windows 11", "User - Edge Browser", "windows10"),
    topic("Windows 11", "Updates - Delivery Optimization", "windows10"),
    topic("Windows 11", "Sign-in - Windows Hello for Business", "windows10"),
    topic("Windows 11", "Sign-in - Local Administrator Passwords", "windows10"),
    topic("macOS", "Security - Disk Encryption", "macOS"),
    topic("macOS", "Security - Gatekeeper", "macOS"),
    topic("macOS", "Device - Login Window", "macOS"),
    topic("macOS", "Updates - Deferral", "macOS"),
    topic("macOS", "User - Office Preferences", "macOS"),
    topic("iOS", "Restrictions - Supervised Devices", "iOS"),
    topic("iOS", "Restrictions - Data Protection", "iOS"),
    topic("iOS", "Updates - Enforced Version", "iOS"),
    topic("Android", "Fully Managed - Restrictions", "android"),
    topic("Android", "Work Profile - Password", "android"),
    topic("Linux", "Security - Disk Encryption", "linux"),
];

const COMPLIANCE: &[Topic] = &[
    topic("Windows 11", "Compliance - Device Health", "windows10CompliancePolicy"),
    topic("Windows 11", "Compliance - Encryption", "windows10CompliancePolicy"),
    topic(
        "Windows 11",
        "Compliance - Minimum Version",
        "windows10CompliancePolicy",
    ),
    topic("macOS", "Compliance - System Integrity", "macOSCompliancePolicy"),
    topic("macOS", "Compliance - Require password", "macOSCompliancePolicy"),
    topic("iOS", "Compliance - Require passcode", "iosCompliancePolicy"),
    topic("iOS", "Compliance - No jailbreak", "iosCompliancePolicy"),
    topic(
        "Android",
        "Compliance - Work Profile",
        "androidWorkProfileCompliancePolicy",
    ),
];

const CONFIGURATIONS: &[Topic] = &[
    topic("Windows 10", "Device Restrictions", "windows10GeneralConfiguration"),
    topic(
        "Windows 10",
        "Endpoint Protection",
        "windows10EndpointProtectionConfiguration",
    ),
    topic("Windows 10", "Custom - Kiosk", "windows10CustomConfiguration"),
    topic(
        "Windows 11",
        "Update Ring - Broad",
        "windowsUpdateForBusinessConfiguration",
    ),
    topic(
        "Windows 11",
        "Update Ring - Fast",
        "windowsUpdateForBusinessConfiguration",
    ),
    topic("macOS", "Device Restrictions", "macOSGeneralDeviceConfiguration"),
    topic("macOS", "Custom - Privacy Preferences", "macOSCustomConfiguration"),
    topic("iOS", "Device Features - Home Screen", "iosDeviceFeaturesConfiguration"),
    topic("iOS", "Device Restrictions", "iosGeneralDeviceConfiguration"),
    topic("Android", "Device Restrictions", "androidGeneralDeviceConfiguration"),
];

const ADMINISTRATIVE_TEMPLATES: &[Topic] = &[
    topic("Windows", "ADMX - Office Macros", ""),
    topic("Windows", "ADMX - Edge Extensions", ""),
    topic("Windows", "ADMX - Remote Desktop", ""),
    topic("Windows", "ADMX - OneDrive", ""),
    topic("Windows", "ADMX - Printing", ""),
];

const APP_PROTECTION: &[Topic] = &[
    topic("iOS", "App Protection - Corporate Data", "iosManagedAppProtection"),
    topic("iOS", "App Protection - Unmanaged Devices", "iosManagedAppProtection"),
    topic(
        "Android",
        "App Protection - Corporate Data",
        "androidManagedAppProtection",
    ),
    topic(
        "Android",
        "App Protection - Unmanaged Devices",
        "androidManagedAppProtection",
    ),
];

const APP_CONFIGURATION: &[Topic] = &[
    topic("iOS", "App Configuration - Outlook", "iosMobileAppConfiguration"),
    topic("iOS", "App Configuration - Defender", "iosMobileAppConfiguration"),
    topic(
        "Android",
        "App Configuration - Outlook",
        "androidManagedStoreAppConfiguration",
    ),
    topic(
        "Android",
        "App Configuration - Managed Home Screen",
        "androidManagedStoreAppConfiguration",
    ),
];

const FEATURE_UPDATES: &[Topic] = &[
    topic("Windows 11", "Feature Update - 24H2", "Windows 11, version 24H2"),
    topic("Windows 11", "Feature Update - 25H2", "Windows 11, version 25H2"),
    topic("Windows 11", "Feature Update - 23H2", "Windows 11, version 23H2"),
];

const SCRIPTS: &[Topic] = &[
    topic("Windows", "Script - Remove Consumer Apps", "Remove-ConsumerApps.ps1"),
    topic("Windows", "Script - Map Network Drives", "New-DriveMapping.ps1"),
    topic("Windows", "Script - Set Time Zone", "Set-TimeZone.ps1"),
    topic("Windows", "Script - Clean Up Profiles", "Clear-StaleProfiles.ps1"),
    topic("Windows", "Script - Enable Remote Help", "Enable-RemoteHelp.ps1"),
    topic(
        "Windows",
        "Script - Install Printer Drivers",
        "Install-PrinterDrivers.ps1",
    ),
];

/// Whom a policy is for, if not for everybody.
const AUDIENCES: [&str; 20] = [
    "Pilot",
    "Executives",
    "Kiosk",
    "Field Service",
    "Shared Devices",
    "Developers",
    "Warehouse",
    "Meeting Rooms",
    "Contractors",
    "Finance",
    "Retail Stores",
    "Production Line",
    "Training Rooms",
    "Laboratory",
    "Call Center",
    "External Partners",
    "Test Devices",
    "Privileged Access",
    "Frontline Workers",
    "Headquarters",
];

/// What the policy at an index is about, and its name, which no other policy of the collection has.
pub(super) fn of(collection: Collection, index: usize, shift: usize) -> (&'static Topic, String) {
    let topics = match collection {
        Collection::ConfigurationPolicies => SETTINGS_CATALOG,
        Collection::DeviceCompliancePolicies => COMPLIANCE,
        Collection::DeviceConfigurations => CONFIGURATIONS,
        Collection::GroupPolicyConfigurations => ADMINISTRATIVE_TEMPLATES,
        Collection::ManagedAppPolicies => APP_PROTECTION,
        Collection::MobileAppConfigurations => APP_CONFIGURATION,
        Collection::WindowsFeatureUpdateProfiles => FEATURE_UPDATES,
        // What holds no policies is made elsewhere.
        _ => SCRIPTS,
    };
    let topic = &topics[(index + shift) % topics.len()];
    let mut parts = vec![topic.os.to_owned(), topic.subject.to_owned()];
    if let Some(round) = (index / topics.len()).checked_sub(1) {
        let audience = AUDIENCES[(round + shift) % AUDIENCES.len()];
        let version = round / AUDIENCES.len() + 1;
        parts.push(if version > 1 {
            format!("{audience} v{version}")
        } else {
            audience.to_owned()
        });
    }
    (topic, parts.join(" - "))
}
