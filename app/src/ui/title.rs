//! The title of a page.

use leptos::prelude::*;
use leptos::reactive::wrappers::read::ArcSignal;
use leptos_meta::Title;

use crate::copy;

/// What may stand between `<title>` and `</title>`.
///
/// On the server `leptos_meta` writes the title into the document as it is given, so that a name of `</title><script>`
/// would be a script; in the browser it sets `document.title`, where escaping would be seen.
fn escaped(text: &str) -> String {
    if cfg!(feature = "ssr") {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        text.to_owned()
    }
}

/// The title of a page; the product's name follows it.
#[component]
pub fn PageTitle(
    /// What the page shows. Counted by reference, not owned by the page: `leptos_meta` still reads the title of a page
    /// that is gone when the next one sets its own.
    #[prop(into)]
    text: ArcSignal<String>,
) -> impl IntoView {
    view! { <Title text=move || format!("{} · {}", escaped(&text.get()), copy::PRODUCT)/> }
}
