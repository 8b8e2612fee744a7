use std::path::{Path, PathBuf};

use simulator::{Simulator, SimulatorConfig};

use crate::support::{Running, own_fixtures, shared};

const CATALOG: &str = "/beta/deviceManagement/configurationPolicies";
const COMPLIANCE: &str = "/beta/deviceManagement/deviceCompliancePolicies";

async fn with(fixtures: &Path) -> Running {
    Running::start(SimulatorConfig {
        fixtures: Some(fixtures.to_owned()),
        ..SimulatorConfig::default()
    })
    .await
}

#[tokio::test]
async fn our_own_policies_are_served() {
    let running = with(&own_fixtures()).await;
    let (catalog, compliance) = (running.all(CATALOG).await, running.all(COMPLIANCE).await);
    assert_eq!((catalog.len(), compliance.len()), (7, 3));
    for policy in catalog.iter().chain(&compliance) {
        for key in policy.as_object().unwrap().keys() {
            let payload = ["settings", "assignments", "scheduledActionsForRule"].contains(&key.as_str());
            assert!(
                !payload && (key == "@odata.type" || !key.contains(['@', '#'])),
                "a list has {key}"
            );
        }
    }
    let mut names: Vec<_> = compliance
        .iter()
        .map(|policy| policy["displayName"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "Atlas - Windows - Healthy Device",
            "Atlas - iOS - Passcode",
            "Atlas - macOS - Intact System"
        ]
    );
    for policy in catalog {
        let id = policy["id"].as_str().unwrap();
        let whole = running.get(&format!("{CATALOG}/{id}?$expand=settings")).await.json();
        assert_eq!(
            whole["settings"].as_array().unwrap().len(),
            policy["settingCount"],
            "{}",
            policy["name"]
        );
    }
}

#[tokio::test]
async fn generated_policies_follow_the_fixtures() {
    let config = SimulatorConfig {
        fixtures: Some(own_fixtures()),
        policies: 16,
        ..SimulatorConfig::default()
    };
    let running = Running::start(config).await;
    assert_eq!(running.all(&format!("{CATALOG}?$top=4")).await.len(), 7 + 5);
    assert_eq!(running.all(&format!("{COMPLIANCE}?$top=2")).await.len(), 3 + 2);
}

#[tokio::test]
#[ignore = "needs ../shared/graph, which not every checkout has; make test runs it where it is"]
async fn exported_policies_are_served() {
    let export = shared("openintunebaseline-macos");
    // The folder itself, and one that holds it.
    for fixtures in [export.as_path(), export.parent().unwrap()] {
        let running = with(fixtures).await;
        let (catalog, compliance) = (running.all(CATALOG).await, running.all(COMPLIANCE).await);
        assert_eq!((catalog.len(), compliance.len()), (17, 3));
        assert!(
            catalog
                .iter()
                .all(|policy| policy["platforms"] == "macOS" && policy.get("settings").is_none())
        );
        assert!(
            compliance
                .iter()
                .all(|policy| policy["@odata.type"] == "#microsoft.graph.macOSCompliancePolicy")
        );
    }
}

fn refusal(name: &str, files: &[(&str, &[u8])]) -> String {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    for (path, content) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let config = SimulatorConfig {
        fixtures: Some(root),
        ..SimulatorConfig::default()
    };
    let text = Simulator::new(config).unwrap_err().to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

#[test]
fn a_broken_file_is_named() {
    let broken = refusal(
        "broken",
        &[
            ("AppProtection/a.json", b"{\"id\": \"1\"}"),
            ("AppProtection/b.json", b"{\"id\": "),
        ],
    );
    assert!(broken.contains("AppProtection/b.json: expected JSON"), "{broken}");
    let odd = refusal("odd", &[("PowerShell/a.json", &[0xff, 0xfe, 0x7b])]);
    assert!(odd.contains("PowerShell/a.json: expected UTF-8, or UTF-16"), "{odd}");
    let array = refusal("array", &[("FeatureUpdates/a.json", b"[]")]);
    assert!(array.contains("FeatureUpdates/a.json: expected"), "{array}");
    let nameless = refusal("nameless", &[("FeatureUpdates/a.json", b"{\"id\": \"\"}")]);
    assert!(
        nameless.ends_with("a.json: expected an object with an id"),
        "{nameless}"
    );
    let twice = refusal(
        "twice",
        &[
            ("AppProtection/a.json", b"{\"id\": \"1\"}"),
            ("AppProtection/b.json", b"{\"id\": \"1\"}"),
        ],
    );
    assert!(twice.ends_with("b.json: another file has the same id"), "{twice}");
    let nothing = refusal("nothing", &[("Elsewhere/a.json", b"{\"id\": \"1\"}")]);
    assert!(
        nothing.contains("nothing: expected exported policies in folders such as SettingsCatalog"),
        "{nothing}"
    );
}
