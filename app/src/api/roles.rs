//! The roles of a tenant, and starting their sync.

use domain::open::Open;
use domain::view::{RolesPage, StartAnswer};
use leptos::prelude::*;

use super::ApiResult;

/// A page of a tenant's roles, those whose name begins with `q`, with the start form. `draft` names a form kept over a
/// sign-in.
#[server(name = LoadRoles, prefix = "/_fn", endpoint = "roles", input = server_fn::codec::GetUrl)]
pub async fn load_roles(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] after: String,
    #[server(default)] draft: String,
) -> ApiResult<RolesPage> {
    super::guard::with_status(ssr::load(&tenant, &q, &after, &draft).await)
}

/// Starts `directory.role_definitions.sync`.
///
/// Sent without JavaScript, it goes back to the tenant's roles with `?started=` or `?joined=` and the run.
#[server(name = StartRoleDefinitionsSync, prefix = "/_fn", endpoint = "start_role_definitions_sync")]
pub async fn start_role_definitions_sync(tenant: String, idempotency_key: String) -> ApiResult<Open<StartAnswer>> {
    super::guard::with_status(ssr::start(&tenant, &idempotency_key).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::cursor;
    use domain::open::Open;
    use domain::operation::OperationType;
    use domain::page::Page;
    use domain::receipt::ScopeReceipt;
    use domain::view::{RolesPage, Schedules, StartAnswer};
    use ledger::permit::View;
    use ledger::permit::key::DirectorySync;
    use ledger::{role_definitions, schedules};
    use serde_json::json;

    use crate::api::ApiResult;
    use crate::api::guard::{self, log_and_convert};
    use crate::api::starting::{self, Reading, Request};
    use crate::routes;

    const KIND: OperationType = OperationType::DirectoryRoleDefinitionsSync;

    pub(super) async fn load(tenant: &str, q: &str, after: &str, draft: &str) -> ApiResult<RolesPage> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let (tenant, permit) = guard::tenant::<DirectorySync, View>(&ledger, &user, tenant).await?;
        let path = routes::Roles::link(tenant);
        let mut page = Reading::begin(&ledger, &user, (tenant, permit), &path, (q, draft)).await?;
        let head = page.head(KIND).await?;
        let Reading { mut tx, search, .. } = page;
        let search = search.as_deref();
        let (after, cursor_broken) = cursor::read(after);
        let page = role_definitions::page(&mut tx, tenant, search, after.as_ref())
            .await
            .map_err(log_and_convert)?;
        Ok(RolesPage {
            head,
            page: Page { cursor_broken, ..page },
            total: role_definitions::count(&mut tx, tenant, search)
                .await
                .map_err(log_and_convert)?,
            gone: role_definitions::count_missing(&mut tx, tenant, search)
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
            page: routes::Roles::link,
            kept: json!({}),
        };
        starting::start(request, || Ok((json!({}), ScopeReceipt::RoleDefinitions))).await
    }
}
