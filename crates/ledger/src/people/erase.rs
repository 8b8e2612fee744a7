//! Erasing a person: what was done stays on record, and who did it is forgotten.

use chrono::{DateTime, Utc};
use domain::id::{UserId, WorkspaceId};
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use crate::audit::{self, Actor, Entry};
use crate::{Result, db, schema};

/// What erasing somebody has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// How many of their sessions were ended.
    pub sessions: i64,
    /// In how many workspaces it is on record.
    pub workspaces: usize,
    /// The workspaces that have no owner any more, by name.
    pub without_owner: Vec<String>,
}

/// Erases a person from every record, as the owner of the database: runs, timelines, followers and entries keep that somebody did it, and
/// who it was is forgotten. The account and its sessions end with it. `None` if nobody has that address.
///
/// One transaction, with an entry in each workspace that has something of the person. It holds the person's id and nothing else of
/// them, and the product itself is the actor: who may connect as the owner is the database's business.
pub async fn erase(owner_url: &str, email: &str, now: DateTime<Utc>) -> Result<Option<Erased>> {
    let pool = PgPoolOptions::new().max_connections(1).connect(owner_url).await?;
    schema::check(&pool).await?;
    let erased = in_one_transaction(&pool, email, now).await;
    pool.close().await;
    erased
}

async fn in_one_transaction(pool: &PgPool, email: &str, now: DateTime<Utc>) -> Result<Option<Erased>> {
    let mut tx = db::begin(pool, String::new()).await?;
    // Locked first, as by whoever starts something: what they do at this moment is either there to be erased, or refused.
    let account = sqlx::query_scalar!("select id from users where email = lower($1) for update", email)
        .fetch_optional(&mut *tx)
        .await?;
    // Also somebody whose account was removed, and who is in records yet.
    let person = match account {
        Some(id) => Some(id),
        None => {
            sqlx::query_scalar!(
                "select id from actors where email = lower($1) order by id limit 1",
                email
            )
            .fetch_optional(&mut *tx)
            .await?
        }
    };
    let Some(person) = person else { return Ok(None) };
    let workspaces = sqlx::query_scalar!(
        r#"select workspace_id as "id!" from members where user_id = $1
        union select workspace_id from operation_run_initiators where user_id = $1
        union select workspace_id from operation_run_followers where user_id = $1
        union select workspace_id from saved_views where owner_id = $1"#,
        person
    )
    .fetch_all(&mut *tx)
    .await?;
    let owned = owned_alone(&mut tx, person).await?;
    let sessions = sqlx::query_scalar!(
        r#"select count(*) as "count!" from sessions where user_id = $1 and ended_at is null and expires_at > $2"#,
        person,
        now
    )
    .fetch_one(&mut *tx)
    .await?;
    let done = sqlx::query_scalar!(r#"select erase_actor($1, $2) as "erased!""#, person, now)
        .fetch_one(&mut *tx)
        .await?;
    if !done {
        return Ok(None);
    }
    for workspace in &workspaces {
        audit::write(&mut tx, now, entry(UserId(person), WorkspaceId(*workspace))).await?;
    }
    tx.commit().await?;
    Ok(Some(Erased {
        sessions,
        workspaces: workspaces.len(),
        without_owner: owned,
    }))
}

fn entry(person: UserId, workspace: WorkspaceId) -> Entry {
    Entry {
        workspace,
        tenant: None,
        actor: Actor::System,
        action: "user.erased",
        resource: ("user", person.to_string()),
        outcome: "success",
        details: json!({}),
        correlation: None,
    }
}

/// The names of workspaces of which nobody else is an owner.
async fn owned_alone(tx: &mut sqlx::PgConnection, person: Uuid) -> Result<Vec<String>> {
    let owned = sqlx::query!(
        r#"select w.name, (select count(*) from members o where o.workspace_id = w.id and o.role = 'owner') as "owners!"
        from workspaces w join members m on m.workspace_id = w.id and m.user_id = $1 and m.role = 'owner'
        order by w.name collate names, w.id"#,
        person
    )
    .fetch_all(tx)
    .await?;
    Ok(owned
        .into_iter()
        .filter(|workspace| workspace.owners == 1)
        .map(|workspace| workspace.name)
        .collect())
}
