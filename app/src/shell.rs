//! The HTML document around the app.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::app::App;

/// The colour scheme a person has chosen. The server reads it from the cookie `theme` and provides it to the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl ThemeChoice {
    /// Every choice, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in the cookie and in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The word on the switch.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// From the cookie; anything unknown is the system's choice.
    pub fn parse(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|choice| choice.as_str() == word)
            .unwrap_or_default()
    }

    /// What `<html data-theme>` holds; nothing for the system's choice, so that the style sheet asks the system.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light | Self::Dark => Some(self.as_str()),
        }
    }

    /// The choice in force, on the server by the cookie and in the browser by the document.
    pub fn current() -> Self {
        if cfg!(feature = "ssr") {
            return use_context().unwrap_or_default();
        }
        let attribute = document()
            .document_element()
            .and_then(|html| html.get_attribute("data-theme"));
        attribute.map_or_else(Self::default, |word| Self::parse(&word))
    }
}

/// The HTML document. Scripts carry the nonce of the response; there is no other inline script and no inline style.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = use_context::<ThemeChoice>().unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <HashedStylesheet options=options.clone() id="style"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options=options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
