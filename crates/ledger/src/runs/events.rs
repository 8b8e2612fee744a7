//! The facts of a run's life, for its timeline.

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId, UserId, WorkspaceId};
use domain::person;
use domain::sanitize::sanitize;
use sqlx::PgConnection;

use crate::Result;

/// How many facts a run keeps; throttling for an hour must not fill a table.
pub(crate) const EVENTS_MAX: i32 = 500;

/// How many of them may be of a kind. What there may be hundreds of leaves room for what a timeline cannot do without, and
/// the end of a wait that was noted is noted as well.
fn most(kind: &str) -> i32 {
    match kind {
        "waiting" | "joined" => EVENTS_MAX - 51,
        "resumed" => EVENTS_MAX - 50,
        _ => EVENTS_MAX,
    }
}

/// Where a fact belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunRef {
    pub(crate) run: RunId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) tenant: Option<TenantId>,
}

/// Adds a fact, within the bound. The caller holds the run's row, so numbers do not collide; where it does not (two people
/// joining at once), the later one is left out rather than failing what it tells of.
pub(crate) async fn add(tx: &mut PgConnection, of: RunRef, at: DateTime<Utc>, kind: &str, detail: &str) -> Result<()> {
    insert(tx, of, at, kind, detail, None).await
}

/// Adds what a person did. Who it was is joined when it is shown ([`by`]), so that it can be forgotten.
pub(crate) async fn add_by(
    tx: &mut PgConnection,
    of: RunRef,
    at: DateTime<Utc>,
    kind: &str,
    person: UserId,
) -> Result<()> {
    insert(tx, of, at, kind, "", Some(person)).await
}

/// The text of what a person did.
pub(crate) fn by(kind: &str, name: Option<String>) -> String {
    let name = person::shown(name);
    if kind == "joined" { name } else { format!("by {name}") }
}

async fn insert(
    tx: &mut PgConnection,
    of: RunRef,
    at: DateTime<Utc>,
    kind: &str,
    detail: &str,
    actor: Option<UserId>,
) -> Result<()> {
    sqlx::query!(
        "insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail, actor_id)
        select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $8 from operation_run_events where run_id = $1
        having coalesce(max(seq), 0) < $7
        on conflict do nothing",
        of.run.0,
        of.workspace.0,
        of.tenant.map(|id| id.0),
        at,
        kind,
        sanitize(detail),
        most(kind),
        actor.map(|id| id.0)
    )
    .execute(tx)
    .await?;
    Ok(())
}
