//! What a page loads: once on the server, with the page, and again in the browser when what it depends on changes.

use std::future::Future;

use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::Answer;

/// An answer that a page waits for.
pub type Loaded<T> = Resource<Answer<T>, Json>;

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
    Asked: Future<Output = Answer<T>> + Send + 'static,
{
    #[cfg(feature = "ssr")]
    let ask = once::per_document(ask);
    Resource::new_with_options(source, ask, true)
}

/// The server may make a page several times on the way to one document, and each time the page asks. What a run looks like may
/// change in between; then the browser would be given one answer and the document made from another, and could not take it over.
#[cfg(feature = "ssr")]
pub mod once {
    use std::any::Any;
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::{Arc, Mutex, PoisonError};

    use futures::FutureExt;
    use futures::future::Shared;
    use leptos::prelude::use_context;

    use crate::api::Answer;

    type Pending<T> = Shared<Pin<Box<dyn Future<Output = Answer<T>> + Send>>>;

    /// What was asked for one document, and what is or will be the answer. Provided by the app's root.
    #[derive(Clone, Default)]
    pub struct Asked(Arc<Mutex<Vec<Box<dyn Any + Send>>>>);

    impl Asked {
        fn find_or<S, T>(&self, source: S, ask: impl FnOnce(S) -> Pending<T>) -> Pending<T>
        where
            S: PartialEq + Clone + Send + 'static,
            T: Send + Sync + 'static,
        {
            // A list is whole even if somebody panicked while holding it.
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let found = all
                .iter()
                .filter_map(|one| one.downcast_ref::<(S, Pending<T>)>())
                .find(|(asked, _)| *asked == source);
            if let Some((_, pending)) = found {
                return pending.clone();
            }
            let pending = ask(source.clone());
            all.push(Box::new((source, pending.clone())));
            pending
        }
    }

    /// The same question, asked once for a document.
    pub(super) fn per_document<S, T, Asking>(
        ask: impl Fn(S) -> Asking + Send + Sync + 'static,
    ) -> impl Fn(S) -> Pending<T> + Send + Sync + 'static
    where
        S: PartialEq + Clone + Send + Sync + 'static,
        T: Clone + Send + Sync + 'static,
        Asking: Future<Output = Answer<T>> + Send + 'static,
    {
        move |source| match use_context::<Asked>() {
            Some(asked) => asked.find_or(source, |source| ask(source).boxed().shared()),
            None => ask(source).boxed().shared(),
        }
    }
}
