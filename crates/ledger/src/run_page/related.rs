//! Runs around a run: those of the same identity before and after it, and how long such runs take.

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId};
use domain::status::{Hold, Outcome, RunStatus};
use domain::view::{OtherRun, Related, Usual};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::Result;
use crate::scope::ScopedTx;

/// Successful runs that a usual duration is taken from.
const SAMPLE: usize = 20;
/// Fewer than this tell nothing.
const SAMPLE_MIN: usize = 3;
/// How far back the sample is looked for, in runs: a tenant whose every run has failed must not cost more.
const LOOK_BACK: i64 = 200;

/// The run that others are related to.
#[derive(Debug, Clone)]
pub(crate) struct Subject<'a> {
    pub(crate) run: RunId,
    pub(crate) workspace: Uuid,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) kind: &'a str,
    pub(crate) identity: &'a [u8],
    pub(crate) created_at: DateTime<Utc>,
}

impl Subject<'_> {
    /// Of the same tenant, or of the same workspace as a whole; the tenant is one that the viewer sees, for it is the run's.
    fn push_owner(&self, sql: &mut QueryBuilder<Postgres>) {
        sql.push(" where workspace_id = ").push_bind(self.workspace);
        match self.tenant {
            Some(tenant) => sql.push(" and tenant_id = ").push_bind(tenant.0),
            None => sql.push(" and tenant_id is null"),
        };
    }

    fn push_identity(&self, sql: &mut QueryBuilder<Postgres>) {
        self.push_owner(sql);
        sql.push(" and identity = ").push_bind(self.identity.to_vec());
    }
}

/// What is around a run.
pub(crate) async fn related(tx: &mut ScopedTx, subject: &Subject<'_>) -> Result<Related> {
    let mut related = neighbours(tx, subject).await?;
    related.usual = usual(tx, subject).await?;
    Ok(related)
}

/// Which neighbour, id, status, outcome, hold, created.
type Neighbour = (String, Uuid, String, String, Option<String>, DateTime<Utc>);

async fn neighbours(tx: &mut ScopedTx, subject: &Subject<'_>) -> Result<Related> {
    let mut sql = QueryBuilder::new("");
    let sides = [("previous", "<", "desc"), ("next", ">", "asc"), ("latest", ">", "desc")];
    for (at, (side, sign, direction)) in sides.into_iter().enumerate() {
        sql.push(if at == 0 { "" } else { " union all " });
        sql.push(format_args!(
            "(select '{side}', id, status, outcome, hold, created_at from operation_runs"
        ));
        subject.push_identity(&mut sql);
        sql.push(format_args!(" and (created_at, id) {sign} ("))
            .push_bind(subject.created_at)
            .push(", ")
            .push_bind(subject.run.0)
            .push(format_args!(
                ") order by created_at {direction}, id {direction} limit 1)"
            ));
    }
    let found: Vec<Neighbour> = sql.build_query_as().fetch_all(&mut **tx).await?;
    let mut related = Related::default();
    for (side, id, status, outcome, hold, created_at) in found {
        let other = OtherRun {
            id: RunId(id),
            status: RunStatus::read(&status),
            outcome: Outcome::read(&outcome),
            hold: hold.as_deref().map(Hold::read),
            created_at,
        };
        match side.as_str() {
            "previous" => related.previous = Some(other),
            "next" => related.next = Some(other),
            _ => related.latest = Some(other),
        }
    }
    Ok(related)
}

/// The median of the latest successful runs before this one: of the same identity, or, if those are too few, of the same type
/// and tenant.
async fn usual(tx: &mut ScopedTx, subject: &Subject<'_>) -> Result<Option<Usual>> {
    let same = durations(tx, subject, true).await?;
    if let Some(usual) = median(same, true) {
        return Ok(Some(usual));
    }
    // Of the workspace as a whole there is one identity for each type.
    if subject.tenant.is_none() {
        return Ok(None);
    }
    Ok(median(durations(tx, subject, false).await?, false))
}

/// How long they worked, in milliseconds.
async fn durations(tx: &mut ScopedTx, subject: &Subject<'_>, same_identity: bool) -> Result<Vec<i64>> {
    let mut sql = QueryBuilder::new(
        "select started_at, completed_at from (select type, outcome, started_at, completed_at from operation_runs",
    );
    if same_identity {
        subject.push_identity(&mut sql);
    } else {
        subject.push_owner(&mut sql);
    }
    sql.push(" and created_at < ").push_bind(subject.created_at);
    sql.push(" order by created_at desc limit ").push_bind(LOOK_BACK);
    sql.push(") recent where outcome = 'succeeded' and started_at is not null and type = ")
        .push_bind(subject.kind.to_owned());
    sql.push(format_args!(" limit {SAMPLE}"));
    let times: Vec<(DateTime<Utc>, DateTime<Utc>)> = sql.build_query_as().fetch_all(&mut **tx).await?;
    Ok(times
        .into_iter()
        .map(|(started, completed)| (completed - started).num_milliseconds())
        .collect())
}

fn median(mut sample: Vec<i64>, same_identity: bool) -> Option<Usual> {
    if sample.len() < SAMPLE_MIN {
        return None;
    }
    sample.sort_unstable();
    let (lower, upper) = (sample.get((sample.len() - 1) / 2)?, sample.get(sample.len() / 2)?);
    Some(Usual {
        millis: i64::midpoint(*lower, *upper),
        of: u32::try_from(sample.len()).unwrap_or(u32::MAX),
        same_identity,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_needs_a_few_runs() {
        assert_eq!(median(vec![5, 1], true), None);
        let usual = |sample| median(sample, true).map(|usual| (usual.millis, usual.of));
        assert_eq!(usual(vec![9, 1, 5]), Some((5, 3)));
        assert_eq!(usual(vec![100_000, 1, 3, 7]), Some((5, 4)));
    }
}
