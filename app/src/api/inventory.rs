//! The inventory of a tenant, and starting its sync.

use domain::open::Open;
use domain::view::{InventoryPage, StartAnswer};
use leptos::prelude::*;

use super::ApiResult;

/// A page of a tenant's inventory, the policies whose name begins with `q`, with the start form. `draft` names a form kept over a
/// sign-in.
#[server(name = LoadInventory, prefix = "/_fn", endpoint = "inventory", input = server_fn::codec::GetUrl)]
pub async fn load_inventory(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] after: String,
    #[server(default)] draft: String,
) -> ApiResult<InventoryPage> {
    super::guard::with_status(ssr::load(&tenant, &q, &after, &draft).await)
}

/// Starts `inventory.sync` for the chosen policy types.
///
/// Sent without JavaScript, it goes back to the tenant's inventory with `?started=` or `?joined=` and the run.
#[server(name = StartInventorySync, prefix = "/_fn", endpoint = "start_inventory_sync")]
pub async fn start_inventory_sync(
    tenant: String,
    #[server(default)] types: Vec<String>,
    idempotency_key: String,
) -> ApiResult<Open<StartAnswer>> {
    super::guard::with_status(ssr::start(&tenant, &types, &idempotency_key).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use std::collections::BTreeSet;

    use domain::cursor;
    use domain::open::Open;
    use domain::operation::OperationType;
    use domain::page::Page;
    use domain::policy::PolicyType;
    use domain::receipt::ScopeReceipt;
    use domain::view::{ChosenTypes, InventoryPage, StartAnswer};
    use ledger::inventory;
    use ledger::permit::View;
    use ledger::permit::key::InventorySync;
    use serde_json::{Value, json};

    use crate::api::ApiResult;
    use crate::api::guard::{self, log_and_convert};
    use crate::api::starting::{self, Reading, Request};
    use crate::copy::start as words;
    use crate::error::AppError;
    use crate::routes;

    const KIND: OperationType = OperationType::InventorySync;

    pub(super) async fn load(tenant: &str, q: &str, after: &str, draft: &str) -> ApiResult<InventoryPage> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let (tenant, permit) = guard::tenant::<InventorySync, View>(&ledger, &user, tenant).await?;
        let path = routes::Inventory::link(tenant);
        let mut page = Reading::begin(&ledger, &user, (tenant, permit), &path, (q, draft)).await?;
        let head = page.head(KIND).await?;
        let Reading {
            mut tx, search, kept, ..
        } = page;
        let search = search.as_deref();
        let (after, cursor_broken) = cursor::read(after);
        let page = inventory::page(&mut tx, tenant, search, after.as_ref())
            .await
            .map_err(log_and_convert)?;
        Ok(InventoryPage {
            head,
            page: Page { cursor_broken, ..page },
            total: inventory::count(&mut tx, tenant, search)
                .await
                .map_err(log_and_convert)?,
            gone: inventory::count_missing(&mut tx, tenant, search)
                .await
                .map_err(log_and_convert)?,
            more: ChosenTypes {
                chosen: kept.as_ref().map_or_else(|| PolicyType::ALL.to_vec(), types_of),
            },
        })
    }

    /// The types of a form that was kept.
    fn types_of(kept: &Value) -> Vec<PolicyType> {
        let words = kept["types"].as_array().cloned().unwrap_or_default();
        words.iter().filter_map(|word| word.as_str()?.parse().ok()).collect()
    }

    pub(super) async fn start(tenant: &str, types: &[String], key: &str) -> ApiResult<Open<StartAnswer>> {
        let known: Vec<PolicyType> = types.iter().filter_map(|word| word.parse().ok()).collect();
        let request = Request {
            kind: KIND,
            tenant,
            key,
            page: routes::Inventory::link,
            kept: json!({ "types": known }),
        };
        starting::start(request, || {
            let types = chosen(types)?;
            Ok((json!({ "types": types }), ScopeReceipt::PolicyTypes { types }))
        })
        .await
    }

    fn chosen(types: &[String]) -> ApiResult<BTreeSet<PolicyType>> {
        let invalid = |message: &str| AppError::Invalid {
            field: "types".to_owned(),
            message: message.to_owned(),
        };
        let types: BTreeSet<PolicyType> = types
            .iter()
            .map(|word| word.parse())
            .collect::<Result<_, _>>()
            .map_err(|_| invalid(words::UNKNOWN_TYPE))?;
        if types.is_empty() {
            Err(invalid(words::NO_TYPE))
        } else {
            Ok(types)
        }
    }
}
