//! The reconciler (R14): in every worker, without a leader, it looks for runs whose worker is silent, whose job is gone, or
//! whose slot is free, and repairs them. It is not a run: each repair is an event on the run and an audit entry.
//!
//! Each repair is a transaction of its own, and one that fails keeps nothing else from being repaired: it is logged with its id
//! and cause, passed over, and tried again in the next pass. Only operations that this process has registered are touched (R23).

mod jobs;
mod slots;
mod workers;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{RunId, TenantId, WorkspaceId};
use domain::operation::OperationType;
use serde_json::json;
use uuid::Uuid;

use crate::runs::admit::{self, Handed};
use crate::runs::events::{self, RunRef};
use crate::scope::ScopedTx;
use crate::{Error, Ledger, Result, audit};

/// What a pass has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repairs {
    /// Runs whose worker was lost, handed to another.
    pub reexecuted: usize,
    /// Runs whose worker was lost and that ended as failed.
    pub given_up: usize,
    /// Queued runs whose job was gone: each is a defect somewhere.
    pub requeued: usize,
    /// Waiting runs that were admitted.
    pub admitted: usize,
    /// Repairs that failed; the log says which and why.
    pub failed: usize,
}

/// One pass. `lease` is how long a worker may be silent.
pub async fn pass(ledger: &Ledger, lease: TimeDelta) -> Result<Repairs> {
    let mut pass = Pass {
        ledger,
        lease,
        repairs: Repairs::default(),
        unavailable: 0,
    };
    // One that cannot even be looked for does not keep the others from being looked for.
    let workers = workers::repair(&mut pass).await;
    pass.survived("runs of silent workers", workers)?;
    let jobs = jobs::repair(&mut pass).await;
    pass.survived("runs without a job", jobs)?;
    let slots = slots::fill(&mut pass).await;
    pass.survived("free slots", slots)?;
    Ok(pass.repairs)
}

/// So many failures in a row that say the database is away are believed.
const AWAY: usize = 3;

struct Pass<'a> {
    ledger: &'a Ledger,
    lease: TimeDelta,
    repairs: Repairs,
    unavailable: usize,
}

impl Pass<'_> {
    /// Notes how one repair went. An error only if the pass should end because the database is away.
    fn survived(&mut self, what: impl std::fmt::Display, repair: Result<()>) -> Result<()> {
        let Err(error) = repair else {
            self.unavailable = 0;
            return Ok(());
        };
        if error.is_unavailable() {
            self.unavailable += 1;
            if self.unavailable >= AWAY {
                return Err(error);
            }
        }
        self.repairs.failed += 1;
        tracing::error!(%error, cause = ?error, "could not be repaired: {what}");
        Ok(())
    }
}

/// A run that is to be repaired.
struct Lost {
    id: Uuid,
    workspace_id: Uuid,
    tenant_id: Option<Uuid>,
    kind: String,
    priority: i16,
    epoch: i32,
    attempt: i32,
    handed_back: i32,
    max_attempts: i32,
    job: Option<i64>,
    worker: Option<String>,
}

impl Lost {
    const fn run(&self) -> RunId {
        RunId(self.id)
    }

    fn of(&self) -> RunRef {
        RunRef {
            run: self.run(),
            workspace: WorkspaceId(self.workspace_id),
            tenant: self.tenant_id.map(TenantId),
        }
    }

    /// Its operation, which the statement that found it has asked to be a registered one.
    fn operation(&self, ledger: &Ledger) -> Result<OperationType> {
        let known = ledger.operations().find(&self.kind);
        known.ok_or_else(|| Error::Stored(format!("operation {}", self.kind)))
    }

    async fn note(&self, tx: &mut ScopedTx, action: &'static str, detail: &str, now: DateTime<Utc>) -> Result<()> {
        events::add(tx, self.of(), now, "repaired", detail).await?;
        let entry = audit::Entry {
            workspace: self.of().workspace,
            tenant: self.of().tenant,
            actor: audit::Actor::System,
            action,
            resource: ("operation_run", self.id.to_string()),
            outcome: "info",
            details: json!({ "attempt": self.attempt, "epoch": self.epoch, "worker": self.worker }),
            correlation: None,
        };
        audit::write(tx, now, entry).await
    }

    /// Gives it another job, under the next epoch.
    async fn hand_over(&self, ledger: &Ledger, tx: &mut ScopedTx, now: DateTime<Utc>) -> Result<()> {
        let run = Handed {
            of: self.of(),
            kind: self.operation(ledger)?,
            epoch: self.epoch,
            priority: self.priority,
        };
        admit::hand_over(ledger, tx.inner(), run, now).await
    }

    /// The old job is a no-op under its old epoch anyway; dropping it only tidies up, so failing to is no failure.
    async fn drop_job(&self, ledger: &Ledger, tx: &mut ScopedTx) {
        let Some(job) = self.job else { return };
        let Ok(mut savepoint) = sqlx::Acquire::begin(&mut **tx.inner()).await else {
            return;
        };
        let dropped = ledger.queue().cancel(&mut savepoint, job).await;
        let ended = if dropped.is_ok() {
            savepoint.commit().await
        } else {
            savepoint.rollback().await
        };
        if let (Err(error), _) = (dropped, ended) {
            tracing::debug!(job, %error, "job {job} could not be dropped");
        }
    }
}
