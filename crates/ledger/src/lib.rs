//! Everything that reads or writes PostgreSQL: the ledger of runs and what surrounds it.
//!
//! A newcomer's map. [`Ledger`] is the handle. [`access`] turns a person and an id into an
//! [`access::Membership`], [`permit`] a membership and a key into a [`permit::Permit`], the only way to a [`scope::Scope`], and
//! every query of tenant data runs in a scope's transaction (R10, R21). [`runs`] starts, admits, executes and finishes runs;
//! [`hub`] and [`run_page`] read them; [`engine`] is the one room that knows the job engine. No HTTP client is among the
//! dependencies, which is how "Monitoring reads only the database" holds (R13). Which room may use which is a table in
//! `tests/it/rooms.rs`, and a test.

// What others build on says what it means, in which unit and by which rule.
#![warn(missing_docs)]

pub mod access;
pub mod audit;
pub mod clock;
pub mod db;
mod digest;
pub mod directory;
pub mod drafts;
pub mod engine;
mod error;
#[cfg(feature = "testing")]
pub mod explain;
pub mod hub;
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
pub mod reconcile;
pub mod retention;
pub mod role_definitions;
pub mod run_page;
pub mod runs;
pub mod schedules;
mod schema;
pub mod scope;
pub mod sessions;
#[cfg(feature = "testing")]
pub mod testing;
mod throttle;
mod turns;

pub use access::permit;
pub use db::{Connect, DatabaseRole, Ledger};
pub use error::{Error, Refused, Result};
pub use operations::Operations;
