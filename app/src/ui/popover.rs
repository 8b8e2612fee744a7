//! What opens under a button: a `<details>`, so that it works without JavaScript; with it, it closes as menus do.

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;

use super::icon::{Glyph, Icon};
use crate::hydrate_sync::SyncChildren;

/// Where the contents appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Placement {
    /// Over the page under the button, its left edge at the button's; in a narrow window within the page, on a line of its own.
    #[default]
    Below,
    /// The same, with the right edge at the button's.
    BelowEnd,
    /// Over the page under the row of buttons, which must be `relative`; in a narrow window as wide as that row.
    Menu,
}

impl Placement {
    const fn details(self) -> &'static str {
        match self {
            Self::Below | Self::BelowEnd => "min-w-0 lg:relative max-lg:open:col-span-full",
            Self::Menu => "sm:relative",
        }
    }

    const fn panel(self) -> &'static str {
        match self {
            Self::Below => {
                "mt-1 rounded-md border border-line bg-surface p-2 max-lg:w-full lg:absolute lg:left-0 lg:z-20 lg:max-h-96 lg:w-64 lg:overflow-y-auto lg:shadow-lg"
            }
            Self::BelowEnd => {
                "mt-1 rounded-md border border-line bg-surface p-2 max-lg:w-full lg:absolute lg:right-0 lg:z-20 lg:max-h-96 lg:w-64 lg:overflow-y-auto lg:shadow-lg"
            }
            Self::Menu => {
                "absolute top-full right-0 z-20 mt-1 max-h-96 overflow-y-auto rounded-md border border-line bg-surface p-3 shadow-lg max-sm:left-0 sm:w-80"
            }
        }
    }
}

/// A button with contents under it. Of those with the same `group` one is open at a time.
#[component]
pub fn Popover(
    /// The word on the button.
    label: &'static str,
    /// What the word is followed by: how much is chosen.
    #[prop(optional, into)]
    chosen: Signal<Option<String>>,
    group: &'static str,
    /// Where the contents appear.
    #[prop(optional)]
    placement: Placement,
    /// Notes that the contents are about to be seen, each time.
    #[prop(optional)]
    wanted: Option<RwSignal<bool>>,
    /// Closes it whenever this changes.
    #[prop(optional, into)]
    close: Signal<usize>,
    children: SyncChildren,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    let shut = move |refocus: bool| {
        let Some(details) = node
            .try_get_untracked()
            .flatten()
            .filter(web_sys::HtmlDetailsElement::open)
        else {
            return;
        };
        details.set_open(false);
        if refocus && let Ok(Some(summary)) = details.query_selector("summary") {
            // What cannot be focused leaves the focus where it is.
            let _ = summary.unchecked_ref::<web_sys::HtmlElement>().focus();
        }
    };
    // Whatever happens outside of it.
    let outside = move |target: Option<web_sys::EventTarget>| {
        let Some(details) = node.try_get_untracked().flatten() else {
            return;
        };
        let target = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if !details.contains(target.as_ref()) {
            shut(false);
        }
    };
    Effect::new(move |_| {
        let listeners = [
            window_event_listener(ev::pointerdown, move |event| outside(event.target())),
            window_event_listener(ev::focusin, move |event| outside(event.target())),
        ];
        on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
    });
    Effect::new(move |before: Option<usize>| {
        let now = close.get();
        if before.is_some_and(|before| before != now) {
            shut(true);
        }
        now
    });
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            shut(true);
        }
    };
    // A link within it has led where it leads.
    let click = move |event: ev::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| matches!(target.closest("a"), Ok(Some(_)))) {
            shut(true);
        }
    };
    let want = move || {
        if let Some(wanted) = wanted {
            wanted.set(true);
        }
    };
    view! {
        <details
            node_ref=node
            name=group
            class=placement.details()
            on:keydown=key
            on:pointerenter=move |_| want()
            on:focusin=move |_| want()
            on:toggle=move |_| want()
        >
            <summary class="flex h-9 items-center gap-1.5 rounded-md border border-control bg-surface px-3 font-medium whitespace-nowrap hover:bg-sunken">
                {label}
                {move || chosen.get().map(|chosen| view! {
                    <span class="rounded-full bg-accent-soft px-1.5 text-xs text-accent">{chosen}</span>
                })}
                <span class="ml-auto text-muted">
                    <Icon glyph=Glyph::Down/>
                </span>
            </summary>
            <div class=placement.panel() on:click=click>
                {children.show()}
            </div>
        </details>
    }
}
