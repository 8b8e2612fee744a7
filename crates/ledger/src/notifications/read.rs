//! The list and the unread count.
//!
//! One cause that hits many runs is one entry: notifications of one day with the same operation, outcome and reason. What
//! counts as a group is decided in the statement, not on the page, so that no group is cut in two by the end of a page.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::cursor::{Cursor, NotificationKey};
use domain::id::{NotificationId, RunId, UserId};
use domain::page::Page;
use domain::status::Outcome;
use domain::view::{BoundedCount, NotificationEntry, NotificationGroup, NotificationRow};
use serde_json::Value;
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

use super::visible::push_visible;
use crate::scope::ScopedTx;
use crate::{Ledger, Result, scope};

/// The most unread notifications that are counted.
pub const UNREAD_BOUND: u32 = 99;

/// So many notifications of one cause become one entry.
pub const GROUP_FROM: usize = 3;

/// So many runs of a group are listed with it.
pub const MEMBERS_SHOWN: usize = 50;

/// The most notifications of a group that are counted.
const GROUP_BOUND: u32 = 1000;

const COLUMNS: &str = "n.id, n.run_id, n.kind, n.type as operation, n.target, n.outcome, n.reason_code, n.counts, n.created_at, n.read_at";

/// Whether a notification can be in a group at all; as literals, for the partial index.
const GROUPABLE: &str = "n.kind = 'completed' and n.reason_code is not null";

/// Whether `g` is in the group of `n`. All of it is equality, which the index serves under row-level security.
const SAME_GROUP: &str = " and g.kind = 'completed' and g.reason_code is not null and g.type = n.type and g.reason_code = n.reason_code \
    and g.outcome = n.outcome and g.day = n.day";

#[derive(FromRow)]
struct Stored {
    id: Uuid,
    run_id: Uuid,
    kind: String,
    operation: String,
    target: String,
    outcome: String,
    reason_code: Option<String>,
    counts: Value,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
    /// How many there are in the group, looking at no more than [`GROUP_FROM`]; only of entries.
    #[sqlx(default)]
    near: i32,
    /// The entry whose group this is in; only of members.
    #[sqlx(default)]
    head: Option<Uuid>,
}

impl Stored {
    fn into_row(self) -> Result<NotificationRow> {
        Ok(NotificationRow {
            id: NotificationId(self.id),
            run: RunId(self.run_id),
            kind: self.kind,
            operation: self.operation,
            target: self.target,
            outcome: Outcome::read(&self.outcome),
            reason: self.reason_code,
            counts: serde_json::from_value(self.counts)?,
            created_at: self.created_at,
            read: self.read_at.is_some(),
        })
    }
}

/// A page of a person's notifications, newest first, at most `limit` entries.
pub async fn entries(
    ledger: &Ledger,
    user: UserId,
    after: Option<Cursor<NotificationKey>>,
    limit: usize,
) -> Result<Page<NotificationEntry>> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    let heads = heads(&mut tx, user, after, limit + 1).await?;
    let page = Page::onward(heads, limit, |head| NotificationKey {
        at: head.created_at.timestamp_micros(),
        id: NotificationId(head.id),
    });
    let of_groups: Vec<Uuid> = (page.rows.iter())
        .filter(|head| usize::try_from(head.near).unwrap_or(0) >= GROUP_FROM)
        .map(|head| head.id)
        .collect();
    let mut groups = groups(&mut tx, user, &of_groups).await?;
    page.try_map(|head| {
        let group = groups.remove(&head.id);
        Ok(NotificationEntry {
            newest: head.into_row()?,
            group,
        })
    })
}

/// The entries: what is in no group, and the newest of each group. To know which it is, no more than [`GROUP_FROM`] of a group
/// are looked at, through `notifications_group_idx`.
async fn heads(
    tx: &mut ScopedTx,
    user: UserId,
    after: Option<Cursor<NotificationKey>>,
    limit: usize,
) -> Result<Vec<Stored>> {
    let mut sql = QueryBuilder::<Postgres>::new(format!(
        "select e.* from (select {COLUMNS}, cardinality(near.ids) as near, near.ids"
    ));
    // `lateral` stands between the tables and `where`, so the visible ones are a query of their own.
    sql.push(" from (select n.*");
    push_visible(&mut sql, "n", user);
    if let Some(after) = after {
        sql.push(" and (n.created_at, n.id) < (")
            .push_bind(DateTime::from_timestamp_micros(after.at).unwrap_or_default())
            .push(", ")
            .push_bind(after.id.0)
            .push(")");
    }
    sql.push(" order by n.created_at desc, n.id desc) n cross join lateral (select case when ")
        .push(GROUPABLE)
        .push(" then array(select g.id");
    push_visible(&mut sql, "g", user);
    sql.push(SAME_GROUP).push(format_args!(
        " order by g.created_at desc, g.id desc limit {GROUP_FROM}) else '{{}}' end as ids) near) e
        where e.near < {GROUP_FROM} or e.ids[1] = e.id order by e.created_at desc, e.id desc limit {limit}"
    ));
    Ok(sql.build_query_as().fetch_all(&mut **tx).await?)
}

