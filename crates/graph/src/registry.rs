//! The contract registry: what of each collection may be requested.
//!
//! Everything that the product can reach is readable on this page, and a new collection is a reviewed entry with its
//! permission beside it.

use domain::policy::PolicyType;

/// A registered collection of Microsoft Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Contract {
    /// The policies of one type.
    Policies(PolicyType),
    /// The groups of the directory.
    Groups,
    /// The role definitions of the directory.
    RoleDefinitions,
}

impl Contract {
    /// Every registered collection.
    pub fn all() -> impl Iterator<Item = Self> {
        PolicyType::ALL
            .into_iter()
            .map(Self::Policies)
            .chain([Self::Groups, Self::RoleDefinitions])
    }

    pub(crate) const fn registered(self) -> &'static Registered {
        match self {
            Self::Policies(PolicyType::SettingsCatalogPolicy) => &SETTINGS_CATALOG,
            Self::Policies(PolicyType::DeviceCompliancePolicy) => &COMPLIANCE,
            Self::Policies(PolicyType::DeviceConfiguration) => &CONFIGURATIONS,
            Self::Policies(PolicyType::GroupPolicyConfiguration) => &ADMINISTRATIVE_TEMPLATES,
            Self::Policies(PolicyType::AppProtectionPolicy) => &APP_PROTECTION,
            Self::Policies(PolicyType::MobileAppConfiguration) => &APP_CONFIGURATION,
            Self::Policies(PolicyType::WindowsFeatureUpdateProfile) => &FEATURE_UPDATES,
            Self::Policies(PolicyType::DeviceManagementScript) => &SCRIPTS,
            Self::Groups => &GROUPS,
            Self::RoleDefinitions => &ROLE_DEFINITIONS,
        }
    }

    /// What people call what is in it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Policies(kind) => kind.label(),
            Self::Groups => "Groups",
            Self::RoleDefinitions => "Roles",
        }
    }
}

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

const SETTINGS_CATALOG: Registered = Registered {
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

const COMPLIANCE: Registered = Registered {
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

const CONFIGURATIONS: Registered = Registered {
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

const ADMINISTRATIVE_TEMPLATES: Registered = Registered {
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

const APP_PROTECTION: Registered = Registered {
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

const APP_CONFIGURATION: Registered = Registered {
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

const FEATURE_UPDATES: Registered = Registered {
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

const SCRIPTS: Registered = Registered {
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

const GROUPS: Registered = Registered {
    path: "/v1.0/groups",
    name: "displayName",
    select: &["id", "displayName", "securityEnabled", "mailEnabled", "groupTypes"],
    // The largest that is accepted; the default of 100 would make a thousand requests of a large directory.
    page_size: Some(999),
    platform: PlatformSource::Never,
    permission: "Group.Read.All",
};

const ROLE_DEFINITIONS: Registered = Registered {
    path: "/v1.0/roleManagement/directory/roleDefinitions",
    name: "displayName",
    // Never `rolePermissions`: what a role may do is not its name, and is a long list.
    select: &["id", "templateId", "displayName", "isBuiltIn", "isEnabled"],
    // About a hundred, which come on one page.
    page_size: None,
    platform: PlatformSource::Never,
    permission: "RoleManagement.Read.Directory",
};
