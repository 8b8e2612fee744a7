//! Code of pages that a link leads to, loaded while somebody is about to follow it.

use std::cell::Cell;
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::LazyPage;

/// Follows the pointer, the finger and the focus over links, for as long as the document lives. A page that could not be loaded is
/// asked for again at the next link to it, and by the navigation itself.
pub fn follow() {
    let asked = Rc::new(Cell::new(0_u32));
    let near = move |target: Option<web_sys::EventTarget>| {
        let Some(page) = target.and_then(|target| led_to(&target)) else {
            return;
        };
        let bit = 1 << page as u32;
        if asked.get() & bit != 0 {
            return;
        }
        asked.set(asked.get() | bit);
        let asked = Rc::clone(&asked);
        spawn_local(async move {
            if page.load().await.is_err() {
                asked.set(asked.get() & !bit);
            }
        });
    };
    let (hovered, focused) = (near.clone(), near.clone());
    // Never taken off: a handle that is dropped leaves its listener.
    drop([
        window_event_listener(ev::pointerover, move |event| hovered(event.target())),
        window_event_listener(ev::focusin, move |event| focused(event.target())),
        window_event_listener(ev::touchstart, move |event| near(event.target())),
    ]);
}

/// The page that a click on this would lead to within the app.
fn led_to(target: &web_sys::EventTarget) -> Option<LazyPage> {
    let element = target.dyn_ref::<web_sys::Element>()?;
    let link = element
        .closest("a[href]")
        .ok()??
        .dyn_into::<web_sys::HtmlAnchorElement>()
        .ok()?;
    let here = window().location().origin().ok()?;
    // Links that the router leaves to the browser.
    let leaves =
        link.origin() != here || link.has_attribute("download") || link.rel().split(' ').any(|rel| rel == "external");
    (!leaves).then(|| LazyPage::at(&link.pathname())).flatten()
}
