//! The hub: the list of runs as it is read, with its counts, its poll, its file and its saved views.
//!
//! One [`predicate`] says which runs a filter means, so that every number agrees with the list it stands over (R20); an
//! [`index_scan`] finds them in order without reading the window. What changes runs is in [`crate::runs`], and shares nothing with
//! this.

pub mod count_cache;
pub mod days;
pub mod export;
pub mod followed;
pub(crate) mod index_scan;
pub mod list;
pub mod poll;
pub(crate) mod predicate;
pub(crate) mod row;
pub mod saved_views;
pub(crate) mod search;

pub use self::count_cache::SaturatedCountCache;
