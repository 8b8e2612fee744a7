//! Server functions, by area. Those that read are `GET` and change nothing; those that change are `POST`.
//!
//! Their paths are explicit, without hashes, so that a tab opened before a deploy goes on working. Tower layers do not run
//! for functions called while a page is rendered, so each one authorizes by itself ([`guard`]).
#![expect(
    missing_docs,
    reason = "the macro makes a public type of each function's arguments; the function has the docs"
)]

pub mod groups;
#[cfg(feature = "ssr")]
pub mod guard;
pub mod hub;
pub mod inventory;
pub mod notifications;
pub mod overview;
pub mod roles;
pub mod run;
#[cfg(feature = "ssr")]
mod starting;
pub mod viewer;
pub mod views;

/// What a server function returns.
pub type ApiResult<T> = Result<T, crate::error::AppError>;
