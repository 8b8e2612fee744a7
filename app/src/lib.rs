//! The isomorphic Leptos app: the shell, routes, pages, components and server functions.
//!
//! Pages ask server functions ([`api`]), which under `ssr` ask the ledger and nothing else: there is no way from here to an
//! HTTP client (R13), and a test holds that. Sign-in, sign-out and preferences are plain form posts answered by `server`.
//!
//! A page is a component under [`pages`] that reads one resource in one boundary; what it shows is made of [`ui`], what it
//! says is in [`copy`], and what keeps it up to date is [`live`]. Everything works as links and forms before, and without,
//! the browser's half of the app.

// A view is one nested type; the compiler counts how deep.
#![recursion_limit = "256"]
#![expect(clippy::needless_pass_by_value, reason = "components take their properties by value")]

pub mod api;
pub mod app;
pub mod clock;
pub mod copy;
pub mod error;
pub mod glyph;
pub mod hydrate_sync;
pub mod layout;
pub mod lazy;
pub mod live;
pub mod pages;
pub mod preference;
pub mod resource;
pub mod routes;
pub mod shell;
pub mod start;
pub mod ui;
pub mod url;
pub mod viewer;

pub use app::App;
pub use shell::shell;
