//! What a person may be shown of their notifications (R08), in one place: the list, its groups, the unread count and what is
//! marked as read are all built from it (R20).

use domain::access::Role;
use domain::id::UserId;
use domain::operation::OperationType;
use sqlx::{Postgres, QueryBuilder};

/// `from … where …`: the person's notifications `{n}` with their membership `{n}m`, as far as they have access now: a member of
/// the workspace, entitled to the tenant, and holding the key of the operation. What access was lost to is only hidden: it
/// comes back with the access.
pub(super) fn push_visible(sql: &mut QueryBuilder<Postgres>, n: &str, user: UserId) {
    sql.push(format_args!(
        " from notifications {n} join members {n}m on {n}m.workspace_id = {n}.workspace_id and {n}m.user_id = {n}.user_id where {n}.user_id = "
    ))
    .push_bind(user.0);
    push_access(sql, n);
}

/// The conditions alone, for a statement that has the two tables already.
pub(super) fn push_access(sql: &mut QueryBuilder<Postgres>, n: &str) {
    sql.push(format_args!(
        " and ({n}.tenant_id is null or {n}m.all_tenants or exists (select from member_tenants t
            where t.workspace_id = {n}.workspace_id and t.user_id = {n}.user_id and t.tenant_id = {n}.tenant_id))
        and ({n}m.role = '{owner}' or {n}m.role || ' ' || {n}.type = any (",
        owner = Role::Owner.as_str()
    ))
    .push_bind(viewable())
    .push("))");
}

/// Which role may see which type, an owner aside, who sees also what this release does not know (as in the runs list).
fn viewable() -> Vec<String> {
    let of = |role: Role| {
        role.viewable()
            .map(move |kind: OperationType| format!("{} {kind}", role.as_str()))
    };
    Role::ALL
        .iter()
        .copied()
        .filter(|role| *role != Role::Owner)
        .flat_map(of)
        .collect()
}
