//! What Graph says of each collection: where it is, what its objects are, and what may be selected of them.

/// Makes a value of [`Collection`] of each entry.
macro_rules! collections {
    ($($collection:ident = $described:ident,)*) => {
        /// A collection, named as the last segment of its path.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "these are Graph's names, and it documents them")]
        pub enum Collection {
            $($collection,)*
        }

        impl Collection {
            /// Every collection.
            pub const ALL: [Self; [$(stringify!($collection)),*].len()] = [$(Self::$collection),*];

            pub(crate) const fn described(self) -> &'static Described {
                match self {
                    $(Self::$collection => &$described,)*
                }
            }
        }
    };
}

collections! {
    ConfigurationPolicies = CONFIGURATION_POLICIES,
    DeviceCompliancePolicies = DEVICE_COMPLIANCE_POLICIES,
    DeviceConfigurations = DEVICE_CONFIGURATIONS,
    GroupPolicyConfigurations = GROUP_POLICY_CONFIGURATIONS,
    ManagedAppPolicies = MANAGED_APP_POLICIES,
    MobileAppConfigurations = MOBILE_APP_CONFIGURATIONS,
    WindowsFeatureUpdateProfiles = WINDOWS_FEATURE_UPDATE_PROFILES,
    DeviceManagementScripts = DEVICE_MANAGEMENT_SCRIPTS,
    Groups = GROUPS,
    RoleDefinitions = ROLE_DEFINITIONS,
    Organization = ORGANIZATION,
}

/// What is known of a collection.
pub(crate) struct Described {
    pub(crate) path: &'static str,
    /// The type of the objects, or their abstract base.
    pub(crate) entity: &'static str,
    /// Whether the objects have types of their own, which Graph then writes.
    pub(crate) polymorphic: bool,
    pub(crate) in_v1: bool,
    pub(crate) properties: &'static [&'static str],
    pub(crate) beta_properties: &'static [&'static str],
    pub(crate) permission: &'static str,
    /// Whether it is the directory's, which answers errors in other words than Intune does.
    pub(crate) directory: bool,
    /// The names of its folder in an export.
    pub(crate) folders: &'static [&'static str],
}

const POLICY: &[&str] = &[
    "id",
    "displayName",
    "description",
    "version",
    "createdDateTime",
    "lastModifiedDateTime",
];
const CONFIGURATION: &str = "DeviceManagementConfiguration.Read.All";

const BETA: Described = Described {
    path: "",
    entity: "",
    polymorphic: false,
    in_v1: false,
    properties: &[],
    beta_properties: &[],
    permission: CONFIGURATION,
    directory: false,
    folders: &[],
};

const DIRECTORY: Described = Described {
    in_v1: true,
    directory: true,
    ..BETA
};

const BASE: Described = Described {
    polymorphic: true,
    in_v1: true,
    properties: POLICY,
    ..BETA
};

