//! How many runs ended how, by day: `operation_run_tallies`, which the database keeps (migration `…61_run_tallies`).
//!
//! They stand for the list's predicate and are not built from it. So which types somebody may view is said by the same function,
//! windows are whole days as the filter's are, and a test compares every sum with its list (R20).

use sqlx::{Postgres, QueryBuilder};

use crate::access::Access;
use crate::runs::predicate::{SEES_TENANT, push_viewable};

/// ` from … where …` of the tallies that `access` reaches.
pub(super) fn push_from(sql: &mut QueryBuilder<Postgres>, access: &Access) {
    sql.push(" from operation_run_tallies r where r.workspace_id = ")
        .push_bind(access.workspace.id.0);
    sql.push(SEES_TENANT);
    push_viewable(sql, access.role);
}
