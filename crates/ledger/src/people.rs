//! The person who looks, for the shell around every page.

mod erase;

use domain::filter::RunFilter;
use domain::id::{TenantId, UserId, WorkspaceId};
use domain::person;
use domain::view::{BoundedCount, PersonRef, TenantRef, WorkspaceRef};
use sqlx::PgConnection;

pub use self::erase::{Erased, erase};
use crate::access::Access;
use crate::scope::{self, ScopedTx};
use crate::{Ledger, Result, notifications};

/// What is a person's own, whatever workspace is selected.
#[derive(Debug)]
pub struct Own {
    /// The workspaces they are a member of, by name.
    pub workspaces: Vec<WorkspaceRef>,
    /// How many of their notifications are unread.
    pub unread: BoundedCount,
}

/// What is a person's own.
pub async fn own(ledger: &Ledger, user: UserId) -> Result<Own> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    Ok(Own {
        workspaces: workspaces(&mut tx, user).await?,
        unread: notifications::count_unread(&mut tx, user).await?,
    })
}

/// The workspaces a person is a member of, by name.
pub async fn workspaces_of(ledger: &Ledger, user: UserId) -> Result<Vec<WorkspaceRef>> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    workspaces(&mut tx, user).await
}

async fn workspaces(tx: &mut ScopedTx, user: UserId) -> Result<Vec<WorkspaceRef>> {
    let rows = sqlx::query!(
        "select w.id, w.name from members m join workspaces w on w.id = m.workspace_id where m.user_id = $1 order by w.name collate names, w.id",
        user.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| WorkspaceRef {
            id: WorkspaceId(row.id),
            name: row.name,
        })
        .collect())
}

/// Locks a person's row until the transaction ends: what somebody may have so many of is counted and made by one of their requests
/// at a time. `false` if there is no such person any more. Taken before any other lock.
pub(crate) async fn lock(tx: &mut PgConnection, user: UserId) -> Result<bool> {
    let there = sqlx::query_scalar!(
        "select id from users where id = $1 and disabled_at is null for no key update",
        user.0
    )
    .fetch_optional(tx)
    .await?;
    Ok(there.is_some())
}

/// The tenants of the scope, by name. Any key will do: whatever somebody may see is said of a tenant.
pub async fn tenants<K>(tx: &mut ScopedTx<K>, workspace: WorkspaceId) -> Result<Vec<TenantRef>> {
    let rows = sqlx::query!(
        "select id, name from tenants where workspace_id = $1 and ((select scope_sees_every_tenant()) or scope_sees_tenant(id)) order by name collate names, id",
        workspace.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| TenantRef {
            id: TenantId(row.id),
            name: row.name,
        })
        .collect())
}

/// The people who have started runs that the scope reaches, by name.
pub async fn initiators(tx: &mut ScopedTx, access: &Access) -> Result<Vec<PersonRef>> {
    let rows = sqlx::query!(
        "select a.id, a.name from actors a
        where a.id in (select i.user_id from operation_run_initiators i
            where i.workspace_id = $1 and ((select scope_sees_every_tenant()) or scope_sees_tenant(i.tenant_id)))
        order by a.name collate names, a.id",
        access.workspace.id.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PersonRef {
            id: UserId(row.id),
            name: person::shown(row.name),
        })
        .collect())
}

/// The filter as somebody may know it: a tenant or a person of whom they know nothing is a value that nobody knows (R11).
///
/// Asks only for what the filter names, and not at all if it names nobody.
pub async fn mask_unknown_values(tx: &mut ScopedTx, access: &Access, filter: &RunFilter) -> Result<RunFilter> {
    let filter = filter.clone();
    let (tenants, people) = filter.named();
    if tenants.is_empty() && people.is_empty() {
        return Ok(filter);
    }
    let (tenants, people): (Vec<_>, Vec<_>) = (
        tenants.into_iter().map(|id| id.0).collect(),
        people.into_iter().map(|id| id.0).collect(),
    );
    let known = sqlx::query!(
        r#"select t.id as "id!", true as "is_tenant!" from tenants t
        where t.workspace_id = $1 and t.id = any ($2) and ((select scope_sees_every_tenant()) or scope_sees_tenant(t.id))
        union all
        select distinct i.user_id, false from operation_run_initiators i
        where i.workspace_id = $1 and i.user_id = any ($3) and ((select scope_sees_every_tenant()) or scope_sees_tenant(i.tenant_id))"#,
        access.workspace.id.0,
        &tenants,
        &people
    )
    .fetch_all(&mut **tx)
    .await?;
    let has = |id, is_tenant| known.iter().any(|row| row.id == id && row.is_tenant == is_tenant);
    Ok(filter.as_known_to(|tenant| has(tenant.0, true), |person| has(person.0, false)))
}
