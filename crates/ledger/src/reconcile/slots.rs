//! Scopes with a free slot in which somebody waits: admission happens when a run ends, so this finds what a crash or a changed
//! limit left, and what a process left that does not know the run whose turn it was.

use chrono::{DateTime, Utc};

use super::Pass;
use crate::runs::admit::{self, DEFAULT_LIMIT};
use crate::scope;
use crate::{Ledger, Result};

/// How many scopes are asked for at a time.
const PAGE: i64 = 200;

/// All of them, in the order of their names, page after page: those that cannot be helped are not all that is ever looked at.
pub(super) async fn fill(pass: &mut Pass<'_>) -> Result<()> {
    let ledger = pass.ledger;
    let known = ledger.operations().names();
    let mut after = String::new();
    loop {
        let mut tx = scope::begin_as_system(ledger).await?;
        // Skips from one scope to the next in `operation_runs_waiting_idx`, however many wait in each.
        let scopes = sqlx::query_scalar!(
            r#"with recursive scopes (scope) as (
                (select target_scope from operation_runs
                    where status = 'queued' and admitted_at is null and hold is null and target_scope > $1 order by target_scope limit 1)
                union all
                select (select r.target_scope from operation_runs r
                    where r.status = 'queued' and r.admitted_at is null and r.hold is null and r.target_scope > s.scope
                    order by r.target_scope limit 1)
                from scopes s where s.scope is not null
            )
            select s.scope as "scope!" from scopes s left join target_scopes t on t.scope = s.scope
            where s.scope is not null
                and exists (select from operation_runs w
                    where w.target_scope = s.scope and w.status = 'queued' and w.admitted_at is null and w.hold is null and w.type = any ($2))
                and (select count(*) from operation_runs a
                    where a.target_scope = s.scope and a.status in ('queued', 'running') and a.admitted_at is not null)
                    < coalesce(t.admitted_limit, $3::bigint)
            order by s.scope limit $4"#,
            after,
            &known,
            DEFAULT_LIMIT,
            PAGE
        )
        .fetch_all(&mut *tx)
        .await?;
        drop(tx);
        let Some(last) = scopes.last() else { return Ok(()) };
        after.clone_from(last);
        for scope in scopes {
            let filled = one(ledger, &scope, pass.lease, ledger.now()).await;
            if let Ok(admitted) = &filled {
                pass.repairs.admitted += admitted;
            }
            pass.survived(format_args!("free slots of {scope}"), filled.map(|_| ()))?;
        }
    }
}

async fn one(ledger: &Ledger, scope: &str, patience: chrono::TimeDelta, now: DateTime<Utc>) -> Result<usize> {
    let mut tx = scope::begin_as_system(ledger).await?;
    let admitted = admit::admit_left(ledger, &mut tx, scope, patience, now).await?;
    tx.commit().await?;
    Ok(admitted)
}
