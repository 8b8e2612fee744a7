//! The pages, one module each. A page reads its own resource in one boundary: two that share a resource can wait for each other for
//! ever on the server (leptos #4578).

pub mod groups;
pub mod hub;
pub mod inventory;
pub mod no_access;
pub mod not_found;
pub mod notifications;
pub mod overview;
pub mod roles;
pub mod run;
pub mod search;
pub mod sign_in;
