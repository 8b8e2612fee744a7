//! What a page loads: once on the server, with the page, and again in the browser when what it depends on changes.

use std::future::Future;

use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::ApiResult;
use crate::live::within;

/// An answer that a page waits for.
pub type Loaded<T> = Resource<ApiResult<T>, Json>;

/// JSON, read the way server functions read it. Leptos's own codec reads text instead of bytes, which is the same, but would
/// bring a second reader for every type into the browser.
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// Asks for what a page shows, again whenever `source` changes. The document waits for it, so that its status is right.
pub fn load<S, T, Asked>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> Asked + Send + Sync + 'static,
) -> Loaded<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    Asked: Future<Output = ApiResult<T>> + Send + 'static,
{
    // A navigation that is never answered would be a page that never comes.
    Resource::new_with_options(source, move |source| within(ask(source)), true)
}
