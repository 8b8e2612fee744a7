//! How many runs one person may have waiting.

use super::Start;
use crate::access::permit::StartPermit;
use crate::scope::ScopedTx;
use crate::{Refused, Result};

/// The most queued runs that a person has for one tenant: they go before every scheduled one (R18).
pub const QUEUED_MOST: u32 = 20;

/// Refuses a run beyond [`QUEUED_MOST`], the new one included in the count.
pub(super) async fn bounded(tx: &mut ScopedTx, access: &StartPermit, what: &Start<'_>) -> Result<()> {
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
    Ok(())
}
