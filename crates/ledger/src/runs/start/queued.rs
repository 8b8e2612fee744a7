//! How many runs one person may have waiting.

use chrono::{DateTime, Utc};

use super::Start;
use crate::access::permit::StartPermit;
use crate::scope::ScopedTx;
use crate::throttle::Limit;
use crate::{Refused, Result};

/// The most runs that a person starts in an hour. Those that end at once, because the tenant is archived or the queue refuses them, are
/// not among the queued ones, and each is a row for as long as history is kept and an entry for ever.
pub const STARTED_MOST: u32 = 1_000;

/// The most queued runs that a person has for one tenant: they go before every scheduled one (R18).
pub const QUEUED_MOST: u32 = 20;

/// Refuses a run beyond [`QUEUED_MOST`], the new one included in the count, or beyond [`STARTED_MOST`].
pub(super) async fn bounded(
    tx: &mut ScopedTx,
    access: &StartPermit,
    what: &Start<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let queued = sqlx::query_scalar!(
        r#"select count(*) as "count!" from operation_runs
        where workspace_id = $1 and tenant_id is not distinct from $2 and initiator_id = $3 and status = 'queued'"#,
        access.workspace.id.0,
        what.tenant.map(|id| id.0),
        access.user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    if queued > i64::from(QUEUED_MOST) {
        return Err(Refused::TooManyQueued(QUEUED_MOST).into());
    }
    let most = i32::try_from(STARTED_MOST).unwrap_or(i32::MAX);
    let limit = Limit::hourly("runs started", access.user, most);
    if !limit.take_in(tx, now).await? {
        return Err(Refused::TooManyStarted(STARTED_MOST).into());
    }
    Ok(())
}
