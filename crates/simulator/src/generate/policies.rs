//! Policies of the eight types, with the properties that a list of them has.

use serde_json::{Map, Value, json};

use super::topics::{self, Topic};
use super::{Place, moments, object};
use crate::collection::Collection;
use crate::random::Random;

/// A script that does nothing, in base64 as Graph carries scripts.
const SCRIPT: &str = "V3JpdGUtT3V0cHV0ICdzaW11bGF0ZWQnCg==";

pub(super) fn policy(collection: Collection, place: Place) -> Map<String, Value> {
    let Place {
        id,
        index,
        shift,
        mut random,
    } = place;
    let (topic, name) = topics::of(collection, index, shift);
    let (created, modified) = moments::created_and_modified(&mut random);
    let name_key = if collection == Collection::ConfigurationPolicies {
        "name"
    } else {
        "displayName"
    };
    let description = if random.below(3) == 0 {
        String::new()
    } else {
        format!("{} for {}.", topic.subject, topic.os)
    };
    let scope_tags: &[&str] = if random.below(5) == 0 { &["0", "3"] } else { &["0"] };

    let mut policy = object([
        ("id", json!(id)),
        (name_key, json!(name)),
        ("description", json!(description)),
        ("roleScopeTagIds", json!(scope_tags)),
        ("createdDateTime", created),
        ("lastModifiedDateTime", modified),
    ]);
    if collection.is_polymorphic() {
        policy.insert("@odata.type".into(), json!(format!("#microsoft.graph.{}", topic.kind)));
    }
    policy.append(&mut particulars(collection, topic, &mut random));
    policy
}

fn particulars(collection: Collection, topic: &Topic, random: &mut Random) -> Map<String, Value> {
    match collection {
        Collection::ConfigurationPolicies => settings_catalog(topic, random),
        Collection::DeviceCompliancePolicies => compliance(topic, random),
        Collection::DeviceConfigurations => object([
            ("version", json!(1 + random.below(30))),
            ("supportsScopeTags", json!(true)),
        ]),
        Collection::GroupPolicyConfigurations => object([("policyConfigurationIngestionType", json!("builtIn"))]),
        Collection::ManagedAppPolicies => {
            let mut properties = object([
                (
                    "version",
                    json!(format!("\"{:08x}\"", random.below(u64::from(u32::MAX)))),
                ),
                ("pinRequired", json!(true)),
                ("minimumPinLength", json!(4 + random.below(5))),
                ("saveAsBlocked", json!(random.below(2) == 0)),
                ("contactSyncBlocked", json!(random.below(2) == 0)),
            ]);
            properties.insert("deployedAppCount".into(), json!(1 + random.below(40)));
            properties
        }
        Collection::MobileAppConfigurations => {
            let app = uuid::Uuid::from_u64_pair(random.next(), random.next());
            object([
                ("version", json!(1 + random.below(9))),
                ("targetedMobileApps", json!([app])),
            ])
        }
        Collection::WindowsFeatureUpdateProfiles => object([
            ("featureUpdateVersion", json!(topic.kind)),
            ("deployableContentDisplayName", json!(topic.kind)),
            ("endOfSupportDate", moments::midnight(1_400 + random.below(700))),
            ("installFeatureUpdatesOptional", json!(random.below(4) == 0)),
        ]),
        Collection::DeviceManagementScripts => object([
            ("fileName", json!(topic.kind)),
            ("scriptContent", json!(SCRIPT)),
            (
                "runAsAccount",
                json!(if random.below(3) == 0 { "user" } else { "system" }),
            ),
            ("runAs32Bit", json!(false)),
            ("enforceSignatureCheck", json!(random.below(2) == 0)),
        ]),
        // The others hold no policies.
        _ => Map::new(),
    }
}

fn settings_catalog(topic: &Topic, random: &mut Random) -> Map<String, Value> {
    let apple = matches!(topic.kind, "macOS" | "iOS");
    let settings = 1 + random.below(60);
    object([
        ("platforms", json!(topic.kind)),
        (
            "technologies",
            json!(if apple { "mdm,appleRemoteManagement" } else { "mdm" }),
        ),
        ("settingCount", json!(settings)),
        ("isAssigned", json!(random.below(5) > 0)),
        ("creationSource", Value::Null),
        ("priorityMetaData", Value::Null),
        (
            "templateReference",
            json!({
                "templateId": "",
                "templateFamily": "none",
                "templateDisplayName": null,
                "templateDisplayVersion": null,
            }),
        ),
    ])
}

fn compliance(topic: &Topic, random: &mut Random) -> Map<String, Value> {
    let required = random.below(4) > 0;
    let length = json!(6 + random.below(8));
    let mut properties = match topic.kind {
        "windows10CompliancePolicy" => object([
            ("bitLockerEnabled", json!(required)),
            ("secureBootEnabled", json!(required)),
            ("osMinimumVersion", json!(format!("10.0.26100.{}", random.below(4_000)))),
            ("passwordRequired", json!(required)),
            ("passwordMinimumLength", length),
        ]),
        "macOSCompliancePolicy" => object([
            ("systemIntegrityProtectionEnabled", json!(required)),
            ("firewallEnabled", json!(required)),
            ("storageRequireEncryption", json!(true)),
            ("passwordRequired", json!(required)),
            ("passwordMinimumLength", length),
        ]),
        "iosCompliancePolicy" => object([
            ("passcodeRequired", json!(required)),
            ("passcodeMinimumLength", length),
            ("securityBlockJailbrokenDevices", json!(true)),
            ("osMinimumVersion", json!(format!("{}.0", 17 + random.below(3)))),
        ]),
        _ => object([
            ("passwordRequired", json!(required)),
            ("passwordMinimumLength", length),
            ("storageRequireEncryption", json!(true)),
            ("securityBlockJailbrokenDevices", json!(true)),
        ]),
    };
    properties.insert("version".into(), json!(1 + random.below(20)));
    properties
}
