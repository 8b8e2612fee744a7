//! The inventory of a tenant, and starting its sync.

use domain::open::Open;
use domain::view::{InventoryPage, StartAnswer};
use leptos::prelude::*;

use super::Answer;

/// A page of a tenant's inventory with the start form. `draft` names a form kept over a sign-in.
#[server(name = LoadInventory, prefix = "/_fn", endpoint = "inventory", input = server_fn::codec::GetUrl)]
pub async fn load_inventory(
    tenant: String,
    #[server(default)] after: String,
    #[server(default)] draft: String,
) -> Answer<InventoryPage> {
    super::guard::answer(ssr::load(&tenant, &after, &draft).await)
}

/// Starts `inventory.sync` for the chosen policy types.
///
/// Sent without JavaScript, it goes back to the tenant's inventory with `?started=` or `?joined=` and the run.
#[server(name = StartInventorySync, prefix = "/_fn", endpoint = "start_inventory_sync")]
pub async fn start_inventory_sync(
    tenant: String,
    #[server(default)] types: Vec<String>,
    idempotency_key: String,
) -> Answer<Open<StartAnswer>> {
    super::guard::answer(ssr::start(&tenant, &types, &idempotency_key).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use std::collections::BTreeSet;

    use domain::cursor::{self, TextCursor};
    use domain::id::TenantId;
    use domain::open::Open;
    use domain::operation::OperationType;
    use domain::policy::PolicyType;
    use domain::receipt::ScopeReceipt;
    use domain::view::{InventoryPage, StartAnswer};
    use ledger::inventory;
    use ledger::permit::View;
    use ledger::permit::key::InventorySync;
    use ledger::runs::list;
    use serde_json::{Value, json};

    use crate::api::Answer;
    use crate::api::guard::{self, told};
    use crate::api::starting::{self, Request};
    use crate::copy::start as words;
    use crate::error::AppError;

    const KIND: OperationType = OperationType::InventorySync;

    pub(super) async fn load(tenant: &str, after: &str, draft: &str) -> Answer<InventoryPage> {
        let ledger = guard::ledger()?;
        let user = guard::current_user()?;
        let (tenant, permit) = guard::tenant::<InventorySync, View>(&ledger, &user, tenant).await?;
        let kept = starting::kept(&ledger, &user, &path_of(tenant), draft).await?;
        let kept = kept.as_ref().map(types_of);
        let (after, cursor_broken) = cursor::read::<TextCursor<3>>(after);
        let after = after.map(|TextCursor([name, kind, id])| (name, kind, id));
        let now = ledger.now();
        let mut tx = permit.begin(&ledger).await.map_err(told)?;
        let (rows, next) = inventory::page(&mut tx, tenant, None, after.as_ref())
            .await
            .map_err(told)?;
        let tenants = ledger::people::tenants(&mut tx, permit.workspace.id)
            .await
            .map_err(told)?;
        Ok(InventoryPage {
            tenant: tenants
                .into_iter()
                .find(|known| known.id == tenant)
                .ok_or(AppError::NotFound)?,
            rows,
            next: next.map(|(name, kind, id)| TextCursor([name, kind, id]).to_string()),
            cursor_broken,
            total: inventory::count(&mut tx, tenant, None).await.map_err(told)?,
            gone: inventory::count_missing(&mut tx, tenant, None).await.map_err(told)?,
            last_run: list::latest(&mut tx, tenant, KIND, now).await.map_err(told)?,
            missing: permit
                .missing_to_start(KIND.capability())
                .map(|key| key.as_str().to_owned()),
            idempotency_key: ledger::ids::new(now),
            restored: kept.is_some(),
            chosen: kept.unwrap_or_else(|| PolicyType::ALL.to_vec()),
            workspace: permit.workspace.clone(),
            now,
        })
    }

    fn path_of(tenant: TenantId) -> String {
        format!("/admin/tenants/{tenant}/inventory")
    }

    /// The types of a form that was kept.
    fn types_of(kept: &Value) -> Vec<PolicyType> {
        let words = kept["types"].as_array().cloned().unwrap_or_default();
        words.iter().filter_map(|word| word.as_str()?.parse().ok()).collect()
    }

    pub(super) async fn start(tenant: &str, types: &[String], key: &str) -> Answer<Open<StartAnswer>> {
        let known: Vec<PolicyType> = types.iter().filter_map(|word| word.parse().ok()).collect();
        let request = Request {
            kind: KIND,
            tenant,
            key,
            page: path_of,
            kept: json!({ "types": known }),
        };
        starting::start(request, || {
            let types = chosen(types)?;
            Ok((json!({ "types": types }), ScopeReceipt::PolicyTypes { types }))
        })
        .await
    }

    fn chosen(types: &[String]) -> Answer<BTreeSet<PolicyType>> {
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
