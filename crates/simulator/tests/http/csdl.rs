//! What v1.0 answers, against the types that Microsoft publishes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};

use flate2::read::GzDecoder;
use serde_json::Value;
use simulator::{Collection, SimulatorConfig};

use crate::support::{Running, own_fixtures, shared};

/// Properties of derived types that an export has and v1.0 does not: exports come from beta.
const BETA: [&str; 6] = [
    "advancedThreatProtectionRequiredSecurityLevel",
    "gatekeeperAllowedAppSource",
    "osMaximumBuildVersion",
    "osMinimumBuildVersion",
    "passcodeMinutesOfInactivityBeforeScreenTimeout",
    "restrictedApps",
];

struct Metadata(String);

impl Metadata {
    fn read() -> Self {
        let mut text = String::new();
        GzDecoder::new(File::open(shared("microsoft-graph-v1.0.csdl.gz")).unwrap())
            .read_to_string(&mut text)
            .unwrap();
        Self(text)
    }

    /// The properties of a type and of its bases, with their types.
    fn properties(&self, entity: &str) -> Option<BTreeMap<&str, &str>> {
        let (_, rest) = self.0.split_once(&format!("<EntityType Name=\"{entity}\""))?;
        let (head, body) = rest.split_once('>')?;
        let mut properties = match attribute(head, "BaseType") {
            Some(base) => self.properties(base.trim_start_matches("graph.")).unwrap(),
            None => BTreeMap::new(),
        };
        if !head.ends_with('/') {
            let (body, _) = body.split_once("</EntityType>")?;
            let listed = body.split("<Property ").skip(1);
            properties.extend(listed.filter_map(|text| Some((attribute(text, "Name")?, attribute(text, "Type")?))));
        }
        Some(properties)
    }
}

fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split_once(&format!("{name}=\""))?.1.split('"').next()
}

fn fits(edm: &str, value: &Value) -> bool {
    match (edm, value) {
        (_, Value::Null) => true,
        ("Edm.Boolean", value) => value.is_boolean(),
        ("Edm.Int32" | "Edm.Int64", value) => value.is_i64(),
        ("Edm.DateTimeOffset", Value::String(text)) => text.len() >= 20 && text.ends_with('Z') && text.contains('T'),
        (edm, value) if edm.starts_with("Collection(") => value.is_array(),
        // Strings and enumerations.
        (_, value) => value.is_string(),
    }
}

#[test]
#[ignore = "needs ../shared/graph, which not every checkout has; make test runs it where it is"]
fn the_search_finds_inherited_properties() {
    let metadata = Metadata::read();
    let group = metadata.properties("group").unwrap();
    assert_eq!((group["id"], group["mailEnabled"]), ("Edm.String", "Edm.Boolean"));
    assert_eq!(metadata.properties("configurationPolicies"), None);
}

#[test]
#[ignore = "needs ../shared/graph, which not every checkout has; make test runs it where it is"]
fn selectable_properties_exist() {
    let metadata = Metadata::read();
    for kind in Collection::ALL
        .into_iter()
        .filter(|kind| !kind.v1_properties().is_empty())
    {
        let known = metadata.properties(kind.entity()).unwrap();
        for property in kind.v1_properties() {
            assert!(known.contains_key(property), "{} has no {property}", kind.entity());
        }
    }
}

#[tokio::test]
#[ignore = "needs ../shared/graph, which not every checkout has; make test runs it where it is"]
async fn answers_have_the_published_types() {
    let metadata = Metadata::read();
    let fixtures = Some(own_fixtures());
    let running = Running::start(SimulatorConfig {
        fixtures,
        policies: 320,
        groups: 50,
        ..SimulatorConfig::default()
    })
    .await;
    let mut checked = BTreeMap::<String, usize>::new();
    for kind in Collection::ALL
        .into_iter()
        .filter(|kind| !kind.v1_properties().is_empty())
    {
        for object in running.all(&format!("/v1.0/{}", kind.path())).await {
            let own = object["@odata.type"]
                .as_str()
                .map_or(kind.entity(), |text| text.trim_start_matches("#microsoft.graph."));
            let Some(known) = metadata.properties(own) else {
                checked.insert(own.to_owned(), 0);
                continue;
            };
            for (key, value) in object.as_object().unwrap() {
                if key == "@odata.type" || BETA.contains(&key.as_str()) {
                    continue;
                }
                let edm = known.get(key.as_str()).unwrap_or_else(|| panic!("{own} has no {key}"));
                assert!(fits(edm, value), "{own}.{key} is {edm}, not {value}");
            }
            *checked.entry(own.to_owned()).or_default() += 1;
        }
    }
    for (entity, _) in checked.iter().filter(|(_, count)| **count == 0) {
        writeln!(std::io::stderr(), "SKIPPED: the metadata has no type {entity}").unwrap();
    }
    for entity in [
        "group",
        "organization",
        "windows10CompliancePolicy",
        "macOSCompliancePolicy",
        "iosCompliancePolicy",
    ] {
        assert!(checked[entity] > 0, "no {entity} among {checked:?}");
    }
}
