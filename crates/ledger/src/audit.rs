//! Audit entries: one for every change of shared or security-relevant state and every ended run, in the same transaction
//! as what it tells of (R19). Append-only.

use chrono::{DateTime, Utc};
use domain::id::{AuditId, CorrelationId, TenantId, UserId, WorkspaceId};
use domain::status::Outcome;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use crate::db::Ledger;
use crate::error::Result;
use crate::ids;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Actor {
    /// A person. Their name is in `actors` and nowhere in an entry, so that it can be forgotten.
    Human(UserId),
    /// The product itself.
    System,
    /// A schedule.
    Schedule,
}

impl Actor {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Human(_) => "human",
            Self::System => "system",
            Self::Schedule => "schedule",
        }
    }

    /// What is written beside the id: of people nothing.
    const fn name(&self) -> &'static str {
        match self {
            Self::Human(_) => "",
            Self::System => "System",
            Self::Schedule => "Schedule",
        }
    }

    const fn id(&self) -> Option<UserId> {
        match self {
            Self::Human(id) => Some(*id),
            Self::System | Self::Schedule => None,
        }
    }
}

/// An entry to write.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) workspace: WorkspaceId,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) actor: Actor,
    /// `thing.happened`.
    pub(crate) action: &'static str,
    pub(crate) resource: (&'static str, String),
    /// `success`, `failure`, `partial`, `info` or `blocked`.
    pub(crate) outcome: &'static str,
    /// Never the name of a person.
    pub(crate) details: Value,
    pub(crate) correlation: Option<CorrelationId>,
}

/// The word of an audit entry for a run's outcome.
pub(crate) const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "success",
        Outcome::PartiallySucceeded => "partial",
        Outcome::Blocked => "blocked",
        Outcome::Pending | Outcome::Unknown => "info",
        Outcome::Failed | Outcome::Cancelled => "failure",
    }
}

/// Writes an entry in the transaction of what it tells of.
pub(crate) async fn write(tx: &mut PgConnection, now: DateTime<Utc>, entry: Entry) -> Result<()> {
    sqlx::query!(
        "insert into audit_entries (id, workspace_id, tenant_id, at, actor_type, actor_id, actor_name, action, resource_type,
            resource_id, outcome, details, correlation_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        ids::new::<AuditId>(now).0,
        entry.workspace.0,
        entry.tenant.map(|id| id.0),
        now,
        entry.actor.kind(),
        entry.actor.id().map(|id| id.0),
        entry.actor.name(),
        entry.action,
        entry.resource.0,
        entry.resource.1,
        entry.outcome,
        entry.details,
        entry.correlation.map(|id| id.0)
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Makes the months of entries that the coming weeks need, if they are not there. Called by upkeep; answers how many were made.
pub async fn ensure_partitions(ledger: &Ledger) -> Result<i32> {
    ensure_partitions_at(ledger.pool(), ledger.now()).await
}

/// The same for whoever has no ledger: `migrate`.
pub(crate) async fn ensure_partitions_at(pool: &PgPool, moment: DateTime<Utc>) -> Result<i32> {
    Ok(
        sqlx::query_scalar!(r#"select ensure_audit_partitions($1) as "made!""#, moment)
            .fetch_one(pool)
            .await?,
    )
}
