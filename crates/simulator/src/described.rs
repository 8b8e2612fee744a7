//! What Graph says of each collection: where it is, what its objects are, and what may be selected of them.

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
    folders: &[],
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
    in_v1: true,
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
    ..BETA
};

pub(crate) const ORGANIZATION: Described = Described {
    path: "organization",
    entity: "organization",
    in_v1: true,
    properties: &[
        "id",
        "displayName",
        "tenantType",
        "countryLetterCode",
        "verifiedDomains",
        "createdDateTime",
    ],
    permission: "Organization.Read.All",
    ..BETA
};
