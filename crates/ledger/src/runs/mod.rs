//! Runs: the ledger itself, as it is written.
//!
//! [`start`] makes a run or joins the active one of its identity; [`admit`] hands runs to the engine, at most so many per
//! target scope; [`execute`] is what a worker does with one, fenced by the epoch. Nothing else changes a run's status, and the
//! database refuses what these would not do (R06). What reads runs is in [`crate::hub`] and [`crate::run_page`].

pub mod admit;
pub mod end;
pub mod events;
pub mod execute;
pub mod progress;
pub(crate) mod resolution;
pub mod start;
