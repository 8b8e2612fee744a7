//! Everything that reads or writes PostgreSQL: the ledger of runs and what surrounds it.
//!
//! A newcomer's map. [`Ledger`] is the handle. [`access`] turns a person and an id into an
//! [`access::Membership`], [`permit`] a membership and a key into a [`permit::Permit`], the only way to a [`scope::Scope`], and
//! every query of tenant data runs in a scope's transaction (R10, R21). [`runs`] starts, admits,
//! executes, finishes and reads runs; [`queue`] is the one module that knows the engine. No HTTP client is among the
//! dependencies, which is how "Monitoring reads only the database" holds (R13).

// What others build on says what it means, in which unit and by which rule.
#![warn(missing_docs)]

pub mod access;
pub mod audit;
pub mod bench;
pub mod clock;
pub mod db;
pub mod demo;
pub mod directory;
pub mod drafts;
mod error;
pub mod ids;
pub mod inventory;
pub mod isolation;
pub mod migrate;
mod names;
pub mod notifications;
mod operations;
pub mod overview;
pub mod password;
pub mod people;
pub mod permit;
pub mod queue;
pub mod reconcile;
pub mod retention;
pub mod runs;
pub mod saved_views;
pub mod schedules;
pub mod scope;
pub mod sessions;
mod sign_in;
#[cfg(feature = "testing")]
pub mod testing;
mod throttle;
mod turns;

pub use db::{Connect, Ledger, Process};
pub use error::{Error, Refused, Result};
pub use operations::Operations;
