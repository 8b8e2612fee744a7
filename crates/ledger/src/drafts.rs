//! Forms whose author's session had ended when they were sent. They are kept, unsent, and come back when the same person
//! signs in; anybody else never learns that they exist.

use chrono::TimeDelta;
use domain::id::{DraftId, UserId};
use serde_json::Value;

use crate::{Ledger, Refused, Result, ids, people, scope};

/// A form that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The page that the form is on.
    pub path: String,
    /// Its fields, as the page's own form understands them.
    pub fields: Value,
}

/// The most forms that are kept for a person.
pub const MOST: u32 = 10;
/// How long each of them is safe from being replaced by a newer one. With it, an old cookie writes at most [`MOST`] in that time.
pub const SAFE_MINUTES: i64 = 10;

/// Keeps a form for its author. `path` is a page of ours. The same form again is kept once. Beyond [`MOST`] the oldest makes room;
/// if that one is new as well, the form is refused.
pub async fn keep(ledger: &Ledger, author: UserId, path: &str, fields: &Value) -> Result<DraftId> {
    let now = ledger.now();
    let id: DraftId = ids::new(now);
    let _turn = ledger.turns().take(author.0.as_bytes()).await;
    let mut tx = scope::begin_as_person(ledger, author).await?;
    people::lock(&mut tx, author).await?;
    let there = sqlx::query_scalar!(
        "select id from form_drafts where user_id = $1 and path = $2 and fields = $3",
        author.0,
        path,
        fields
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(there) = there {
        return Ok(DraftId(there));
    }
    sqlx::query!(
        "delete from form_drafts where id in (
            select id from form_drafts where user_id = $1 order by created_at desc, id desc offset $2) and created_at <= $3",
        author.0,
        i64::from(MOST - 1),
        now - TimeDelta::minutes(SAFE_MINUTES)
    )
    .execute(&mut *tx)
    .await?;
    let left = sqlx::query_scalar!(
        r#"select count(*) as "count!" from form_drafts where user_id = $1"#,
        author.0
    )
    .fetch_one(&mut *tx)
    .await?;
    if left >= i64::from(MOST) {
        return Err(Refused::TooManyDrafts(MOST).into());
    }
    sqlx::query!(
        "insert into form_drafts (id, user_id, path, fields, created_at) values ($1, $2, $3, $4, $5)",
        id.0,
        author.0,
        path,
        fields,
        now
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// A form of this person; `None` if there is none or it is somebody else's.
pub async fn find(ledger: &Ledger, author: UserId, id: DraftId) -> Result<Option<Draft>> {
    let row = sqlx::query!(
        "select path, fields from form_drafts where id = $1 and user_id = $2",
        id.0,
        author.0
    )
    .fetch_optional(ledger.pool())
    .await?;
    Ok(row.map(|row| Draft {
        path: row.path,
        fields: row.fields,
    }))
}

/// Forgets a form, once it was sent.
pub async fn forget(ledger: &Ledger, author: UserId, id: DraftId) -> Result<()> {
    sqlx::query!("delete from form_drafts where id = $1 and user_id = $2", id.0, author.0)
        .execute(ledger.pool())
        .await?;
    Ok(())
}
