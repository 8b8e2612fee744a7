//! Saved views of the hub. A view belongs to its author, who alone changes it; shared, the workspace has it as well, except for
//! whoever may not see all that it names: tenants, types, people, and in its text perhaps any target. Owners of the workspace
//! remove what is shared. What a shared view was and becomes is audited: it is shared state (R19).

use domain::access::{Capability, Level};
use domain::filter::RunFilter;
use domain::id::ViewId;
use domain::name::Name;
use domain::operation::OperationType;
use domain::person;
use domain::view::SavedView;
use serde_json::json;
use sqlx::PgConnection;

use crate::access::Access;
use crate::audit::{self, Actor, Entry};
use crate::scope::ScopedTx;
use crate::throttle::Limit;
use crate::{Ledger, Result, ids, people};

/// The most views that a person has in a workspace.
pub const MOST: i64 = 100;
/// How often a person changes what the workspace has (shares, renames, takes back, removes) in an hour. Each time is an audit entry,
/// which is kept for ever.
pub const MOST_SHARED_CHANGES: i32 = 120;
/// The longest query string, in characters.
pub const QUERY_MAX: usize = 4000;

/// What is saved.
#[derive(Debug, Clone, Copy)]
pub struct NewView<'a> {
    /// Its name.
    pub name: &'a Name,
    /// The filter.
    pub filter: &'a RunFilter,
    /// The same as the hub's query string; at most [`QUERY_MAX`] characters.
    pub query: &'a str,
    /// Whether the whole workspace has it.
    pub shared: bool,
}

/// What came of saving, changing or removing one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is done, now or by the same form earlier.
    Done,
    /// The person has a view of that name.
    NameTaken,
    /// The person has [`MOST`] views.
    TooMany,
    /// The person has made [`MOST_SHARED_CHANGES`] changes to shared views within the hour.
    TooOften,
    /// There is no such view, or it is somebody else's (R11).
    NotFound,
}

/// The views that a person has: their own, and those others share and the person may see all of. By name.
pub async fn list(tx: &mut ScopedTx, access: &Access) -> Result<Vec<SavedView>> {
    let viewable = viewable(access);
    let rows = sqlx::query!(
        r#"select v.id, v.name, v.query, v.shared, v.owner_id, a.name as "owner?"
        from saved_views v left join actors a on a.id = v.owner_id
        where v.workspace_id = $1
            and (v.owner_id = $2
                or (v.shared and v.types <@ $3
                    and not exists (select from unnest(v.tenant_ids) as named (id) where not scope_sees_tenant(named.id))
                    and (not v.names_text or (select scope_sees_every_tenant()))
                    and not exists (select from unnest(v.user_ids) as named (id)
                        where named.id <> $2 and not exists (
                            select from operation_run_initiators i
                            where i.workspace_id = $1 and i.user_id = named.id and scope_sees_tenant(i.tenant_id)))))
        order by v.name collate names, v.id
        limit 500"#,
        access.workspace.id.0,
        access.user.0,
        &viewable
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SavedView {
            id: ViewId(row.id),
            name: row.name,
            query: row.query,
            shared: row.shared,
            own: row.owner_id == access.user.0,
            removable: row.owner_id == access.user.0 || may_remove_shared(access),
            owner: person::shown(row.owner),
        })
        .collect())
}

/// Whether somebody removes what others share, also of those who have left.
fn may_remove_shared(access: &Access) -> bool {
    access.role.level(Capability::WorkspaceManage) == Some(Level::Start)
}

fn viewable(access: &Access) -> Vec<String> {
    access.role.viewable().map(|kind| kind.as_str().to_owned()).collect()
}

