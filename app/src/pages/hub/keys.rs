//! Keyboard shortcuts of the list (DESIGN §9), and the dialog that lists them. Only with JavaScript: without it there are the
//! browser's own.

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;

use crate::copy::hub::keys;
use crate::ui::dialog::Dialog;
use crate::ui::filter::search::SEARCH_FIELD;

/// The links that `j` and `k` go through.
const ROWS: &str = "[data-run]";

/// Listens, and shows what it listens for.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let live = RwSignal::new(false);
    let show = move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            // One that is open already stays so.
            let _ = dialog.show_modal();
        }
    };
    Effect::new(move |_| {
        live.set(true);
        let listener = window_event_listener(ev::keydown, move |event| {
            if is_for_somebody_else(&event) {
                return;
            }
            match event.key().as_str() {
                "/" => focus_search(),
                "j" => step(1),
                "k" => step(-1),
                "?" => show(),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || listener.remove());
    });
    let list = keys::ALL
        .map(|(key, what)| {
            view! {
                <div class="flex items-center justify-between gap-4">
                    <dt>
                        <kbd class="rounded border border-line bg-sunken px-1.5 py-0.5 font-mono text-xs">{key}</kbd>
                    </dt>
                    <dd>{what}</dd>
                </div>
            }
        })
        .collect_view();
    // Not in a narrow window, which has no keyboard. Elsewhere there from the start, so that nothing moves when it begins to work.
    let class = move || {
        if live.get() {
            "inline-flex size-9 items-center justify-center rounded-md border max-sm:hidden border-control bg-surface font-medium hover:bg-sunken"
        } else {
            "invisible size-9 max-sm:hidden"
        }
    };
    view! {
        <button type="button" class=class aria-label=keys::TITLE title=keys::TITLE on:click=move |_| show()>
            "?"
        </button>
        <Dialog node=dialog id="shortcuts" title=keys::TITLE close=keys::CLOSE>
            <dl class="flex flex-col gap-2">{list}</dl>
        </Dialog>
    }
}

/// Somebody types, means the browser, or has a dialog open.
fn is_for_somebody_else(event: &ev::KeyboardEvent) -> bool {
    let typing = |target: &web_sys::Element| {
        let kind = target.get_attribute("type").unwrap_or_default();
        match target.tag_name().as_str() {
            "INPUT" => kind != "checkbox" && kind != "radio",
            "TEXTAREA" | "SELECT" => true,
            _ => target.has_attribute("contenteditable"),
        }
    };
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    event.default_prevented()
        || event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || target.is_some_and(|target| typing(&target))
        || matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}

fn focus_search() {
    if let Some(field) = document()
        .get_element_by_id(SEARCH_FIELD)
        .and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok())
    {
        // What cannot be focused or selected leaves everything as it is.
        let _ = field.focus();
        field.select();
    }
}

/// Goes to the next or the previous row; from outside of the list to its first or last.
fn step(by: i32) {
    let Ok(rows) = document().query_selector_all(ROWS) else {
        return;
    };
    let count = i32::try_from(rows.length()).unwrap_or(0);
    let row = |at: i32| u32::try_from(at).ok().and_then(|at| rows.item(at));
    let active = document().active_element();
    let here = active.and_then(|active| {
        (0..count).find(|at| row(*at).is_some_and(|row| row == *active.unchecked_ref::<web_sys::Node>()))
    });
    let there = match here {
        Some(here) => (here + by).clamp(0, count - 1),
        None if by > 0 => 0,
        None => count - 1,
    };
    if let Some(link) = row(there).and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = link.focus();
    }
}
