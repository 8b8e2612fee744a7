//! Reasons: what Microsoft says, given to what it was said of.

use domain::policy::PolicyType;
use domain::reason::ReasonCode;
use domain::status::{ItemOutcome, Outcome};
use serde_json::json;

use super::{Case, POLICIES, counts, told};
use crate::scripted::{Scripted, answer, page, policies, raw};

/// The collections in the order in which they are asked for.
const COLLECTIONS: [&str; 8] = [
    "configurationPolicies",
    "deviceCompliancePolicies",
    "deviceConfigurations",
    "groupPolicyConfigurations",
    "managedAppPolicies",
    "mobileAppConfigurations",
    "windowsFeatureUpdateProfiles",
    "deviceManagementScripts",
];

#[tokio::test(flavor = "multi_thread")]
async fn case_one_endpoint_401() {
    for refused in [0, 2, 7] {
        let graph = Scripted::new(move |asked| {
            let message =
                r#"{"ErrorCode": "Forbidden", "Message": "{\"_version\": 3, \"Message\": \"An error has occurred\"}"}"#;
            match asked.what.as_str() {
                what if what == COLLECTIONS[refused] => {
                    answer(401, json!({ "error": { "code": "UnknownError", "message": message } }))
                }
                what if COLLECTIONS.contains(&what) => page(policies(5)),
                _ => None,
            }
        })
        .await;
        let found = Case::new(&graph).await.policies(&PolicyType::ALL).await;
        assert_eq!(
            (found.run.outcome, counts(&found)),
            (Outcome::PartiallySucceeded, (36, 35, 1, 0)),
            "{refused}"
        );
        assert_eq!(found.run.reason.as_deref(), Some("graph.access_denied"));
        let failed: Vec<_> = found
            .items
            .rows
            .iter()
            .filter(|item| item.outcome != ItemOutcome::Succeeded)
            .collect();
        assert_eq!(
            (failed.len(), failed[0].external_id.as_str()),
            (1, PolicyType::ALL[refused].as_str())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn types_that_were_never_asked_for_are_not_attempted() {
    // Microsoft's sign-in refuses once the third type is to be read: the token is taken back.
    let graph = Scripted::new(|asked| match (asked.what.as_str(), asked.time) {
        ("token", 2) => answer(401, json!({ "error": "invalid_client", "error_codes": [7_000_215] })),
        ("deviceConfigurations", _) => answer(401, json!({ "error": { "code": "InvalidAuthenticationToken" } })),
        (what, _) if COLLECTIONS.contains(&what) => page(policies(2)),
        _ => None,
    })
    .await;
    let found = Case::new(&graph).await.policies(&PolicyType::ALL).await;
    assert_eq!(
        (found.run.outcome, counts(&found)),
        (Outcome::PartiallySucceeded, (10, 4, 1, 5))
    );
    assert_eq!(found.run.reason.as_deref(), Some("authentication.failed"));
    assert_eq!(found.failures.len(), 1, "{:?}", found.failures);
    for item in &found.items.rows {
        let never = item.outcome == ItemOutcome::NotAttempted;
        assert_eq!(never, item.reason.is_none() && item.kind == "policy_type", "{item:?}");
    }
    for never in &COLLECTIONS[3..] {
        assert_eq!(graph.times(never), 0, "{never}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_tenant_without_intune() {
    let message = r#"{"_version": 3, "Message": "Request not applicable to target tenant. - Operation ID: 00000000-0000-0000-0000-000000000000", "CustomApiErrorPhrase": ""}"#;
    let none = json!({ "error": { "code": "BadRequest", "message": message } });
    let everywhere = none.clone();
    let graph = Scripted::new(move |asked| {
        COLLECTIONS
            .contains(&asked.what.as_str())
            .then(|| answer(400, everywhere.clone()))?
    })
    .await;
    let found = Case::new(&graph).await.policies(&PolicyType::ALL).await;
    assert_eq!(
        (found.run.outcome, found.run.reason.as_deref()),
        (Outcome::Failed, Some("intune.missing"))
    );
    assert_eq!(
        (found.failures.len(), counts(&found)),
        (1, (0, 0, 0, 0)),
        "one reason, not eight failures"
    );
    assert!(
        !ReasonCode::IntuneMissing.remedy().contains("eport"),
        "nothing to report"
    );
    // Of one collection only: that one, and the others are done.
    let graph = Scripted::new(move |asked| match asked.what.as_str() {
        "windowsFeatureUpdateProfiles" => answer(400, none.clone()),
        what if COLLECTIONS.contains(&what) => page(policies(1)),
        _ => None,
    })
    .await;
    let found = Case::new(&graph).await.policies(&PolicyType::ALL).await;
    assert_eq!(
        (found.run.outcome, counts(&found)),
        (Outcome::PartiallySucceeded, (8, 7, 1, 0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn case_sign_in_transient_400() {
    let transient = json!({
        "error": "temporarily_unavailable",
        "error_description": "AADSTS90033: A transient error has occurred. Please try again.",
        "error_codes": [90_033]
    });
    let once = transient.clone();
    let graph = Scripted::new(move |asked| match (asked.what.as_str(), asked.time) {
        ("token", 1) => answer(400, once.clone()),
        (POLICIES, _) => page(policies(5)),
        _ => None,
    })
    .await;
    let found = Case::new(&graph).await.policies(&PolicyType::ALL).await;
    assert_eq!((found.run.outcome, counts(&found)), (Outcome::Succeeded, (5, 5, 0, 0)));
    let graph = Scripted::new(move |asked| (asked.what == "token").then(|| answer(400, transient.clone()))?).await;
    let found = Case::new(&graph).await.groups().await;
    assert_eq!(
        (found.run.outcome, found.run.reason.as_deref()),
        (Outcome::Failed, Some("graph.unavailable"))
    );
    assert_eq!(graph.times("token"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_read_is_asked_for_again() {
    let graph = Scripted::new(|asked| match (asked.what.as_str(), asked.time) {
        ("token", 1) => raw(200, "<html></html>"),
        ("groups", _) => page(crate::scripted::groups(0..2)),
        _ => None,
    })
    .await;
    let found = Case::new(&graph).await.groups().await;
    assert_eq!((found.run.outcome, counts(&found)), (Outcome::Succeeded, (2, 2, 0, 0)));
    assert_eq!(told(&found, "listing_ended"), [] as [&str; 0]);
}
