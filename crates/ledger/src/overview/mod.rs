//! The overview: freshness of each tenant, runs per day, failures by cause.
//!
//! Every count stands for a filter that the page links to: following a number shows exactly those runs (R20).

mod causes;
mod days;
mod freshness;
pub(crate) mod tallies;

use domain::overview::Overview;

pub use self::freshness::ROWS;
use crate::access::Access;
use crate::{Ledger, Result, people};

/// The overview of the workspace, as far as `access` reaches.
pub async fn load(ledger: &Ledger, access: &Access) -> Result<Overview> {
    let now = ledger.now();
    let mut tx = access.scope().begin_for_index_scans(ledger).await?;
    let tenants = people::tenants(&mut tx, access.workspace.id).await?;
    Ok(Overview {
        workspace: access.workspace.name.clone(),
        board: freshness::board(&mut tx, access, &tenants, now).await?,
        days: days::count(&mut tx, access, now).await?,
        causes: causes::count(&mut tx, access, &tenants, now).await?,
        now,
    })
}
