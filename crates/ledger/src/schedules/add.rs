//! Making schedules. A rule that cannot be run cannot be kept: what is added holds a [`CronSchedule`], not text.

use chrono::{DateTime, Utc};
use domain::id::{ScheduleId, TenantId, WorkspaceId};
use domain::operation::OperationType;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::cron::CronSchedule;
use crate::{Error, Ledger, Result, ids, scope};

/// A schedule to be.
#[derive(Debug)]
pub struct NewSchedule<'a> {
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The tenant; `None` for the workspace as a whole.
    pub tenant: Option<TenantId>,
    /// What it starts.
    pub kind: OperationType,
    /// What people call it.
    pub name: &'a str,
    /// When it fires; from [`CronSchedule::parse_new`], which refuses what cannot be run.
    pub rhythm: &'a CronSchedule,
    /// What each run is to do.
    pub inputs: Value,
}

/// Adds a schedule, switched on.
pub async fn add(tx: &mut PgConnection, new: &NewSchedule<'_>, now: DateTime<Utc>) -> Result<ScheduleId> {
    let id: ScheduleId = ids::new(now);
    sqlx::query!(
        "insert into schedules (id, workspace_id, tenant_id, type, name, cron, time_zone, inputs, next_fire_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id.0,
        new.workspace.0,
        new.tenant.map(|id| id.0),
        new.kind.as_str(),
        new.name,
        new.rhythm.expression(),
        new.rhythm.zone_name(),
        new.inputs,
        new.rhythm.next_after(now).map(|fire| fire.at),
        now
    )
    .execute(tx)
    .await?;
    Ok(id)
}

/// Adds what every workspace has: the nightly removal of expired runs.
pub async fn add_retention(tx: &mut PgConnection, workspace: WorkspaceId, now: DateTime<Utc>) -> Result<ScheduleId> {
    // Not all workspaces in the same minute.
    let minute = workspace.0.as_bytes()[15] % 60;
    let rhythm = CronSchedule::parse_new(&format!("{minute} 3 * * *"), "UTC")
        .map_err(|error| Error::Stored(error.to_string()))?;
    let new = NewSchedule {
        workspace,
        tenant: None,
        kind: OperationType::RetentionPrune,
        name: "Retention, every night",
        rhythm: &rhythm,
        inputs: json!({}),
    };
    add(tx, &new, now).await
}

/// Gives each workspace that has no schedule for its retention one, and answers how many that were. One that is switched off is
/// there: somebody wanted it so. Called by every worker; a lock keeps two from adding two.
pub async fn add_missing_retention(ledger: &Ledger) -> Result<usize> {
    let now = ledger.now();
    let mut tx = scope::begin_as_system(ledger).await?;
    sqlx::query!("select pg_advisory_xact_lock(hashtext('retention schedules'))")
        .execute(&mut *tx)
        .await?;
    let workspaces = sqlx::query!(
        r#"select w.id, exists (select from schedules s where s.workspace_id = w.id and s.type = $1) as "served!"
        from workspaces w order by w.id"#,
        OperationType::RetentionPrune.as_str()
    )
    .fetch_all(&mut *tx)
    .await?;
    let without: Vec<WorkspaceId> = workspaces
        .into_iter()
        .filter(|workspace| !workspace.served)
        .map(|workspace| WorkspaceId(workspace.id))
        .collect();
    for workspace in &without {
        add_retention(&mut tx, *workspace, now).await?;
    }
    tx.commit().await?;
    Ok(without.len())
}
