//! The one job kind, and what becomes of a job.

use std::time::Duration;

use domain::operation::OperationType;
use riverqueue::database::{PostgresDatabase, SchemaName};
use riverqueue::{JobArgs, WorkOutcome};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

use crate::error::{Error, Result};

/// The engine's schema.
pub const SCHEMA: &str = "river";

/// The engine's queue of an operation. Its names allow no dots.
pub fn queue_of(kind: OperationType) -> String {
    kind.as_str().replace('.', "-")
}

/// The one job kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JobArgs)]
#[river(kind = "operation_run")]
pub struct RunJob {
    /// The run.
    pub run_id: Uuid,
    /// The epoch it was enqueued for; a later one makes this job a no-op.
    pub epoch: i32,
}

/// What becomes of a job that a worker has held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// It is done, whatever became of the run.
    Done,
    /// It should not exist.
    Discard,
    /// Any worker may take it, after this long.
    Again(Duration),
}

impl From<JobOutcome> for WorkOutcome {
    fn from(outcome: JobOutcome) -> Self {
        match outcome {
            JobOutcome::Done => Self::Complete,
            JobOutcome::Discard => Self::Discard,
            JobOutcome::Again(pause) => Self::Snooze(pause),
        }
    }
}

/// The error of this layer for one of the engine's.
pub(super) fn failed(error: impl std::fmt::Display) -> Error {
    Error::Queue(error.to_string())
}

/// The engine's schema in a database.
pub(super) fn database(pool: &PgPool) -> Result<PostgresDatabase> {
    Ok(PostgresDatabase::new(pool.clone()).with_schema(schema_name()?))
}

pub(super) fn schema_name() -> Result<SchemaName> {
    SchemaName::new(SCHEMA).map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn r23_every_operation_has_a_queue_of_its_own() {
        let queues: BTreeSet<String> = OperationType::ALL.iter().map(|kind| queue_of(*kind)).collect();
        assert_eq!(queues.len(), OperationType::ALL.len());
        assert!(queues.contains("directory-role_definitions-sync"));
    }
}
