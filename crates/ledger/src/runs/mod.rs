//! Runs: the ledger itself.
//!
//! [`start`] makes a run or joins the active one of its identity; [`admit`] hands runs to the engine, at most so many per
//! target scope; [`execute`] is what a worker does with one, fenced by the epoch; [`list`] and [`detail`] read them. Nothing
//! else changes a run's status, and the database refuses what these would not do (R06).

mod above;
pub mod admit;
pub mod days;
pub mod detail;
pub mod end;
pub mod events;
pub mod execute;
#[cfg(feature = "testing")]
pub mod explain;
pub mod export;
pub mod followed;
pub mod items;
pub mod list;
pub mod poll;
pub(crate) mod predicate;
pub mod progress;
mod related;
pub(crate) mod resolution;
mod row;
pub(crate) mod search;
pub mod start;
mod walk;

pub(crate) use above::AboveBound;
