//! What an attempt reports while it works: items, counts, waiting, heartbeats.

use chrono::{DateTime, Utc};
use domain::counts::Counts;
use domain::display_name::kept;
use domain::id::RunId;
use domain::reason::ReasonCode;
use domain::sanitize::sanitize;
use domain::status::ItemOutcome;

use super::events::{self, RunRef};
use super::execute::Attempt;
use crate::scope::{self, ScopedTx};
use crate::{Ledger, Result};

/// An object that the attempt has worked on.
#[derive(Debug, Clone)]
pub struct Item {
    /// What kind of object.
    pub kind: String,
    /// Its id in the tenant.
    pub external_id: String,
    /// Its name, as Microsoft has it.
    pub name: String,
    /// How it came out.
    pub outcome: ItemOutcome,
    /// Why, unless it succeeded.
    pub reason: Option<ReasonCode>,
    /// Sanitized before it is kept.
    pub message: Option<String>,
}

/// The longest name that is kept, in characters.
const NAME_MAX: usize = 300;

fn bounded(text: &str, characters: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(characters).collect()
}

impl Attempt {
    /// Records items, in the transaction of what was done to them. An object that is recorded again (by a second attempt, or
    /// because it came twice) replaces its record: it is counted once.
    pub async fn record(&self, tx: &mut ScopedTx, items: &[Item]) -> Result<()> {
        let column = |of: fn(&Item) -> String| -> Vec<String> { items.iter().map(of).collect() };
        let reasons: Vec<Option<&str>> = items.iter().map(|item| item.reason.map(ReasonCode::as_str)).collect();
        let messages: Vec<Option<String>> = items.iter().map(|item| item.message.as_deref().map(sanitize)).collect();
        sqlx::query!(
            "insert into operation_run_items as i (run_id, kind, external_id, workspace_id, tenant_id, name, outcome, reason_code, message)
            select distinct on (new.kind, new.external_id) $1, new.kind, new.external_id, $2, $3, new.name, new.outcome, new.reason_code, new.message
            from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
                as new (kind, external_id, name, outcome, reason_code, message)
            on conflict (run_id, kind, external_id) do update
                set name = excluded.name, outcome = excluded.outcome, reason_code = excluded.reason_code, message = excluded.message",
            self.run.0,
            self.workspace.0,
            self.tenant.map(|id| id.0),
            &column(|item| item.kind.clone()),
            // Not shortened: the cut id would be another object's, so the database refuses one that is too long.
            &column(|item| item.external_id.clone()),
            &column(|item| kept(&item.name, NAME_MAX)),
            &column(|item| item.outcome.as_str().to_owned()),
            &reasons as &[Option<&str>],
            &messages as &[Option<String>]
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    /// Says how far the attempt is. `phase` is in words.
    pub async fn progress(&self, tx: &mut ScopedTx, counts: Counts, phase: &str) -> Result<()> {
        sqlx::query!(
            "update operation_run_live set counts = $2, phase = $3, waiting_until = null, wait_reason = null where run_id = $1 and worker = $4",
            self.run.0,
            serde_json::to_value(counts)?,
            bounded(phase, 200),
            self.worker
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    /// Adds a fact to the run's timeline, in the transaction of what it tells of. `detail` is in words.
    pub async fn note(&self, tx: &mut ScopedTx, at: DateTime<Utc>, kind: &str, detail: &str) -> Result<()> {
        let of = RunRef {
            run: self.run,
            workspace: self.workspace,
            tenant: self.tenant,
        };
        events::add(tx, of, at, kind, detail).await
    }

    /// Says that the attempt waits until a moment, and why (R17).
    pub async fn waiting(&self, ledger: &Ledger, until: DateTime<Utc>, reason: ReasonCode) -> Result<()> {
        let mut tx = self.transaction(ledger).await?;
        sqlx::query!(
            "update operation_run_live set waiting_until = $2, wait_reason = $3 where run_id = $1 and worker = $4",
            self.run.0,
            until,
            reason.as_str(),
            self.worker
        )
        .execute(&mut *tx)
        .await?;
        let of = RunRef {
            run: self.run,
            workspace: self.workspace,
            tenant: self.tenant,
        };
        events::add(&mut tx, of, ledger.now(), "waiting", reason.as_str()).await?;
        tx.commit().await
    }

    /// Says that the wait is over; nothing if there was none that was said.
    pub async fn resumed(&self, ledger: &Ledger) -> Result<()> {
        let mut tx = self.transaction(ledger).await?;
        let waited = sqlx::query!(
            "update operation_run_live set waiting_until = null, wait_reason = null
            where run_id = $1 and worker = $2 and waiting_until is not null",
            self.run.0,
            self.worker
        )
        .execute(&mut *tx)
        .await?;
        if waited.rows_affected() > 0 {
            let of = RunRef {
                run: self.run,
                workspace: self.workspace,
                tenant: self.tenant,
            };
            events::add(&mut tx, of, ledger.now(), "resumed", "").await?;
        }
        tx.commit().await
    }

    /// The run and the epoch, for heartbeats.
    pub const fn key(&self) -> (RunId, i32) {
        (self.run, self.epoch)
    }
}

/// Beats for all runs of a process in one statement. Those that are not answered belong to somebody else by now: their work
/// must stop.
pub async fn heartbeat(ledger: &Ledger, worker: &str, runs: &[(RunId, i32)]) -> Result<Vec<RunId>> {
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<uuid::Uuid> = runs.iter().map(|(run, _)| run.0).collect();
    let epochs: Vec<i32> = runs.iter().map(|(_, epoch)| *epoch).collect();
    let mut tx = scope::begin_as_system(ledger).await?;
    let alive = sqlx::query_scalar!(
        "update operation_run_live l set heartbeat_at = $4
        from unnest($1::uuid[], $2::integer[]) as mine (run_id, epoch)
        join operation_runs r on r.id = mine.run_id and r.epoch = mine.epoch and r.status = 'running'
        where l.run_id = mine.run_id and l.worker = $3
        returning l.run_id",
        &ids,
        &epochs,
        worker,
        ledger.now()
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(ids.into_iter().filter(|id| !alive.contains(id)).map(RunId).collect())
}
