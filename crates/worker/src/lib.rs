//! What runs execute: one file per operation ([`operations`]), and the process around them.
//!
//! [`job_loop::run`] is a worker: it takes jobs from the engine, turns each into an attempt of its run, beats for all of them
//! in one statement, and reconciles. An operation gets an [`execution::Execution`] and returns an ending; everything it
//! writes goes through the attempt, which is fenced. [`scheduler::run`] serves schedules, in any number of processes.

mod active;
pub mod execution;
pub mod job_loop;
pub mod operations;
pub mod scheduler;
mod settings;
mod slots;
mod upkeep;
mod waits;

pub use operations::Registry;
pub use settings::Settings;
