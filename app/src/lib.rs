//! The isomorphic Leptos app: the shell, routes, pages, components and server functions.
//!
//! Pages ask server functions ([`api`]), which under `ssr` ask the ledger and nothing else: there is no way from here to an
//! HTTP client (R13), and a test holds that. Sign-in, sign-out and preferences are plain form posts answered by `server`.

pub mod api;
pub mod error;