/// The groups of some entries, by entry.
async fn groups(tx: &mut ScopedTx, user: UserId, heads: &[Uuid]) -> Result<HashMap<Uuid, NotificationGroup>> {
    let mut groups = HashMap::new();
    if heads.is_empty() {
        return Ok(groups);
    }
    let bound = GROUP_BOUND + 1;
    let mut sql = QueryBuilder::<Postgres>::new(
        "select n.id, c.size, c.unread from notifications n cross join lateral (
            select count(*) as size, count(*) filter (where m.read_at is null) as unread from (select g.read_at",
    );
    push_visible(&mut sql, "g", user);
    sql.push(SAME_GROUP)
        .push(format_args!(" limit {bound}) m) c where n.user_id = "))
        .push_bind(user.0)
        .push(" and n.id = any (")
        .push_bind(heads)
        .push(")");
    let sizes: Vec<(Uuid, i64, i64)> = sql.build_query_as().fetch_all(&mut **tx).await?;
    for (id, size, unread) in sizes {
        let bounded = |found: i64| BoundedCount::counted(found, GROUP_BOUND);
        groups.insert(
            id,
            NotificationGroup {
                size: bounded(size),
                unread: bounded(unread),
                rows: Vec::new(),
            },
        );
    }
    for member in members(tx, user, heads).await? {
        if let Some(group) = member.head.and_then(|head| groups.get_mut(&head)) {
            group.rows.push(member.into_row()?);
        }
    }
    Ok(groups)
}

async fn members(tx: &mut ScopedTx, user: UserId, heads: &[Uuid]) -> Result<Vec<Stored>> {
    let mut sql = QueryBuilder::<Postgres>::new(
        "select n.id as head, m.* from notifications n cross join lateral (
            select g.id, g.run_id, g.kind, g.type as operation, g.target, g.outcome, g.reason_code, g.counts, g.created_at, g.read_at",
    );
    push_visible(&mut sql, "g", user);
    sql.push(SAME_GROUP)
        .push(format_args!(
            " order by g.created_at desc, g.id desc limit {MEMBERS_SHOWN}) m where n.user_id = "
        ))
        .push_bind(user.0)
        .push(" and n.id = any (")
        .push_bind(heads)
        .push(") order by m.created_at desc, m.id desc");
    Ok(sql.build_query_as().fetch_all(&mut **tx).await?)
}

/// The newest of a person's notifications.
pub async fn newest(ledger: &Ledger, user: UserId) -> Result<Option<NotificationId>> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    let mut sql = QueryBuilder::<Postgres>::new("select n.id");
    push_visible(&mut sql, "n", user);
    sql.push(" order by n.created_at desc, n.id desc limit 1");
    let found: Option<Uuid> = sql.build_query_scalar().fetch_optional(&mut *tx).await?;
    Ok(found.map(NotificationId))
}

/// How many unread notifications a person has, counted as they are listed (R20).
pub async fn unread(ledger: &Ledger, user: UserId) -> Result<BoundedCount> {
    let mut tx = scope::begin_as_person(ledger, user).await?;
    count_unread(&mut tx, user).await
}

/// The same in a transaction of the person.
pub(crate) async fn count_unread(tx: &mut ScopedTx, user: UserId) -> Result<BoundedCount> {
    let mut sql = QueryBuilder::<Postgres>::new("select count(*) from (select 1");
    push_visible(&mut sql, "n", user);
    sql.push(format_args!(
        " and n.read_at is null limit {}) as bounded",
        UNREAD_BOUND + 1
    ));
    let found: i64 = sql.build_query_scalar().fetch_one(&mut **tx).await?;
    Ok(BoundedCount::counted(found, UNREAD_BOUND))
}
