//! The contract registry: what of each collection may be requested.
//!
//! Everything that the product can reach is readable on this page, and a new collection is a reviewed entry with its
//! permission beside it.

/// How the platform of an object is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlatformSource {
    /// A property lists the platforms.
    Property(&'static str),
    /// The collection holds several types, and the type's name begins with the platform.
    TypeName,
    /// The collection exists for one platform.
    Always(&'static str),
    /// Objects that have no platform.
    Never,
}

/// What is registered of a collection; [`crate::Contract`] says what each field means.
pub(crate) struct Registered {
    pub(crate) path: &'static str,
    pub(crate) name: &'static str,
    pub(crate) select: &'static [&'static str],
    pub(crate) page_size: Option<u16>,
    pub(crate) platform: PlatformSource,
    pub(crate) permission: &'static str,
}

const CONFIGURATION: &str = "DeviceManagementConfiguration.Read.All";
const APPS: &str = "DeviceManagementApps.Read.All";

/// Intune's collections are read from beta: half of them exist nowhere else, and for the others v1.0 leaves out scope tags
/// and reports newer policy types as their bare base type.
const INTUNE: Registered = Registered {
    path: "",
    name: "displayName",
    select: &[],
    // Intune chooses its own page sizes, and not all of its services accept one.
    page_size: None,
    platform: PlatformSource::TypeName,
    permission: CONFIGURATION,
};

pub(crate) const SETTINGS_CATALOG: Registered = Registered {
    path: "/beta/deviceManagement/configurationPolicies",
    name: "name",
    select: &[
        "id",
        "name",
        "description",
        "platforms",
        "technologies",
        "settingCount",
        "isAssigned",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    platform: PlatformSource::Property("platforms"),
    ..INTUNE
};

pub(crate) const COMPLIANCE: Registered = Registered {
    path: "/beta/deviceManagement/deviceCompliancePolicies",
    select: &[
        "id",
        "displayName",
        "description",
        "version",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    ..INTUNE
};

pub(crate) const CONFIGURATIONS: Registered = Registered {
    path: "/beta/deviceManagement/deviceConfigurations",
    select: &[
        "id",
        "displayName",
        "description",
        "version",
        "supportsScopeTags",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    ..INTUNE
};

pub(crate) const ADMINISTRATIVE_TEMPLATES: Registered = Registered {
    path: "/beta/deviceManagement/groupPolicyConfigurations",
    select: &[
        "id",
        "displayName",
        "description",
        "policyConfigurationIngestionType",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    platform: PlatformSource::Always("Windows"),
    ..INTUNE
};

pub(crate) const APP_PROTECTION: Registered = Registered {
    path: "/beta/deviceAppManagement/managedAppPolicies",
    select: &[
        "id",
        "displayName",
        "description",
        "version",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    permission: APPS,
    ..INTUNE
};

pub(crate) const APP_CONFIGURATION: Registered = Registered {
    path: "/beta/deviceAppManagement/mobileAppConfigurations",
    select: &[
        "id",
        "displayName",
        "description",
        "version",
        "targetedMobileApps",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    permission: APPS,
    ..INTUNE
};

pub(crate) const FEATURE_UPDATES: Registered = Registered {
    path: "/beta/deviceManagement/windowsFeatureUpdateProfiles",
    select: &[
        "id",
        "displayName",
        "description",
        "featureUpdateVersion",
        "deployableContentDisplayName",
        "endOfSupportDate",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    platform: PlatformSource::Always("Windows"),
    ..INTUNE
};

pub(crate) const SCRIPTS: Registered = Registered {
    path: "/beta/deviceManagement/deviceManagementScripts",
    // Never `scriptContent`: scripts carry passwords more often than their authors think.
    select: &[
        "id",
        "displayName",
        "description",
        "fileName",
        "runAsAccount",
        "runAs32Bit",
        "enforceSignatureCheck",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    platform: PlatformSource::Always("Windows"),
    // Scripts have a permission of their own; with that of the configuration alone, Intune answers 403.
    permission: "DeviceManagementScripts.Read.All",
    ..INTUNE
};

pub(crate) const GROUPS: Registered = Registered {
    path: "/v1.0/groups",
    name: "displayName",
    select: &["id", "displayName", "securityEnabled", "mailEnabled", "groupTypes"],
    // The largest that is accepted; the default of 100 would make a thousand requests of a large directory.
    page_size: Some(999),
    platform: PlatformSource::Never,
    permission: "Group.Read.All",
};
