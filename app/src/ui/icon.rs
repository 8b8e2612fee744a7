//! The icons: inline, in the colour of the text around them, silent to screen readers.

use leptos::prelude::*;

pub use crate::glyph::Glyph;

/// An icon, beside a text that says the same.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    // As text that never changes: a page has a hundred icons, and as elements their paths were a tenth of all there are to make and
    // to take over.
    view! { <svg class=glyph.class() viewBox="0 0 16 16" aria-hidden="true" inner_html=glyph.drawing()></svg> }
}
