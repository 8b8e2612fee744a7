//! The HTML document around the app.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::app::App;
use crate::preference::{Density, Preference, Theme};

/// The HTML document. Scripts carry the nonce of the response; there is no other inline script and no inline style. `parts` are the
/// addresses of the code that only this page needs, which the browser fetches beside what every page does.
///
/// Leptos would write these links by itself, but looks for the page they belong to in what the thread did last, which under load is
/// another page.
pub fn shell(options: LeptosOptions, parts: Vec<String>) -> impl IntoView {
    // What fetches them, which the script needs in any case. Cargo-leptos calls it so where it does not hash names.
    let loader = format!("/{}/__wasm_split.______________________.js", options.site_pkg_dir);
    let parts = parts
        .into_iter()
        .map(|href| view! { <link rel="preload" href=href r#as="fetch" r#type="application/wasm" crossorigin=""/> })
        .collect_view();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=Theme::current().attribute() data-density=Density::current().attribute()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <HashedStylesheet options=options.clone() id="style"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options=options/>
                <link rel="modulepreload" href=loader/>
                {parts}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
