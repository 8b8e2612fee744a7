//! One run's page.

use domain::id::{CorrelationId, RunId};
use domain::status::ItemOutcome;
use domain::view::{ItemPage, ItemRow, RunDetail, RunEvent};
use sqlx::QueryBuilder;

use super::row::{COLUMNS, JOINS, StoredRun};
use crate::access::Access;
use crate::scope::ScopedTx;
use crate::{Ledger, Result};

/// Items of a page.
pub const ITEMS_PAGE: i64 = 50;

/// A run with everything its page shows. `None` if it was removed since `access` was established.
pub async fn find(ledger: &Ledger, access: &Access, run: RunId) -> Result<Option<RunDetail>> {
    let now = ledger.now();
    let mut tx = access.scope().begin(ledger).await?;
    let mut sql = QueryBuilder::new(format!("select {COLUMNS} from operation_runs r {JOINS} where r.id = "));
    sql.push_bind(run.0)
        .push(" and r.workspace_id = ")
        .push_bind(access.workspace.id.0)
        .push(" and scope_sees_tenant(r.tenant_id)");
    let Some(stored) = sql.build_query_as::<StoredRun>().fetch_optional(&mut *tx).await? else {
        return Ok(None);
    };
    let more = sqlx::query!(
        r#"select r.inputs, r.scope_receipt, r.failures, r.correlation_id, r.attempt, t.time_zone as "time_zone?"
        from operation_runs r left join tenants t on t.id = r.tenant_id
        where r.id = $1 and r.workspace_id = $2 and scope_sees_tenant(r.tenant_id)"#,
        run.0,
        access.workspace.id.0
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(Some(RunDetail {
        run: stored.into_row(now)?,
        workspace: access.workspace.clone(),
        tenant_zone: more.time_zone,
        inputs: more.inputs,
        receipt: more.scope_receipt.map(serde_json::from_value).transpose()?,
        failures: serde_json::from_value(more.failures)?,
        correlation_id: CorrelationId(more.correlation_id),
        attempt: u32::try_from(more.attempt).unwrap_or(0),
        events: events(&mut tx, access, run).await?,
        joined: joined(&mut tx, access, run).await?,
        items: items_in(&mut tx, access, run, None, None).await?,
        now,
    }))
}

async fn events(tx: &mut ScopedTx, access: &Access, run: RunId) -> Result<Vec<RunEvent>> {
    let rows = sqlx::query!(
        "select at, kind, detail from operation_run_events where run_id = $1 and workspace_id = $2 order by seq",
        run.0,
        access.workspace.id.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| RunEvent {
            at: row.at,
            kind: row.kind,
            detail: row.detail,
        })
        .collect())
}

async fn joined(tx: &mut ScopedTx, access: &Access, run: RunId) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select name from operation_run_followers where run_id = $1 and workspace_id = $2 order by joined_at, user_id limit 50",
        run.0,
        access.workspace.id.0
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Kind, id, name, outcome, reason, message.
type StoredItem = (String, String, String, String, Option<String>, Option<String>);

/// A page of a run's items, by kind and id, only those of one outcome if asked for.
pub async fn items(
    ledger: &Ledger,
    access: &Access,
    run: RunId,
    outcome: Option<ItemOutcome>,
    after: Option<&str>,
) -> Result<ItemPage> {
    let mut tx = access.scope().begin(ledger).await?;
    items_in(&mut tx, access, run, outcome, after).await
}

async fn items_in(
    tx: &mut ScopedTx,
    access: &Access,
    run: RunId,
    outcome: Option<ItemOutcome>,
    after: Option<&str>,
) -> Result<ItemPage> {
    let mut sql = QueryBuilder::new(
        "select kind, external_id, name, outcome, reason_code, message from operation_run_items where run_id = ",
    );
    sql.push_bind(run.0)
        .push(" and workspace_id = ")
        .push_bind(access.workspace.id.0)
        .push(" and scope_sees_tenant(tenant_id)");
    if let Some(outcome) = outcome {
        sql.push(" and outcome = ").push_bind(outcome.as_str());
    }
    // The cursor is `kind/id`; a kind has no slash in it.
    if let Some((kind, id)) = after.and_then(|after| after.split_once('/')) {
        sql.push(" and (kind, external_id) > (")
            .push_bind(kind.to_owned())
            .push(", ")
            .push_bind(id.to_owned())
            .push(")");
    }
    sql.push(" order by kind, external_id limit ").push_bind(ITEMS_PAGE + 1);
    let mut stored: Vec<StoredItem> = sql.build_query_as().fetch_all(&mut **tx).await?;
    let page = usize::try_from(ITEMS_PAGE).unwrap_or(usize::MAX);
    let more = stored.len() > page;
    stored.truncate(page);
    let next = stored
        .last()
        .filter(|_| more)
        .map(|(kind, id, ..)| format!("{kind}/{id}"));
    let rows = stored
        .into_iter()
        .map(|(kind, external_id, name, outcome, reason, message)| {
            Ok(ItemRow {
                kind,
                external_id,
                name,
                outcome: outcome.parse()?,
                reason,
                message,
            })
        })
        .collect::<Result<_>>()?;
    Ok(ItemPage { rows, next })
}