/// Saves a view. The same again changes nothing, so that a form sent twice makes one view.
pub async fn create(ledger: &Ledger, access: &Access, view: &NewView<'_>) -> Result<Saved> {
    let now = ledger.now();
    let id: ViewId = ids::new(now);
    let _turn = ledger.turns().take(access.user.0.as_bytes()).await;
    let mut tx = access.scope().begin(ledger).await?;
    // One of the person's requests at a time, or sixty at once would all find room for one more.
    people::lock(&mut tx, access.user).await?;
    let own = sqlx::query_scalar!(
        r#"select count(*) as "count!" from saved_views where workspace_id = $1 and owner_id = $2 and name <> $3"#,
        access.workspace.id.0,
        access.user.0,
        view.name.as_str()
    )
    .fetch_one(&mut *tx)
    .await?;
    if own >= MOST {
        return Ok(Saved::TooMany);
    }
    let tenants: Vec<uuid::Uuid> = named(
        view.filter.tenant.as_ref().map(|choice| choice.values.as_slice()),
        |id| id.0,
    );
    let types: Vec<String> = named(
        view.filter.kind.as_ref().map(|choice| choice.values.as_slice()),
        |kind: &OperationType| kind.as_str().to_owned(),
    );
    let made = sqlx::query!(
        "insert into saved_views (id, workspace_id, owner_id, name, query, tenant_ids, types, shared, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
        on conflict on constraint saved_views_name_key do nothing",
        id.0,
        access.workspace.id.0,
        access.user.0,
        view.name.as_str(),
        view.query,
        &tenants,
        &types,
        view.shared,
        now
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    let stored = Stored {
        name: view.name.to_string(),
        query: view.query.to_owned(),
        shared: view.shared,
    };
    if made == 0 {
        let there = sqlx::query_as!(
            Stored,
            "select name, query, shared from saved_views where workspace_id = $1 and owner_id = $2 and name = $3",
            access.workspace.id.0,
            access.user.0,
            view.name.as_str()
        )
        .fetch_optional(&mut *tx)
        .await?;
        return Ok(if there == Some(stored) {
            Saved::Done
        } else {
            Saved::NameTaken
        });
    }
    if view.shared && !audited(&mut tx, ledger, access, ("saved_view.created", id), &stored).await? {
        return Ok(Saved::TooOften);
    }
    tx.commit().await?;
    Ok(Saved::Done)
}

/// Renames one of the person's own views, and shares it or takes it back.
pub async fn change(ledger: &Ledger, access: &Access, id: ViewId, name: &Name, shared: bool) -> Result<Saved> {
    let mut tx = access.scope().begin(ledger).await?;
    let Some(before) = find(&mut tx, access, id).await? else {
        return Ok(Saved::NotFound);
    };
    let after = Stored {
        name: name.to_string(),
        shared,
        ..before.clone()
    };
    if after == before {
        return Ok(Saved::Done);
    }
    let changed = sqlx::query!(
        "update saved_views set name = $4, shared = $5, updated_at = $6 where workspace_id = $1 and owner_id = $2 and id = $3",
        access.workspace.id.0,
        access.user.0,
        id.0,
        name.as_str(),
        shared,
        ledger.now()
    )
    .execute(&mut *tx)
    .await;
    // Asked first and written then, two renames at a time would both find the name free.
    if let Err(sqlx::Error::Database(refusal)) = &changed
        && refusal.constraint() == Some("saved_views_name_key")
    {
        return Ok(Saved::NameTaken);
    }
    changed?;
    if (before.shared || shared) && !audited(&mut tx, ledger, access, ("saved_view.changed", id), &after).await? {
        return Ok(Saved::TooOften);
    }
    tx.commit().await?;
    Ok(Saved::Done)
}

/// Removes one of the person's own views, or, for an owner of the workspace, one that somebody shares and the owner sees.
pub async fn delete(ledger: &Ledger, access: &Access, id: ViewId) -> Result<Saved> {
    let mut tx = access.scope().begin(ledger).await?;
    let mut before = sqlx::query_as!(
        Stored,
        "delete from saved_views where workspace_id = $1 and owner_id = $2 and id = $3 returning name, query, shared",
        access.workspace.id.0,
        access.user.0,
        id.0
    )
    .fetch_optional(&mut *tx)
    .await?;
    if before.is_none() && may_remove_shared(access) {
        // That the owner sees all that it names is said by the policy, and for the types here.
        before = sqlx::query_as!(
            Stored,
            "delete from saved_views where workspace_id = $1 and id = $2 and shared = true and types <@ $3 returning name, query, shared",
            access.workspace.id.0,
            id.0,
            &viewable(access)
        )
        .fetch_optional(&mut *tx)
        .await?;
    }
    let Some(before) = before else {
        return Ok(Saved::NotFound);
    };
    if before.shared && !audited(&mut tx, ledger, access, ("saved_view.deleted", id), &before).await? {
        return Ok(Saved::TooOften);
    }
    tx.commit().await?;
    Ok(Saved::Done)
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stored {
    name: String,
    query: String,
    shared: bool,
}

/// One of the person's own views, locked until the transaction ends.
async fn find(tx: &mut PgConnection, access: &Access, id: ViewId) -> Result<Option<Stored>> {
    Ok(sqlx::query_as!(
        Stored,
        "select name, query, shared from saved_views where workspace_id = $1 and owner_id = $2 and id = $3 for update",
        access.workspace.id.0,
        access.user.0,
        id.0
    )
    .fetch_optional(tx)
    .await?)
}

fn named<T, U>(values: Option<&[T]>, name: impl Fn(&T) -> U) -> Vec<U> {
    values.unwrap_or_default().iter().map(name).collect()
}

/// Writes the entry of a change of what is shared. `false` if the person has made too many of them: then nothing may be committed.
async fn audited(
    tx: &mut PgConnection,
    ledger: &Ledger,
    access: &Access,
    (action, id): (&'static str, ViewId),
    view: &Stored,
) -> Result<bool> {
    let limit = Limit::hourly("changes of shared views", access.user, MOST_SHARED_CHANGES);
    if !limit.take_in(tx, ledger.now()).await? {
        return Ok(false);
    }
    let entry = Entry {
        workspace: access.workspace.id,
        tenant: None,
        actor: Actor::Human(access.user),
        action,
        resource: ("saved_view", id.to_string()),
        outcome: "success",
        details: json!({ "name": view.name, "query": view.query, "shared": view.shared }),
        correlation: None,
    };
    audit::write(tx, ledger.now(), entry).await?;
    Ok(true)
}
