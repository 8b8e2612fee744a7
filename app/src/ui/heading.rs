//! The heading of a page.

use crate::hydrate_sync::SyncChildren;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The path whose heading has had the focus; provided once by the app.
#[derive(Clone, Copy)]
pub struct FocusedPath(StoredValue<String>);

impl FocusedPath {
    /// The page that the browser itself loaded keeps the focus where the browser put it.
    pub fn provide(path: String) {
        provide_context(Self(StoredValue::new(path)));
    }
}

/// The heading of a page. After a navigation within the app it takes the focus, so that screen readers begin there.
#[component]
pub fn PageHeading(children: SyncChildren) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    let path = use_location().pathname;
    let focused = use_context::<FocusedPath>();
    Effect::new(move |_| {
        let (Some(heading), Some(FocusedPath(focused))) = (node.get(), focused) else {
            return;
        };
        let path = path.get_untracked();
        if focused.with_value(|focused| *focused != path) {
            focused.set_value(path);
            // By then it is in the document: what is still loading has its elements, but not yet in their place.
            request_animation_frame(move || {
                // A heading that cannot be focused is still read in order.
                let _ = heading.focus();
            });
        }
    });
    view! {
        <h1 node_ref=node tabindex="-1" class="text-xl font-semibold">
            {children.show()}
        </h1>
    }
}
