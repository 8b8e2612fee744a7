//! The items of one run: a page of them, and their numbers.
//!
//! A run may have a hundred thousand. Pages follow the primary key or one of two partial indexes; numbers stop counting at a
//! bound and say so (R20), and what is there to be counted is found by skipping from one value to the next.

use domain::counts::Counts;
use domain::cursor::{Cursor, ItemKey};
use domain::display_name::shown;
use domain::id::{RunId, TenantId};
use domain::items::ItemFilter;
use domain::page::Page;
use domain::status::ItemOutcome;
use domain::view::{BoundedCount, ItemNumbers, ItemPage, ItemRow, KindCount, OutcomeCount, ReasonCount};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::access::permit::{OneRun, Permit};
use crate::scope::ScopedTx;
use crate::{Ledger, Result};

/// Items of a page.
pub const ITEMS_PAGE: usize = 50;
/// Numbers of items stop here.
pub const ITEMS_BOUND: u32 = 1000;
/// Different kinds, and different reasons, that are told apart.
const VALUES_MAX: i64 = 30;

/// Kind, id, name, outcome, reason, message.
type StoredItem = (String, String, String, String, Option<String>, Option<String>);

/// A page of a run's items, by kind and id. Nothing if the filter was not understood.
pub async fn page(ledger: &Ledger, access: &Permit<OneRun>, filter: &ItemFilter) -> Result<ItemPage> {
    let mut tx = access.scope().begin(ledger).await?;
    page_in(&mut tx, access, filter).await
}

/// The same within a transaction.
pub(crate) async fn page_in(tx: &mut ScopedTx, access: &Permit<OneRun>, filter: &ItemFilter) -> Result<ItemPage> {
    if filter.matches_nothing() {
        return Ok(ItemPage::default());
    }
    let mut sql = QueryBuilder::new("");
    push_page(&mut sql, access, filter);
    let stored: Vec<StoredItem> = sql.build_query_as().fetch_all(&mut **tx).await?;
    let page = Page::onward(stored, ITEMS_PAGE, |(kind, id, ..)| ItemKey {
        kind: kind.clone(),
        external_id: id.clone(),
    });
    Ok(page.map(|(kind, external_id, name, outcome, reason, message)| ItemRow {
        kind,
        external_id,
        name: shown(&name).into_owned(),
        outcome: ItemOutcome::read(&outcome),
        reason,
        message,
    }))
}

pub(crate) fn push_page(sql: &mut QueryBuilder<Postgres>, access: &Permit<OneRun>, filter: &ItemFilter) {
    sql.push("select kind, external_id, name, outcome, reason_code, message from operation_run_items where run_id = ")
        .push_bind(access.run().0)
        .push(" and workspace_id = ")
        .push_bind(access.workspace.id.0)
        .push(" and scope_sees_tenant(tenant_id)");
    if let Some(outcome) = filter.outcome {
        // A literal, so that the planner sees whether the partial index applies.
        sql.push(format_args!(" and outcome = '{outcome}'"));
    }
    if let Some(reason) = &filter.reason {
        sql.push(" and reason_code = ").push_bind(reason.clone());
    }
    if let Some(Cursor(ItemKey { kind, external_id })) = &filter.after {
        sql.push(" and (kind, external_id) > (")
            .push_bind(kind.clone())
            .push(", ")
            .push_bind(external_id.clone())
            .push(")");
    }
    sql.push(format_args!(" order by kind, external_id limit {}", ITEMS_PAGE + 1));
}

/// Whose items are counted. The run's tenant is known by now, so it is compared with rather than looked up for each row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose {
    pub(crate) run: RunId,
    pub(crate) workspace: Uuid,
    pub(crate) tenant: Option<TenantId>,
    /// The counts of a run that has ended: exact, because they were counted from these items.
    pub(crate) ended: Option<Counts>,
}

/// What the items of a run are, in numbers.
pub(crate) async fn numbers(tx: &mut ScopedTx, whose: Whose) -> Result<ItemNumbers> {
    let kinds = kinds(tx, whose).await?;
    if kinds.is_empty() {
        // Also of a run that only counts what it touches: a number must not stand over a list that is empty.
        return Ok(ItemNumbers::default());
    }
    // A run that only counts what it touches has items for what it could not do: they are fewer than its counts say.
    let listed = kinds.iter().map(|kind| kind.count.count).sum::<u32>();
    let is_all = |counts: &Counts| listed == counts.processed || kinds.iter().any(|kind| kind.count.more);
    let (all, outcomes) = match whose.ended.filter(is_all) {
        Some(counts) => of_counts(&counts),
        None => counted(tx, whose).await?,
    };
    Ok(ItemNumbers {
        all,
        outcomes,
        reasons: reasons(tx, whose).await?,
        kinds,
    })
}

fn bounded(found: i64) -> BoundedCount {
    BoundedCount::counted(found, ITEMS_BOUND)
}

