//! Marking as read. Only what the person was shown: neither what came after the page was made, nor what they have no access to.

use domain::id::{NotificationId, UserId};
use sqlx::{Postgres, QueryBuilder};

use super::visible::push_access;
use crate::{Ledger, Result, scope};

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// One notification.
    One(NotificationId),
    /// Those of the group whose newest one this is.
    Group(NotificationId),
    /// All of them, up to this one; without it, all there are.
    Until(Option<NotificationId>),
}

/// Marks some of the person's notifications as read. Somebody else's id marks nothing.
pub async fn mark_read(ledger: &Ledger, user: UserId, which: Which) -> Result<()> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    let mut sql = QueryBuilder::<Postgres>::new("update notifications n set read_at = ");
    sql.push_bind(ledger.now()).push(" from members nm");
    let shown = match which {
        Which::One(_) | Which::Until(None) => None,
        Which::Group(shown) | Which::Until(Some(shown)) => Some(shown),
    };
    if shown.is_some() {
        sql.push(", notifications shown");
    }
    sql.push(
        " where nm.workspace_id = n.workspace_id and nm.user_id = n.user_id and n.read_at is null and n.user_id = ",
    )
    .push_bind(user.0);
    push_access(&mut sql, "n");
    if let Some(shown) = shown {
        sql.push(
            " and (n.created_at, n.id) <= (shown.created_at, shown.id) and shown.user_id = n.user_id and shown.id = ",
        )
        .push_bind(shown.0);
    }
    match which {
        Which::One(id) => {
            sql.push(" and n.id = ").push_bind(id.0);
        }
        Which::Group(_) => {
            sql.push(
                " and n.kind = 'completed' and n.type = shown.type and n.reason_code = shown.reason_code \
                and n.outcome = shown.outcome and n.day = shown.day",
            );
        }
        Which::Until(_) => {}
    }
    sql.build().execute(&mut *tx).await?;
    tx.commit().await
}