pub(crate) const CONFIGURATION_POLICIES: Described = Described {
    path: "deviceManagement/configurationPolicies",
    entity: "deviceManagementConfigurationPolicy",
    properties: &[
        "id",
        "name",
        "description",
        "platforms",
        "technologies",
        "settingCount",
        "isAssigned",
        "creationSource",
        "roleScopeTagIds",
        "priorityMetaData",
        "templateReference",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    folders: &["SettingsCatalog"],
    ..BETA
};

pub(crate) const DEVICE_COMPLIANCE_POLICIES: Described = Described {
    path: "deviceManagement/deviceCompliancePolicies",
    entity: "deviceCompliancePolicy",
    beta_properties: &["roleScopeTagIds"],
    folders: &["CompliancePolicies"],
    ..BASE
};

pub(crate) const DEVICE_CONFIGURATIONS: Described = Described {
    path: "deviceManagement/deviceConfigurations",
    entity: "deviceConfiguration",
    beta_properties: &[
        "roleScopeTagIds",
        "supportsScopeTags",
        "deviceManagementApplicabilityRuleOsEdition",
        "deviceManagementApplicabilityRuleOsVersion",
        "deviceManagementApplicabilityRuleDeviceMode",
    ],
    folders: &["DeviceConfiguration"],
    ..BASE
};

pub(crate) const GROUP_POLICY_CONFIGURATIONS: Described = Described {
    path: "deviceManagement/groupPolicyConfigurations",
    entity: "groupPolicyConfiguration",
    properties: &[
        "id",
        "displayName",
        "description",
        "policyConfigurationIngestionType",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    folders: &["AdministrativeTemplates"],
    ..BETA
};

pub(crate) const MANAGED_APP_POLICIES: Described = Described {
    path: "deviceAppManagement/managedAppPolicies",
    entity: "managedAppPolicy",
    beta_properties: &["roleScopeTagIds"],
    permission: "DeviceManagementApps.Read.All",
    folders: &["AppProtection"],
    ..BASE
};

pub(crate) const MOBILE_APP_CONFIGURATIONS: Described = Described {
    path: "deviceAppManagement/mobileAppConfigurations",
    entity: "managedDeviceMobileAppConfiguration",
    properties: &[
        "id",
        "displayName",
        "description",
        "version",
        "targetedMobileApps",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    beta_properties: &["roleScopeTagIds"],
    permission: "DeviceManagementApps.Read.All",
    folders: &["AppConfigurationManagedDevice"],
    ..BASE
};

pub(crate) const WINDOWS_FEATURE_UPDATE_PROFILES: Described = Described {
    path: "deviceManagement/windowsFeatureUpdateProfiles",
    entity: "windowsFeatureUpdateProfile",
    properties: &[
        "id",
        "displayName",
        "description",
        "featureUpdateVersion",
        "deployableContentDisplayName",
        "endOfSupportDate",
        "rolloutSettings",
        "installFeatureUpdatesOptional",
        "installLatestWindows10OnWindows11IneligibleDevice",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    folders: &["FeatureUpdates"],
    ..BETA
};

pub(crate) const DEVICE_MANAGEMENT_SCRIPTS: Described = Described {
    path: "deviceManagement/deviceManagementScripts",
    entity: "deviceManagementScript",
    properties: &[
        "id",
        "displayName",
        "description",
        "fileName",
        "scriptContent",
        "runAsAccount",
        "runAs32Bit",
        "enforceSignatureCheck",
        "roleScopeTagIds",
        "createdDateTime",
        "lastModifiedDateTime",
    ],
    permission: "DeviceManagementScripts.Read.All",
    // Exports of different ages.
    folders: &["PowerShell", "PowerShellScripts"],
    ..BETA
};

pub(crate) const GROUPS: Described = Described {
    path: "groups",
    entity: "group",
    properties: &[
        "id",
        "displayName",
        "description",
        "securityEnabled",
        "mailEnabled",
        "groupTypes",
        "mail",
        "mailNickname",
        "membershipRule",
        "membershipRuleProcessingState",
        "isAssignableToRole",
        "visibility",
        "createdDateTime",
    ],
    permission: "Group.Read.All",
    ..DIRECTORY
};

pub(crate) const ROLE_DEFINITIONS: Described = Described {
    path: "roleManagement/directory/roleDefinitions",
    entity: "unifiedRoleDefinition",
    properties: &[
        "id",
        "templateId",
        "displayName",
        "description",
        "isBuiltIn",
        "isEnabled",
        "version",
    ],
    beta_properties: &["isPrivileged"],
    permission: "RoleManagement.Read.Directory",
    ..DIRECTORY
};

pub(crate) const ORGANIZATION: Described = Described {
    path: "organization",
    entity: "organization",
    properties: &[
        "id",
        "displayName",
        "tenantType",
        "countryLetterCode",
        "verifiedDomains",
        "createdDateTime",
    ],
    permission: "Organization.Read.All",
    ..DIRECTORY
};
