//! The groups of a tenant, and starting their sync.

use domain::open::Open;
use domain::view::{GroupsPage, StartAnswer};
use leptos::prelude::*;

use super::ApiResult;

/// A page of a tenant's groups, those whose name begins with `q`, with the start form. `draft` names a form kept over a
/// sign-in.
#[server(name = LoadGroups, prefix = "/_fn", endpoint = "groups", input = server_fn::codec::GetUrl)]
pub async fn load_groups(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] after: String,
    #[server(default)] draft: String,
) -> ApiResult<GroupsPage> {
    super::guard::with_status(ssr::load(&tenant, &q, &after, &draft).await)
}

/// Starts `directory.groups.sync`.
///
/// Sent without JavaScript, it goes back to the tenant's groups with `?started=` or `?joined=` and the run.
#[server(name = StartGroupsSync, prefix = "/_fn", endpoint = "start_groups_sync")]
pub async fn start_groups_sync(tenant: String, idempotency_key: String) -> ApiResult<Open<StartAnswer>> {
    super::guard::with_status(ssr::start(&tenant, &idempotency_key).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::cursor;
    use domain::open::Open;
    use domain::operation::OperationType;
    use domain::page::Page;
    use domain::receipt::ScopeReceipt;
    use domain::view::{GroupsPage, Schedules, StartAnswer};
    use ledger::permit::View;
    use ledger::permit::key::DirectorySync;
    use ledger::{directory, schedules};
    use serde_json::json;

    use crate::api::ApiResult;
    use crate::api::guard::{self, log_and_convert};
    use crate::api::starting::{self, Reading, Request};
    use crate::routes;

    const KIND: OperationType = OperationType::DirectoryGroupsSync;

    pub(super) async fn load(tenant: &str, q: &str, after: &str, draft: &str) -> ApiResult<GroupsPage> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let (tenant, permit) = guard::tenant::<DirectorySync, View>(&ledger, &user, tenant).await?;
        let path = routes::Groups::link(tenant);
        let mut page = Reading::begin(&ledger, &user, (tenant, permit), &path, (q, draft)).await?;
        let head = page.head(KIND).await?;
        let Reading { mut tx, search, .. } = page;
        let search = search.as_deref();
        let (after, cursor_broken) = cursor::read(after);
        let page = directory::groups(&mut tx, tenant, search, after.as_ref())
            .await
            .map_err(log_and_convert)?;
        Ok(GroupsPage {
            head,
            page: Page { cursor_broken, ..page },
            total: directory::count_groups(&mut tx, tenant, search)
                .await
                .map_err(log_and_convert)?,
            gone: directory::count_missing_groups(&mut tx, tenant, search)
                .await
                .map_err(log_and_convert)?,
            more: Schedules {
                schedules: schedules::of_tenant(&mut tx, tenant, KIND)
                    .await
                    .map_err(log_and_convert)?,
            },
        })
    }

    pub(super) async fn start(tenant: &str, key: &str) -> ApiResult<Open<StartAnswer>> {
        let request = Request {
            kind: KIND,
            tenant,
            key,
            page: routes::Groups::link,
            kept: json!({}),
        };
        starting::start(request, || Ok((json!({}), ScopeReceipt::Groups))).await
    }
}
