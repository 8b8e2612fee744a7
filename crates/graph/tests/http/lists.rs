use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::policy::PolicyType;
use graph::Contract;
use simulator::SimulatorConfig;

use crate::support::{SECRET, TENANT, credentials, setup};

#[tokio::test]
async fn every_contract_is_read_over_all_its_pages() {
    let setup = setup(SimulatorConfig {
        policies: 320,
        groups: 2_500,
        page_size: 7,
        ..SimulatorConfig::default()
    })
    .await;
    let mut policies = 0;
    for contract in Contract::all() {
        let objects = setup.all(contract).await.unwrap();
        let ids: BTreeSet<_> = objects.iter().map(|object| object.external_id.as_str()).collect();
        assert_eq!(ids.len(), objects.len(), "{contract:?}");
        for object in &objects {
            assert_ne!(object.name, object.external_id, "{contract:?} has no names");
            assert!(
                object.meta.keys().all(|key| contract.select().contains(&key.as_str())),
                "{contract:?}"
            );
            let policy = matches!(contract, Contract::Policies(_));
            assert_eq!(
                (object.platform.is_some(), object.last_modified_at.is_some()),
                (policy, policy),
                "{object:?}"
            );
        }
        match contract {
            Contract::Policies(_) => policies += objects.len(),
            Contract::Groups => assert_eq!(objects.len(), 2_500),
            Contract::RoleDefinitions => assert!(!objects.is_empty(), "{contract:?}"),
        }
    }
    assert_eq!(policies, 320);
}

#[tokio::test]
async fn pages_know_their_place() {
    let setup = setup(SimulatorConfig {
        groups: 2_000,
        ..SimulatorConfig::default()
    })
    .await;
    let mut pages = setup.client.list(TENANT, &credentials(SECRET), Contract::Groups, ());
    assert_eq!(
        setup.simulator.graph_requests(),
        0,
        "a list that nobody reads asks for nothing"
    );
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        seen.push((page.number, page.objects.len(), page.is_last));
    }
    assert_eq!(seen, [(1, 999, false), (2, 999, false), (3, 2, true)]);
    assert_eq!(pages.next().await, Ok(None));
    assert_eq!(setup.simulator.graph_requests(), 3);
}

#[tokio::test]
async fn nothing_there_is_one_empty_page() {
    let setup = setup(SimulatorConfig::default()).await;
    let mut pages = setup.client.list(TENANT, &credentials(SECRET), Contract::Groups, ());
    let page = pages.next().await.unwrap().unwrap();
    assert!(page.is_last && page.objects.is_empty());
    assert_eq!(pages.next().await, Ok(None));
}

#[tokio::test]
async fn exported_policies_arrive_with_name_and_platform() {
    let fixtures = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../simulator/fixtures"));
    let setup = setup(SimulatorConfig {
        fixtures: Some(fixtures),
        ..SimulatorConfig::default()
    })
    .await;
    let catalog = setup.all(PolicyType::SettingsCatalogPolicy.into()).await.unwrap();
    let compliance = setup.all(PolicyType::DeviceCompliancePolicy.into()).await.unwrap();
    assert_eq!((catalog.len(), compliance.len()), (7, 3));
    for policy in catalog.iter().chain(&compliance) {
        let platform = policy.platform.as_deref().unwrap();
        assert!(
            policy.name.starts_with(&format!("Atlas - {platform} - ")),
            "{} is for {platform}",
            policy.name
        );
    }
}
