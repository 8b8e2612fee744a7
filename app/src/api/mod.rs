//! Server functions, by area. Those that read are `GET` and change nothing; those that change are `POST`.
//!
//! Their paths are explicit, without hashes, so that a tab opened before a deploy goes on working.

pub mod hub;
pub mod inventory;
pub mod notifications;
pub mod run;
pub mod viewer;

/// What a server function answers.
pub type Answer<T> = Result<T, crate::error::AppError>;
