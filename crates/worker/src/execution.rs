//! What an operation is given, and what it may answer.

use graph::{Credentials, GraphClient};
use ledger::Ledger;
use ledger::runs::end::Ending;
use ledger::runs::execute::Attempt;

/// Everything an operation needs.
#[derive(Debug, Clone)]
pub struct Execution {
    pub ledger: Ledger,
    pub graph: GraphClient,
    /// How the product signs in to tenants: one application that each tenant has consented to.
    pub credentials: Credentials,
    /// The run, as this process may execute it.
    pub attempt: Attempt,
}

/// Why an operation stopped without an ending of its own.
#[derive(Debug, thiserror::Error)]
pub enum Interruption {
    /// The ledger did not take a write: the database is away, or the run belongs to another worker by now.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
}

/// How an attempt came out, as far as its operation decides that.
pub type OperationResult = Result<Ending, Interruption>;
