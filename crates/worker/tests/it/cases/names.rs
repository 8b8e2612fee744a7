//! Names: stored as Microsoft has them, whatever they look like.

use ledger::permit::key::{DirectorySync, InventorySync};
use ledger::{directory, inventory};
use serde_json::{Value, json};

use super::{Case, KIND, POLICIES, counts};
use crate::scripted::{Scripted, group, page};

/// Names in the style of public baselines, which look like secrets to a guess.
const LIKE_SECRETS: [&str; 12] = [
    "Win11_23H2_Pilot",
    "AAD_UG_Win11_23H2_Pilot",
    "WUfB-FeatureUpdate-W11-23H2-Prod",
    "Win10-22H2-SecurityBaseline",
    "MSFT-Win11-23H2-FINAL",
    "Restart_stopped_Office_C2R_svc",
    "GRP_O365E5_Licensed",
    "INTUNE-APP-Notepad++-v8.6.4-Required",
    "SSID-CORP-WPA2ENT-802.1X",
    "DC1-SRV2K22-Patch-T2",
    "Windows 11 23H2",
    "WIN-SC-D-ESP-AES256-XTS_v3.1",
];

/// Syncs policies and groups of these names; what is stored, and what the items say, is exactly them.
async fn through(names: &[String]) -> Case {
    let all: Vec<(String, String)> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (format!("{at:04}"), name.clone()))
        .collect();
    let policies: Value = all
        .iter()
        .map(|(id, name)| json!({ "id": id, "displayName": name }))
        .collect();
    let groups: Value = all.iter().map(|(id, name)| group(id, name)).collect();
    let graph = Scripted::new(move |asked| match asked.what.as_str() {
        POLICIES => page(policies.clone()),
        "groups" => page(groups.clone()),
        _ => None,
    })
    .await;
    let case = Case::new(&graph).await;
    let number = u32::try_from(names.len()).unwrap();
    for found in [case.policies(&[KIND]).await, case.groups().await] {
        assert_eq!(counts(&found), (number, number, 0, 0));
    }
    let items: Vec<String> =
        sqlx::query_scalar("select name from operation_run_items order by external_id collate \"C\"")
            .fetch_all(&case.world.owner)
            .await
            .unwrap();
    for stored in [
        case.stored("inventory_items").await,
        case.stored("directory_groups").await,
        items,
    ] {
        assert_eq!(stored, names);
    }
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn case_names_taken_for_secrets() {
    let names = LIKE_SECRETS.map(str::to_owned);
    let case = through(&names).await;
    let tenant = case.access.tenant.unwrap();
    let mut policies = case.looks::<InventorySync>().await;
    let mut groups = case.looks::<DirectorySync>().await;
    let shown: Vec<String> = inventory::page(&mut policies, tenant, None, None)
        .await
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.name)
        .collect();
    for name in LIKE_SECRETS {
        assert!(
            shown.iter().any(|shown| shown == name),
            "{name} is not in the inventory"
        );
        let found = directory::groups(&mut groups, tenant, Some(name), None).await.unwrap();
        assert!(
            found.rows.iter().any(|group| group.name == name),
            "{name} is not found among the groups"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_real_names() {
    let names: Vec<String> = include_str!("../real-names.txt").lines().map(str::to_owned).collect();
    assert_eq!(names.len(), 800);
    through(&names).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_whitespace_in_names() {
    let names = [
        "Double  space",
        "Double space",
        "Trailing space ",
        " Leading",
        "Tab\there",
        "No\u{a0}break",
        "Zoe\u{308}",
        "Zoë",
        "\u{200b}zero width",
    ]
    .map(str::to_owned);
    let case = through(&names).await;
    let mut groups = case.looks::<DirectorySync>().await;
    let tenant = case.access.tenant.unwrap();
    let found = directory::groups(&mut groups, tenant, Some("Double  space"), None)
        .await
        .unwrap();
    assert!(
        found.rows.iter().any(|group| group.name == "Double  space"),
        "pasted from the portal"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn case_invisible_names() {
    let names = [
        json!("\u{200b}\u{200b}"),
        json!("\u{3164}"),
        json!("\u{2060}\u{feff}\u{ad}"),
        json!(null),
        json!(7),
        json!("Visible"),
    ];
    let objects: Value = names
        .iter()
        .enumerate()
        .map(|(at, name)| json!({ "id": format!("id-{at}"), "displayName": name, "securityEnabled": true }))
        .collect();
    let graph = Scripted::new(move |asked| match asked.what.as_str() {
        POLICIES | "groups" => page(objects.clone()),
        _ => None,
    })
    .await;
    let case = Case::new(&graph).await;
    for found in [case.policies(&[KIND]).await, case.groups().await] {
        assert_eq!(counts(&found), (6, 6, 0, 0));
    }
    for table in ["inventory_items", "directory_groups"] {
        assert_eq!(
            case.stored(table).await,
            ["id-0", "id-1", "id-2", "id-3", "id-4", "Visible"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_bidi_override_in_name() {
    let name = "Invoice \u{202e}xslx.exe".to_owned();
    let case = through(std::slice::from_ref(&name)).await;
    let tenant = case.access.tenant.unwrap();
    let mut tx = case.looks::<InventorySync>().await;
    let policies = inventory::page(&mut tx, tenant, None, None).await.unwrap().rows;
    drop(tx);
    let mut tx = case.looks::<DirectorySync>().await;
    let groups = directory::groups(&mut tx, tenant, None, None).await.unwrap().rows;
    drop(tx);
    let found = case.policies(&[KIND]).await;
    for shown in [&policies[0].name, &groups[0].name, &found.items.rows[0].name] {
        assert_eq!(shown, "Invoice [U+202E]xslx.exe");
    }
}
