use std::collections::BTreeSet;

use reqwest::StatusCode;
use simulator::{Collection, SimulatorConfig, serve};
use tokio::net::TcpListener;

use crate::support::Running;

fn generated(policies: usize, groups: usize) -> SimulatorConfig {
    SimulatorConfig {
        policies,
        groups,
        ..SimulatorConfig::default()
    }
}

#[tokio::test]
async fn every_policy_is_listed_once() {
    let running = Running::start(generated(300, 0)).await;
    let mut ids = BTreeSet::new();
    for kind in Collection::ALL
        .into_iter()
        .filter(|kind| kind.path().starts_with("device"))
    {
        for policy in running.all(&format!("/beta/{}?$top=7", kind.path())).await {
            assert_eq!(policy.get("@odata.type").is_some(), kind.is_polymorphic(), "{kind}");
            assert!(
                ids.insert(policy["id"].as_str().unwrap().to_owned()),
                "{kind} lists {policy} twice"
            );
        }
    }
    assert_eq!(ids.len(), 300);
}

#[tokio::test]
async fn pages_have_the_size_that_was_asked_for() {
    let running = Running::start(SimulatorConfig {
        page_size: 30,
        ..generated(0, 100)
    })
    .await;
    let first = running.get("/v1.0/groups").await.json();
    assert_eq!(first["value"].as_array().unwrap().len(), 30);
    let second = running.get("/v1.0/groups?$top=60&$select=id,displayName").await.json();
    assert_eq!(second["value"].as_array().unwrap().len(), 60);
    let root = running.url("/v1.0");
    assert_eq!(
        second["@odata.context"],
        format!("{root}/$metadata#groups(id,displayName)")
    );
    let next = second["@odata.nextLink"].as_str().unwrap();
    assert!(next.starts_with(&format!("{root}/groups?")), "{next}");
    let last = running.follow(next).await.json();
    assert_eq!(last["value"].as_array().unwrap().len(), 40);
    assert!(last.get("@odata.nextLink").is_none());
    assert_eq!(
        last["value"][0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["displayName", "id"]
    );
    assert_eq!(running.all("/v1.0/groups?$top=33").await.len(), 100);
    assert_eq!(running.all("/v1.0/groups?$top=100").await.len(), 100);
}

#[tokio::test]
async fn a_large_directory_costs_nothing_until_it_is_read() {
    let running = Running::start(generated(0, 100_000)).await;
    let page = running.get("/v1.0/groups?$top=999&$skiptoken=00018600").await.json();
    assert_eq!(page["value"].as_array().unwrap().len(), 100_000 - 0x1_8600);
    let last = page["value"].as_array().unwrap().last().unwrap();
    let found = running
        .get(&format!("/v1.0/groups/{}", last["id"].as_str().unwrap()))
        .await
        .json();
    assert_eq!(found["displayName"], last["displayName"]);
    assert!(found["@odata.context"].as_str().unwrap().ends_with("#groups/$entity"));
}

#[tokio::test]
async fn options_that_graph_would_not_take_are_refused() {
    let running = Running::start(generated(16, 5)).await;
    for path in [
        "/v1.0/groups?$top=0",
        "/v1.0/groups?$top=1000",
        "/v1.0/groups?$top=many",
        "/v1.0/groups?$skiptoken=zz",
        "/v1.0/groups?$select=id,shoeSize",
        "/v1.0/groups?$filter=id",
        "/v1.0/groups?page=2",
        "/v1.0/deviceManagement/deviceCompliancePolicies?$select=roleScopeTagIds",
        "/beta/deviceManagement/deviceCompliancePolicies?$select=passcodeRequired",
        "/beta/deviceManagement/configurationPolicies?$select=displayName",
        "/v1.0/deviceManagement/configurationPolicies",
        "/v1.0/users",
        "/beta/deviceManagement",
        "/beta/groups/1/members",
        "/v2.0/groups",
        "/",
    ] {
        let answer = running.get(path).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "BadRequest"),
            "{path}"
        );
    }
    for (path, code) in [
        ("/v1.0/groups/none", "Request_ResourceNotFound"),
        ("/beta/deviceManagement/deviceConfigurations/none", "ResourceNotFound"),
    ] {
        let answer = running.get(path).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::NOT_FOUND, code),
            "{path}"
        );
    }
    let written = running.http.delete(running.url("/v1.0/groups/1")).send().await.unwrap();
    assert_eq!(written.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let error = serve(listener, SimulatorConfig::default(), std::future::pending())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("loopback only"), "{error}");
}

#[tokio::test]
async fn it_stops_when_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve(listener, SimulatorConfig::default(), std::future::ready(()))
        .await
        .unwrap();
}
