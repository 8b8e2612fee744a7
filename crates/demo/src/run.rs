//! A made-up run, column by column: the one place that knows which columns a run needs.

use std::fmt::Write as _;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::RunId;
use ledger::{Result, ids};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

/// A run that is to be written as if it had been started: queued, manual and by "Somebody", unless it is said otherwise.
#[derive(Debug, Clone)]
pub struct RunBuilder {
    created_at: DateTime<Utc>,
    columns: Map<String, Value>,
}

impl RunBuilder {
    /// A run of a workspace or of a tenant of it, with what it aims at in words and what "one at a time" counts by.
    pub fn new(
        workspace: Uuid,
        tenant: Option<Uuid>,
        target: &str,
        target_scope: &str,
        created_at: DateTime<Utc>,
    ) -> Self {
        let columns = [
            ("workspace_id", json!(workspace)),
            ("tenant_id", json!(tenant)),
            ("type", json!("inventory.sync")),
            ("origin", json!("manual")),
            ("identity_exclusive", json!(false)),
            ("target", json!(target)),
            ("target_scope", json!(target_scope)),
            ("priority", json!(1)),
            ("initiator_name", json!("Somebody")),
        ];
        Self {
            created_at,
            columns: columns
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
        }
        .created_at(created_at)
    }

    /// Any column by its name, for what is too rare to have a method here.
    #[must_use]
    pub fn set(mut self, column: &'static str, value: impl Into<Value>) -> Self {
        self.columns.insert(column.to_owned(), value.into());
        self
    }

    /// When it was started; the times set before stay.
    #[must_use]
    pub fn created_at(mut self, at: DateTime<Utc>) -> Self {
        self.created_at = at;
        self.set("created_at", json!(at))
    }

    /// The type of operation, as stored: also one that this release does not know.
    #[must_use]
    pub fn operation(self, stored: &str) -> Self {
        self.set("type", stored)
    }

    /// The text that its identity is the hash of; without it no two are the same.
    #[must_use]
    pub fn identity_of(self, text: &str) -> Self {
        self.identity(&Sha256::digest(text))
    }

    /// Its identity.
    #[must_use]
    pub fn identity(self, identity: &[u8]) -> Self {
        self.set("identity", bytes(identity))
    }

    /// What is known of the same things by later runs.
    #[must_use]
    pub fn resolution_key(self, key: &[u8]) -> Self {
        self.set("resolution_key", bytes(key))
    }

    /// The person who started it.
    #[must_use]
    pub fn by(self, person: Uuid, name: &str) -> Self {
        self.set("initiator_id", json!(person)).set("initiator_name", name)
    }

    /// Ended, after having worked for so long from its start.
    #[must_use]
    pub fn completed(self, outcome: &str, worked: TimeDelta) -> Self {
        let (began, ended) = (self.created_at, self.created_at + worked);
        self.ended(outcome, Some(began), ended)
    }

    /// Ended; never begun without `began`.
    #[must_use]
    pub fn ended(self, outcome: &str, began: Option<DateTime<Utc>>, ended: DateTime<Utc>) -> Self {
        self.set("status", "completed")
            .set("outcome", outcome)
            .set("admitted_at", json!(began))
            .set("started_at", json!(began))
            .set("attempt", json!(i32::from(began.is_some())))
            .set("completed_at", json!(ended))
    }

    /// Writes it, as the owner.
    pub async fn insert(self, owner: &mut PgConnection) -> Result<RunId> {
        let id = self.id();
        Self::insert_all(owner, [self.set("id", json!(id))]).await?;
        Ok(RunId(id))
    }

    /// The id that was set, or a new one of its time.
    fn id(&self) -> Uuid {
        let set = self.columns.get("id").and_then(Value::as_str);
        set.and_then(|id| id.parse().ok())
            .unwrap_or_else(|| ids::new(self.created_at))
    }

    /// Writes many at once, as the owner; answers their ids in the order given.
    pub async fn insert_all(owner: &mut PgConnection, runs: impl IntoIterator<Item = Self>) -> Result<Vec<RunId>> {
        let mut made = Vec::new();
        let mut by_columns: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for mut run in runs {
            let id = run.id();
            made.push(RunId(id));
            run = run.set("id", json!(id));
            for (column, otherwise) in [
                ("identity", bytes(&Sha256::digest(id.as_bytes()))),
                ("correlation_id", json!(id)),
            ] {
                run.columns.entry(column).or_insert(otherwise);
            }
            let columns: Vec<&str> = run.columns.keys().map(String::as_str).collect();
            by_columns
                .entry(columns.join(", "))
                .or_default()
                .push(Value::Object(run.columns));
        }
        for (columns, rows) in by_columns {
            // Names of columns from this crate and its tests, none from outside.
            let sql = format!(
                "insert into operation_runs ({columns}) select {columns} from jsonb_populate_recordset(null::operation_runs, $1)"
            );
            sqlx::query(AssertSqlSafe(sql))
                .bind(Value::Array(rows))
                .execute(&mut *owner)
                .await?;
        }
        Ok(made)
    }
}

/// As PostgreSQL reads bytes.
fn bytes(bytes: &[u8]) -> Value {
    let hex = bytes.iter().fold(String::from("\\x"), |mut hex, byte| {
        // Writing into a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Value::String(hex)
}
