//! A simulator on a free port, and a client that looks at everything.

use std::net::SocketAddr;
use std::path::PathBuf;

use reqwest::header::HeaderMap;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use simulator::{Simulator, SimulatorConfig, SimulatorHandle};
use tokio::net::TcpListener;
use uuid::Uuid;

pub(crate) const TENANT: Uuid = Uuid::from_u128(0x8c1f_0b55_1a2b_4c3d_8e4f_0000_0000_0001);

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) handle: SimulatorHandle,
    pub(crate) http: Client,
    token: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

impl Running {
    /// Starts it and signs in; the faults begin afterwards.
    pub(crate) async fn start(mut config: SimulatorConfig) -> Self {
        let faults = std::mem::take(&mut config.faults);
        let client = config
            .tenants
            .first()
            .map(|own| (own.client_id.clone(), own.client_secret.clone()));
        let (client_id, client_secret) = client.unwrap_or_else(|| ("app".into(), "secret".into()));
        let simulator = Simulator::new(config).unwrap();
        let handle = simulator.handle();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(simulator.serve(listener, std::future::pending()));
        let http = Client::builder().no_proxy().build().unwrap();
        let mut running = Self {
            address,
            handle,
            http,
            token: String::new(),
        };
        let answer = running.sign_in(&TENANT.to_string(), &client_id, &client_secret).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["access_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut running.token);
        running.handle.set_faults(faults);
        running
    }

    pub(crate) async fn sign_in(&self, tenant: &str, client_id: &str, client_secret: &str) -> Answer {
        let scope = "https://graph.microsoft.com/.default";
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", client_secret),
            ("scope", scope),
        ];
        answer(
            self.http
                .post(self.url(&format!("/{tenant}/oauth2/v2.0/token")))
                .form(&form),
        )
        .await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.follow(&self.url(path)).await
    }

    pub(crate) async fn follow(&self, url: &str) -> Answer {
        answer(self.http.get(url).bearer_auth(&self.token)).await
    }

    /// Every object of a collection, over all pages.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut objects = Vec::new();
        let mut next = Some(self.url(path));
        while let Some(url) = next {
            let answer = self.follow(&url).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            let mut body = answer.json();
            next = body["@odata.nextLink"].as_str().map(ToOwned::to_owned);
            objects.append(body["value"].as_array_mut().unwrap());
        }
        objects
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer {
        status,
        headers,
        text: response.text().await.unwrap(),
    }
}

pub(crate) fn own_fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"))
}

/// Reference data that lies beside the checkout on some machines. Tests that need it are ignored, and run by name where it is.
pub(crate) fn shared(name: &str) -> PathBuf {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/graph")).join(name);
    assert!(path.exists(), "{} is not there", path.display());
    path
}
