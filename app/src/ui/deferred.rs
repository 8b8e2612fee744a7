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
        let contents = make().now_or_never().and_then(Result::ok);
        view! { <div class="contents">{contents}</div> }.into_any()
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

    /// Whether somebody is in it. What they type into works by itself, as the server made it, and stays.
    fn is_used(element: &web_sys::Node) -> bool {
        (document().active_element()).is_some_and(|active| element.contains(Some(&active)))
    }

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
            if !wanted || is_used(&element) {
                return false;
            }
            let coming = owner.with(|| ScopedFuture::new(make()));
            spawn_local(async move {
                let contents = match coming.await {
                    Ok(contents) => contents,
                    // The address says all that the page knows.
                    Err(_) if recover::reload_once() => return,
                    Err(_) => view! { <p role="alert" class="p-1">{copy::error::PART_MISSING}</p> }.into_any(),
                };
                // Somebody may have begun to type while the code was on its way.
                if is_used(&element) {
                    return;
                }
                element.set_text_content(None);
                let parent = element.unchecked_into();
                let handle = owner.with(|| mount_to(parent, move || contents));
                mounted.try_set_value(Some(handle));
            });
            true
        });
        view! { <div node_ref=node class="contents"></div> }.into_any()
    }
}
