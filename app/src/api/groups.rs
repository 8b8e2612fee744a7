//! The groups of a tenant, and starting their sync.

use domain::open::Open;
use domain::view::{GroupsPage, StartAnswer};
use leptos::prelude::*;

use super::Answer;

/// A page of a tenant's groups, those whose name begins with `q`, with the start form. `draft` names a form kept over a
/// sign-in.
#[server(name = LoadGroups, prefix = "/_fn", endpoint = "groups", input = server_fn::codec::GetUrl)]
pub async fn load_groups(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] after: String,
    #[server(default)] draft: String,
) -> Answer<GroupsPage> {
    super::guard::answer(ssr::load(&tenant, &q, &after, &draft).await)
}

/// Starts `directory.groups.sync`.
///
/// Sent without JavaScript, it goes back to the tenant's groups with `?started=` or `?joined=` and the run.
#[server(name = StartGroupsSync, prefix = "/_fn", endpoint = "start_groups_sync")]
pub async fn start_groups_sync(tenant: String, idempotency_key: String) -> Answer<Open<StartAnswer>> {
    super::guard::answer(ssr::start(&tenant, &idempotency_key).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::cursor::{self, TextCursor};
    use domain::id::TenantId;
    use domain::open::Open;
    use domain::operation::OperationType;
    use domain::receipt::ScopeReceipt;
    use domain::view::{GroupsPage, StartAnswer};
    use ledger::permit::View;
    use ledger::permit::key::DirectorySync;
    use ledger::runs::list;
    use ledger::{directory, schedules};
    use serde_json::json;

    use crate::api::Answer;
    use crate::api::guard::{self, told};
    use crate::api::starting::{self, Request};
    use crate::error::AppError;

    const KIND: OperationType = OperationType::DirectoryGroupsSync;

    fn path_of(tenant: TenantId) -> String {
        format!("/admin/tenants/{tenant}/groups")
    }

    use crate::pages::groups::SEARCH_MAX;

    pub(super) async fn load(tenant: &str, q: &str, after: &str, draft: &str) -> Answer<GroupsPage> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let (tenant, permit) = guard::tenant::<DirectorySync, View>(&ledger, &user, tenant).await?;
        let kept = starting::kept(&ledger, &user, &path_of(tenant), draft).await?;
        let (after, cursor_broken) = cursor::read::<TextCursor<2>>(after);
        let after = after.map(|TextCursor([key, id])| (key, id));
        let search: String = q.trim().chars().filter(|c| !c.is_control()).take(SEARCH_MAX).collect();
        let search = Some(search.as_str()).filter(|search| !search.is_empty());
        let now = ledger.now();
        let mut tx = permit.begin(&ledger).await.map_err(told)?;
        let (rows, next) = directory::groups(&mut tx, tenant, search, after.as_ref())
            .await
            .map_err(told)?;
        let tenants = ledger::people::tenants(&mut tx, permit.workspace.id)
            .await
            .map_err(told)?;
        Ok(GroupsPage {
            tenant: tenants
                .into_iter()
                .find(|known| known.id == tenant)
                .ok_or(AppError::NotFound)?,
            rows,
            next: next.map(|(key, id)| TextCursor([key, id]).to_string()),
            cursor_broken,
            total: directory::count_groups(&mut tx, tenant, search).await.map_err(told)?,
            gone: directory::count_missing_groups(&mut tx, tenant, search)
                .await
                .map_err(told)?,
            last_run: list::latest(&mut tx, tenant, KIND, now).await.map_err(told)?,
            schedules: schedules::of_tenant(&mut tx, tenant, KIND).await.map_err(told)?,
            missing: permit
                .missing_to_start(KIND.capability())
                .map(|key| key.as_str().to_owned()),
            idempotency_key: ledger::ids::new(now),
            restored: kept.is_some(),
            workspace: permit.workspace.clone(),
            now,
        })
    }

    pub(super) async fn start(tenant: &str, key: &str) -> Answer<Open<StartAnswer>> {
        let request = Request {
            kind: KIND,
            tenant,
            key,
            page: path_of,
            kept: json!({}),
        };
        starting::start(request, || Ok((json!({}), ScopeReceipt::Groups))).await
    }
}
