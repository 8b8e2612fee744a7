//! Contents that the browser makes when they are wanted.

use std::future::Future;

use leptos::prelude::*;
use wasm_split_helpers::SplitLoaderError;

/// Contents that are there without JavaScript, and with it are made anew once they are wanted: until then the browser neither takes
/// them over nor, after a navigation, has them. So what they must keep up to date makes them wanted as well.
///
/// `make` is a split point of its own, or calls one: the code is loaded then, too.
pub fn deferred<Make, Made>(wanted: Signal<bool>, make: Make) -> AnyView
where
    Make: Fn() -> Made + Clone + Send + Sync + 'static,
    Made: Future<Output = Result<AnyView, SplitLoaderError>> + 'static,
{
    there::contents(wanted, make)
}

#[cfg(feature = "ssr")]
mod there {
    use futures::FutureExt;

    use super::{AnyView, Future, IntoAny, Signal, SplitLoaderError};
    use leptos::prelude::*;

    /// On the server nothing has to be loaded.
    pub(super) fn contents<Make, Made>(_: Signal<bool>, make: Make) -> AnyView
    where
        Make: Fn() -> Made,
        Made: Future<Output = Result<AnyView, SplitLoaderError>>,
    {
        let made = make().now_or_never().and_then(Result::ok);
        view! { <div class="contents">{made}</div> }.into_any()
    }
}

#[cfg(not(feature = "ssr"))]
mod there {
    use leptos::html;
    use leptos::mount::mount_to;
    use leptos::prelude::*;
    use leptos::reactive::computed::ScopedFuture;
    use leptos::task::spawn_local;
    use wasm_bindgen::JsCast;

    use super::{Future, SplitLoaderError};
    use crate::copy;
    use crate::lazy::recover;

    pub(super) fn contents<Make, Made>(wanted: Signal<bool>, make: Make) -> AnyView
    where
        Make: Fn() -> Made + Clone + Send + Sync + 'static,
        Made: Future<Output = Result<AnyView, SplitLoaderError>> + 'static,
    {
        let node = NodeRef::<html::Div>::new();
        let owner = Owner::current();
        // Kept for as long as the page: what is dropped is taken off.
        let mounted = StoredValue::new_local(None);
        Effect::new(move |begun: Option<bool>| {
            if begun == Some(true) {
                return true;
            }
            let (wanted, Some(element), Some(owner)) = (wanted.get(), node.get(), owner.clone()) else {
                return false;
            };
            // What somebody is typing into works by itself, and stays.
            let used = document()
                .active_element()
                .is_some_and(|active| element.contains(Some(active.unchecked_ref())));
            if !wanted || used {
                return false;
            }
            let made = owner.with(|| ScopedFuture::new(make()));
            spawn_local(async move {
                let contents = match made.await {
                    Ok(contents) => contents,
                    // The address says all that the page knows.
                    Err(_) if recover::reload_once() => return,
                    Err(_) => view! { <p role="alert" class="p-1">{copy::error::PART_MISSING}</p> }.into_any(),
                };
                element.set_text_content(None);
                let parent = element.unchecked_into();
                let handle = owner.with(|| mount_to(parent, move || contents));
                // The page may be gone by now.
                let _ = mounted.try_set_value(Some(handle));
            });
            true
        });
        view! { <div node_ref=node class="contents"></div> }.into_any()
    }
}