fn of_counts(counts: &Counts) -> (BoundedCount, Vec<OutcomeCount>) {
    let exact = |count| BoundedCount::new(count, u32::MAX);
    let outcomes = ItemOutcome::ALL.iter().map(|outcome| OutcomeCount {
        outcome: *outcome,
        count: exact(counts.get(*outcome)),
    });
    (
        exact(counts.processed),
        outcomes.filter(|one| one.count.count > 0).collect(),
    )
}

/// By outcome, while they are being written.
async fn counted(tx: &mut ScopedTx, whose: Whose) -> Result<(BoundedCount, Vec<OutcomeCount>)> {
    let mut sql = QueryBuilder::new("select array[");
    let all = std::iter::once(None).chain(ItemOutcome::ALL.iter().copied().map(Some));
    for (at, outcome) in all.enumerate() {
        sql.push(if at == 0 { "" } else { ", " });
        sql.push("(select count(*) from (select from operation_run_items where run_id = ")
            .push_bind(whose.run.0)
            .push(" and workspace_id = ")
            .push_bind(whose.workspace)
            .push(" and tenant_id is not distinct from ")
            .push_bind(whose.tenant.map(|id| id.0));
        if let Some(outcome) = outcome {
            sql.push(format_args!(" and outcome = '{outcome}'"));
        }
        sql.push(format_args!(" limit {}) as bounded)", ITEMS_BOUND + 1));
    }
    sql.push("]::bigint[]");
    let found: Vec<i64> = sql.build_query_scalar().fetch_one(&mut **tx).await?;
    let mut found = found.into_iter().map(bounded);
    let all = found.next().unwrap_or_default();
    let outcomes = ItemOutcome::ALL
        .iter()
        .zip(found)
        .map(|(outcome, count)| OutcomeCount {
            outcome: *outcome,
            count,
        })
        .filter(|one| one.count.count > 0)
        .collect();
    Ok((all, outcomes))
}

/// By kind. Each step of the recursion is one look into the primary key.
async fn kinds(tx: &mut ScopedTx, whose: Whose) -> Result<Vec<KindCount>> {
    let rows = sqlx::query!(
        r#"with recursive kinds (kind) as (
            (select kind from operation_run_items
                where run_id = $1 and workspace_id = $2 and tenant_id is not distinct from $3 order by kind limit 1)
            union all
            select (select i.kind from operation_run_items i
                where i.run_id = $1 and i.workspace_id = $2 and i.tenant_id is not distinct from $3 and i.kind > k.kind
                order by i.kind limit 1)
            from kinds k where k.kind is not null
        )
        select kind as "kind!", (select count(*) from (select from operation_run_items i
            where i.run_id = $1 and i.workspace_id = $2 and i.tenant_id is not distinct from $3 and i.kind = kinds.kind
            limit $4) bounded) as "count!"
        from kinds where kind is not null limit $5"#,
        whose.run.0,
        whose.workspace,
        whose.tenant.map(|id| id.0),
        i64::from(ITEMS_BOUND) + 1,
        VALUES_MAX
    )
    .fetch_all(&mut **tx)
    .await?;
    let kinds = rows.into_iter().map(|row| KindCount {
        kind: row.kind,
        count: bounded(row.count),
    });
    Ok(kinds.collect())
}

/// By reason, most frequent first as far as was counted. Each step is one look into the index of reasons.
async fn reasons(tx: &mut ScopedTx, whose: Whose) -> Result<Vec<ReasonCount>> {
    let rows = sqlx::query!(
        r#"with recursive reasons (code) as (
            (select reason_code from operation_run_items
                where run_id = $1 and workspace_id = $2 and tenant_id is not distinct from $3 and reason_code is not null
                order by reason_code limit 1)
            union all
            select (select i.reason_code from operation_run_items i
                where i.run_id = $1 and i.workspace_id = $2 and i.tenant_id is not distinct from $3 and i.reason_code > r.code
                order by i.reason_code limit 1)
            from reasons r where r.code is not null
        ),
        few as (select code from reasons where code is not null limit $5)
        select few.code as "code!", (select count(*) from (select from operation_run_items i
                where i.run_id = $1 and i.workspace_id = $2 and i.tenant_id is not distinct from $3 and i.reason_code = few.code
                limit $4) bounded) as "count!",
            (select i.message from operation_run_items i
                where i.run_id = $1 and i.workspace_id = $2 and i.tenant_id is not distinct from $3 and i.reason_code = few.code
                order by i.kind, i.external_id limit 1) as message
        from few order by 2 desc, 1"#,
        whose.run.0,
        whose.workspace,
        whose.tenant.map(|id| id.0),
        i64::from(ITEMS_BOUND) + 1,
        VALUES_MAX
    )
    .fetch_all(&mut **tx)
    .await?;
    let reasons = rows.into_iter().map(|row| ReasonCount {
        code: row.code,
        count: bounded(row.count),
        message: row.message,
    });
    Ok(reasons.collect())
}
