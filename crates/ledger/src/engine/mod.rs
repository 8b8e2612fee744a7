//! The engine, behind one seam: River on the same PostgreSQL, in its own schema. Nothing outside of this folder names it, and a
//! test reads that off the sources: what others see are [`JobContext`], [`JobOutcome`], [`RunJob`] and [`Engine`].
//!
//! There is one job kind. It carries a run's id and an epoch and names no tenant; what to do is in the run. Each operation has
//! a queue of its own, so a worker fetches no job of an operation that it has not registered (R23). The engine's own
//! unique jobs, retries and back-off are not used: the run row is the one place of truth, and a run that waits for
//! Microsoft Graph waits inside its job. `docs/ARCHITECTURE.md` says what else was considered.

mod job;
mod migrate;
mod queue;
mod runtime;

pub use self::job::{JobOutcome, RunJob, SCHEMA, queue_of};
pub(crate) use self::migrate::{SCHEMA_VERSION, migrate};
pub(crate) use self::queue::{Expected, Queue};
pub use self::runtime::{Engine, JobContext};

/// Under which the engine writes to the log, for whoever filters it.
pub const LOG_TARGET: &str = "riverqueue";
