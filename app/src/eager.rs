//! Views that hydrate in one go, which keeps the browser's half of the app small.
//!
//! The router, and every `into_any`, keep a table of all that a view can do, hydrating asynchronously included; that is for
//! code loaded in parts (`hydrate_lazy`), which this app is not. The compiler cannot know, and would keep a state machine for
//! every element of every page: a fifth of the whole. Behind [`Eager`] there is nothing left to keep.

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::children::ChildrenOptContainer;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::ssr::StreamBuilder;
use leptos::tachys::view::any_view::AnyView;
use leptos::tachys::view::{Position, PositionState};

/// A view that hydrates in one go.
pub struct Eager<T>(T);

/// Makes the view of a route hydrate in one go.
pub fn eager<T: IntoView>(view: T) -> Eager<T> {
    Eager(view)
}

/// What stands between the tags of a component: as leptos's `Children`, but eager.
pub struct Content(Box<dyn FnOnce() -> AnyView + Send>);

impl Content {
    /// The view.
    pub fn show(self) -> AnyView {
        (self.0)()
    }
}

impl<F, V> ToChildren<F> for Content
where
    F: FnOnce() -> V + Send + 'static,
    V: IntoView + 'static,
{
    fn to_children(view: F) -> Self {
        Self(Box::new(move || eager(view()).into_any()))
    }
}

impl<V: IntoView + 'static> ToChildren<ChildrenOptContainer<V>> for Content {
    fn to_children(view: ChildrenOptContainer<V>) -> Self {
        Self(Box::new(move || eager(view.0).into_any()))
    }
}

impl<T: Render> Render for Eager<T> {
    type State = T::State;

    fn build(self) -> Self::State {
        self.0.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<T: RenderHtml> RenderHtml for Eager<T> {
    type AsyncOutput = Eager<T::AsyncOutput>;
    type Owned = Eager<T::Owned>;

    const MIN_LENGTH: usize = T::MIN_LENGTH;
    const EXISTS: bool = T::EXISTS;

    fn dry_resolve(&mut self) {
        self.0.dry_resolve();
    }

    async fn resolve(self) -> Self::AsyncOutput {
        Eager(self.0.resolve().await)
    }

    fn html_len(&self) -> usize {
        self.0.html_len()
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.0
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
        self.0
            .to_html_async_with_buf::<OUT_OF_ORDER>(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.0.hydrate::<FROM_SERVER>(cursor, position)
    }

    // The point of it all: `self.0.hydrate_async` is never mentioned.
    async fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.0.hydrate::<true>(cursor, position)
    }

    fn into_owned(self) -> Self::Owned {
        Eager(self.0.into_owned())
    }
}

impl<T: AddAnyAttr> AddAnyAttr for Eager<T> {
    type Output<NewAttr: Attribute> = Eager<T::Output<NewAttr>>;

    fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self::Output<NewAttr>
    where
        Self::Output<NewAttr>: RenderHtml,
    {
        Eager(self.0.add_any_attr(attr))
    }
}
