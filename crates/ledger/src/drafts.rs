//! Forms whose author's session had ended when they were sent. They are kept, unsent, and come back when the same person
//! signs in; anybody else never learns that they exist.

use domain::id::{DraftId, UserId};
use serde_json::Value;

use crate::{Ledger, Result, ids};

/// A form that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The page that the form is on.
    pub path: String,
    /// Its fields, as the page's own form understands them.
    pub fields: Value,
}

/// Keeps a form for its author. `path` is a page of ours.
pub async fn keep(ledger: &Ledger, author: UserId, path: &str, fields: &Value) -> Result<DraftId> {
    let now = ledger.now();
    let id: DraftId = ids::new(now);
    sqlx::query!(
        "insert into form_drafts (id, user_id, path, fields, created_at) values ($1, $2, $3, $4, $5)",
        id.0,
        author.0,
        path,
        fields,
        now
    )
    .execute(ledger.pool())
    .await?;
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
