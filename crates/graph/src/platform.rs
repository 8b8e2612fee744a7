//! One set of platform names for collections that spell them in three ways.

use serde_json::{Map, Value};

use crate::contract::Contract;
use crate::registry::PlatformSource;

/// Prefixes of Graph's spellings in lower case, and what people call the platform.
const NAMES: [(&str, &str); 8] = [
    ("windows", "Windows"),
    ("macos", "macOS"),
    ("ios", "iOS"),
    ("ipados", "iOS"),
    ("android", "Android"),
    ("aosp", "Android"),
    ("linux", "Linux"),
    ("visionos", "visionOS"),
];

fn named(spelling: &str) -> Option<&'static str> {
    let spelling = spelling.trim().to_ascii_lowercase();
    NAMES
        .iter()
        .find(|(prefix, _)| spelling.starts_with(prefix))
        .map(|(_, name)| *name)
}

/// The platforms of an object, several joined by a comma; `None` if it has none or one that is not known here.
pub(crate) fn of(contract: Contract, item: &Map<String, Value>) -> Option<String> {
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    match contract.platform_source() {
        PlatformSource::Always(name) => Some(name.to_owned()),
        PlatformSource::Never => None,
        PlatformSource::TypeName => {
            named(text("@odata.type")?.strip_prefix("#microsoft.graph.")?).map(ToOwned::to_owned)
        }
        PlatformSource::Property(key) => {
            let mut names: Vec<&str> = text(key)?.split(',').filter_map(named).collect();
            names.sort_unstable();
            names.dedup();
            (!names.is_empty()).then(|| names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::policy::PolicyType;
    use serde_json::json;

    use super::*;

    fn platform(kind: PolicyType, item: &Value) -> Option<String> {
        of(kind.into(), item.as_object().unwrap())
    }

    #[test]
    fn every_spelling_gives_one_name() {
        let listed = |text: &str| platform(PolicyType::SettingsCatalogPolicy, &json!({ "platforms": text }));
        assert_eq!(listed("windows10").as_deref(), Some("Windows"));
        assert_eq!(listed("macOS").as_deref(), Some("macOS"));
        assert_eq!(listed("macOS,iOS").as_deref(), Some("iOS, macOS"));
        assert_eq!(listed("android,androidEnterprise").as_deref(), Some("Android"));
        assert_eq!(listed("none"), None);

        let typed = |text: &str| platform(PolicyType::DeviceCompliancePolicy, &json!({ "@odata.type": text }));
        assert_eq!(
            typed("#microsoft.graph.windows10CompliancePolicy").as_deref(),
            Some("Windows")
        );
        assert_eq!(
            typed("#microsoft.graph.macOSCompliancePolicy").as_deref(),
            Some("macOS")
        );
        assert_eq!(typed("#microsoft.graph.iosCompliancePolicy").as_deref(), Some("iOS"));
        assert_eq!(
            typed("#microsoft.graph.aospDeviceOwnerCompliancePolicy").as_deref(),
            Some("Android")
        );
        assert_eq!(typed("#microsoft.graph.targetedManagedAppConfiguration"), None);
        assert_eq!(typed("iosCompliancePolicy"), None);

        assert_eq!(
            platform(PolicyType::DeviceManagementScript, &json!({})).as_deref(),
            Some("Windows")
        );
        assert_eq!(
            of(Contract::Groups, json!({ "platforms": "iOS" }).as_object().unwrap()),
            None
        );
    }
}
