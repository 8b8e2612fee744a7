//! What becomes of a page whose code cannot be loaded: after a deploy its file has another name, and without a network there is none.
//!
//! While navigating, the whole page is loaded by the browser instead, provided that the server answers at all: otherwise the app says so,
//! and leaves when the server is back. A page that then cannot be taken over, by the code it came with, is loaded anew once; the next
//! time it stays as the server made it, which is a page that works by links and forms, and says what it lacks.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use wasm_bindgen_futures::JsFuture;

use crate::copy;
use crate::error::AppError;
use crate::ui::button::Weight;
use crate::ui::error_panel::ErrorPanel;
use crate::ui::title::PageTitle;
use crate::url;

/// Noted for the tab while a page has been loaded anew and has not been taken over since.
const MARK: &str = "loaded-anew";

/// Forgets that a page was loaded anew: this one has been taken over.
pub fn done() {
    if let Some(storage) = storage() {
        // What cannot be forgotten costs one attempt.
        let _ = storage.remove_item(MARK);
    }
}

/// The page that the browser has loaded cannot be taken over.
pub fn at_the_start() {
    if !reload_once() {
        // A document without a body has nobody to tell.
        let _ = say();
    }
}

/// Loads the page anew, unless that was tried already. Where it cannot be noted that it was, it would be tried again and again.
pub fn reload_once() -> bool {
    !is_marked() && mark() && window().location().reload().is_ok()
}

/// The page being navigated to cannot be loaded. Comes back if there is nothing to be done about it.
pub async fn on_the_way() {
    let to = address();
    if is_there().await && leave(&to) {
        // The document ends here.
        std::future::pending::<()>().await;
    }
}

/// The address being navigated to, which the browser may not show yet.
fn address() -> String {
    let location = use_location();
    url::with_query(&location.pathname.get_untracked(), &location.search.get_untracked())
}

/// Has the browser load an address. The page that comes is the one that was loaded anew.
fn leave(to: &str) -> bool {
    mark();
    window().location().assign(to).is_ok()
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

fn is_marked() -> bool {
    storage().is_some_and(|storage| matches!(storage.get_item(MARK), Ok(Some(_))))
}

fn mark() -> bool {
    storage().is_some_and(|storage| storage.set_item(MARK, "").is_ok())
}

/// Whether the server answers, whatever it says.
async fn is_there() -> bool {
    JsFuture::from(window().fetch_with_str("/healthz")).await.is_ok()
}

/// Says on a page that was not taken over what it lacks. From here on it is styled as where there are no scripts.
fn say() -> Option<()> {
    let document = document();
    document
        .document_element()?
        .set_attribute("data-without-script", "")
        .ok()?;
    let notice = document.create_element("div").ok()?;
    notice.set_attribute("role", "alert").ok()?;
    notice
        .set_attribute(
            "class",
            "mb-4 flex flex-wrap items-center gap-3 rounded-lg border border-alert bg-alert-soft px-4 py-2",
        )
        .ok()?;
    let words = document.create_element("p").ok()?;
    words.set_text_content(Some(copy::error::NOT_TAKEN_OVER));
    let again = document.create_element("a").ok()?;
    again.set_text_content(Some(copy::RETRY));
    again.set_attribute("class", Weight::Secondary.class()).ok()?;
    // An empty address is this one.
    again.set_attribute("href", "").ok()?;
    notice.append_child(&words).ok()?;
    notice.append_child(&again).ok()?;
    // In the page's own part, so that the link that skips the navigation stays the first one.
    let main = document.query_selector("main").ok().flatten();
    let place = main.or_else(|| document.body().map(Into::into))?;
    place.insert_before(&notice, place.first_child().as_ref()).ok()?;
    Some(())
}

/// Where a page would be whose code is out of reach. Leaves for it as soon as the server answers.
#[component]
pub fn Missing() -> impl IntoView {
    let to = StoredValue::new(address());
    let attempts = RwSignal::new(0_u32);
    let reload = Callback::new(move |()| {
        spawn_local(async move {
            let there = is_there().await;
            // The page may be gone by now.
            let Some(to) = to.try_get_value() else { return };
            if !(there && leave(&to)) {
                attempts.try_update(|attempts| *attempts += 1);
            }
        });
    });
    view! {
        <PageTitle text=copy::error::UNAVAILABLE.to_owned()/>
        {move || {
            attempts.track();
            view! { <ErrorPanel error=AppError::Unreachable reload=reload whole_page=true/> }
        }}
    }
}
