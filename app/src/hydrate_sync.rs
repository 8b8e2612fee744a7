//! Views that hydrate in one go, which keeps the browser's half of the app small.
//!
//! The router, and every `into_any`, keep a table of all that a view can do, hydrating asynchronously included; that is for
//! code that comes while hydration is under way. Here the router waits for the code of a page, before it hydrates anything of it, and what
//! is within a page is there by then. The compiler cannot know, and would keep a state machine for every element of every page: a
//! fifth of the whole. Behind [`HydrateSync`] there is nothing left to keep.

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::children::ChildrenOptContainer;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::ssr::StreamBuilder;
use leptos::tachys::view::any_view::AnyView;
use leptos::tachys::view::{Position, PositionState};

/// A view that hydrates in one go.
pub struct HydrateSync<T> {
    view: T,
    /// Whether the server makes it without trying it out before.
    once: bool,
}

/// Makes the view of a route hydrate in one go.
pub fn hydrate_sync<T: IntoView>(view: T) -> HydrateSync<T> {
    HydrateSync { view, once: false }
}

/// What a page waits for, in a `Suspense`: made once by the server.
///
/// A `Suspense` goes over what is in it twice before it makes it, to find what it has to wait for, and calls every closure each
/// time: a page within would be made three times and would load itself as often. Everything that is waited for here is awaited in
/// a `Suspend`, which needs no finding; a resource that is read without `await` would not be waited for.
pub fn render_once<T: IntoView>(view: T) -> HydrateSync<T> {
    HydrateSync { view, once: true }
}

/// What stands between the tags of a component: as leptos's `Children`, but hydrated in one go.
pub struct SyncChildren(Box<dyn FnOnce() -> AnyView + Send>);

impl SyncChildren {
    pub fn show(self) -> AnyView {
        (self.0)()
    }
}

impl<F, V> ToChildren<F> for SyncChildren
where
    F: FnOnce() -> V + Send + 'static,
    V: IntoView + 'static,
{
    fn to_children(view: F) -> Self {
        Self(Box::new(move || hydrate_sync(view()).into_any()))
    }
}

impl<V: IntoView + 'static> ToChildren<ChildrenOptContainer<V>> for SyncChildren {
    fn to_children(view: ChildrenOptContainer<V>) -> Self {
        Self(Box::new(move || hydrate_sync(view.0).into_any()))
    }
}

impl<T: Render> Render for HydrateSync<T> {
    type State = T::State;

    fn build(self) -> Self::State {
        self.view.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.view.rebuild(state);
    }
}

impl<T: RenderHtml> RenderHtml for HydrateSync<T> {
    type AsyncOutput = HydrateSync<T::AsyncOutput>;
    type Owned = HydrateSync<T::Owned>;

    const MIN_LENGTH: usize = T::MIN_LENGTH;
    const EXISTS: bool = T::EXISTS;

    fn dry_resolve(&mut self) {
        if !self.once {
            self.view.dry_resolve();
        }
    }

    async fn resolve(self) -> Self::AsyncOutput {
        HydrateSync {
            view: self.view.resolve().await,
            once: self.once,
        }
    }

    fn html_len(&self) -> usize {
        self.view.html_len()
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.view
            .to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.view
            .to_html_async_with_buf::<OUT_OF_ORDER>(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.view.hydrate::<FROM_SERVER>(cursor, position)
    }

    // The point of it all: `self.view.hydrate_async` is never mentioned.
    async fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.view.hydrate::<true>(cursor, position)
    }

    fn into_owned(self) -> Self::Owned {
        HydrateSync {
            view: self.view.into_owned(),
            once: self.once,
        }
    }
}

impl<T: AddAnyAttr> AddAnyAttr for HydrateSync<T> {
    type Output<NewAttr: Attribute> = HydrateSync<T::Output<NewAttr>>;

    fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self::Output<NewAttr>
    where
        Self::Output<NewAttr>: RenderHtml,
    {
        HydrateSync {
            view: self.view.add_any_attr(attr),
            once: self.once,
        }
    }
}
